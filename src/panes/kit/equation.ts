import { fixed } from './format.ts';

/** How to write the operands of an equation, and its sign. */
export interface Operands {
  /** `=` if the printed operands give the printed result, within half a unit of its last digit; else `≈`. */
  readonly sign: '=' | '≈';
  /** Digits after the point. */
  readonly digits: number;
  /** Writes an operand; whole numbers have no point. */
  write(value: number): string;
}

/** Finds the fewest digits of operands at which a reader who computes with the printed numbers gets the printed result.
 *  result: its numbers, printed with `resultDigits` digits after the point
 *  recompute: the result from rounded operands; `round` rounds one
 *  fits: whether an equation written like this has room */
export function operandsFor(
  result: ArrayLike<number>,
  resultDigits: number,
  recompute: (round: (value: number) => number) => ArrayLike<number>,
  {
    from = 3,
    most = from + 3,
    fits = () => true,
  }: { from?: number; most?: number; fits?(one: Operands): boolean } = {},
): Operands {
  // Results are float32.
  const half = (one: number) => 10 ** -resultDigits / 2 + 1e-6 * Math.max(1, Math.abs(one));
  const rounded = (digits: number) => (value: number) => Number(value.toFixed(digits));
  const printed = Array.from(result, rounded(resultDigits));
  const written = (sign: Operands['sign'], digits: number): Operands => ({
    sign,
    digits,
    write: (value) => fixed(value, Number.isInteger(value) ? 0 : digits),
  });
  for (let digits = from; digits <= most; digits++) {
    const equation = written('=', digits);
    if (digits > from && !fits(equation)) break;
    const given = recompute(rounded(digits));
    if (printed.every((one, index) => Math.abs(one - given[index]!) <= half(one))) return equation;
  }
  return written('≈', from);
}

/** Numbers joined by + and −: `0.21 − 1.07 + 0.5`. */
export function sumText(numbers: readonly number[], write: (value: number) => string): string {
  return numbers
    .map((one, index) => {
      const text = write(one);
      if (index === 0) return text;
      return text.startsWith('−') ? ` − ${text.slice(1)}` : ` + ${text}`;
    })
    .join('');
}
