/** A number with `digits` digits after the point and a real minus sign; — for NaN. */
export function fixed(value: number, digits: number): string {
  if (Number.isNaN(value)) return '—';
  if (value === Infinity) return 'inf';
  if (value === -Infinity) return '−inf';
  const text = Math.abs(value).toFixed(digits);
  const isZero = !/[1-9]/.test(text);
  return value < 0 && !isZero ? `−${text}` : text;
}

export function threeDigits(value: number): string {
  return fixed(value, 3);
}

/** Three digits after the point, whole numbers without one, as the lesson writes them. */
export function lessonNumber(value: number): string {
  return fixed(value, Number.isInteger(value) ? 0 : 3);
}

/** A number in about three significant digits, whole numbers without a point: 1, −0.21, 39.5, 1430. */
export function compact(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e5) return fixed(value, 0);
  const magnitude = Math.abs(value);
  if (magnitude >= 1e5) {
    return (value < 0 ? '−' : '') + magnitude.toExponential(1).replace('e+', 'e');
  }
  return fixed(value, magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : 2);
}

/** Chooses a format whose decimal points line up: whole numbers as they are, three digits in narrow matrices, else about three
 *  significant digits of the largest number. */
export function matrixFormat(values: Float32Array, width: number): (value: number) => string {
  if (values.every((value) => Number.isInteger(value) || Number.isNaN(value))) return compact;
  const largest = values.reduce((most, value) => Math.max(most, Number.isNaN(value) ? 0 : Math.abs(value)), 0);
  if (largest >= 1e5) return compact;
  const digits = width <= 4 ? 3 : largest < 100 ? 2 : largest < 1000 ? 1 : 0;
  return (value) => fixed(value, digits);
}

/** A share as a percentage: 42.2 %. */
export function percent(share: number): string {
  return `${fixed(share * 100, 1)} %`;
}

/** A vector in full: [1.578, 0.733]. */
export function vectorText(values: ArrayLike<number>, format: (value: number) => string): string {
  return `[${Array.from(values, format).join(', ')}]`;
}

/** The beginning of a vector that fits, with … for the rest; numbers are at least `numberWidth` wide. */
export function vectorWithin(
  values: ArrayLike<number>,
  format: (value: number) => string,
  widthCells: number,
  numberWidth = 0,
): string {
  const numbers = Array.from(values, (value) => format(value).padStart(numberWidth));
  const whole = `[${numbers.join(', ')}]`;
  if (whole.length <= widthCells) return whole;
  let text = '[';
  for (const [index, number] of numbers.entries()) {
    const next = `${text}${index === 0 ? '' : ', '}${number}`;
    if (next.length + 3 > widthCells) break;
    text = next;
  }
  return text === '[' ? '[…]' : `${text} …]`;
}

/** Vectors for lines one under the other: decimal points and commas line up; each is cut to what fits, with … for the rest. */
export function alignedVectors(vectors: readonly ArrayLike<number>[], widthCells: number): string[] {
  // More numbers cannot be in view.
  const shown = vectors.map((vector) => Array.from(vector).slice(0, widthCells));
  const width = Math.max(0, ...vectors.map(({ length }) => length));
  const format = matrixFormat(Float32Array.from(shown.flat()), width);
  const numberWidth = Math.max(0, ...shown.flat().map((value) => format(value).length));
  return shown.map((vector) => vectorWithin(vector, format, widthCells, numberWidth));
}

/** A number ≥ 0: three digits after the point, or a power of ten with `digits` if they would show nothing. */
export function smallNumber(value: number, digits = 0): string {
  if (value >= 10) return compact(value);
  return value === 0 || value >= 0.001 ? fixed(value, 3) : exponent(value, digits);
}

/** A power of ten with real minus signs: 4e−5. */
export function exponent(value: number, digits = 0): string {
  return value.toExponential(digits).replaceAll('-', '−');
}

/** `1 head`, `3 heads` */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of at most `widthCells`, in eighths of a cell. */
export function bar(share: number, widthCells: number): string {
  if (!(share > 0) || widthCells <= 0) return '';
  const filled = Math.round(Math.min(1, share) * widthCells * 8);
  return '█'.repeat(Math.floor(filled / 8)) + eighths[filled % 8];
}

/** Milliseconds for a title line: 4.9 ms, 128 ms, 1.2 s. */
export function duration(elapsedMs: number): string {
  if (elapsedMs < 10) return `${elapsedMs.toFixed(1)} ms`;
  return elapsedMs < 1000 ? `${elapsedMs.toFixed(0)} ms` : `${(elapsedMs / 1000).toFixed(1)} s`;
}
