import { quoted } from './errors.ts';

/** A line "word v1 v2 …": the length of its word, and the numbers after it; or `problem`, why it is no such line. */
export type VectorLine =
  | { readonly wordBytes: number; readonly values: Float32Array }
  | { readonly wordBytes: null; readonly problem: string };

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Whether the text is a decimal number that float32 can hold. */
export function isNumber(text: string): boolean {
  return number.test(text) && Number.isFinite(Math.fround(Number(text)));
}

/** The fields of a line, one character a byte; the first is the word or its beginning. */
export function fieldsOfLine(line: Uint8Array): string[] {
  return flat(line).split(/ +/);
}

/** Reads a line from its right end, since a word of GloVe may contain spaces (". . ."). A number among its later parts is one value
 *  too many. */
export function parseLine(line: Uint8Array, dimension: number): VectorLine {
  const fields = fieldsOfLine(line);
  if (fields.length <= dimension) {
    return problem(`has ${counted(fields.length - 1, 'value')} after its word, ${dimension} expected`);
  }
  const texts = fields.slice(-dimension);
  const wrongIndex = texts.findIndex((text) => !isNumber(text));
  if (wrongIndex >= 0) {
    const value = quoted(Buffer.from(texts[wrongIndex]!, 'latin1').toString());
    return problem(`has ${value} as value ${wrongIndex + 1} of ${dimension}; a finite number is expected`);
  }
  const word = fields.slice(0, -dimension);
  const excess = word.length - 1 - word.findLastIndex((part, index) => index === 0 || !isNumber(part));
  if (excess > 0) return problem(`has ${counted(dimension + excess, 'value')} after its word, ${dimension} expected`);
  if (word.length === 1 && word[0] === '') return problem('has no word before its values');
  return { wordBytes: wordEnd(flat(line), dimension), values: Float32Array.from(texts, Number) };
}

/** "1 word", "2 words" */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function problem(text: string): VectorLine {
  return { wordBytes: null, problem: text };
}

/** The line in Latin-1, with spaces for tabs and without white space at its end. */
function flat(line: Uint8Array): string {
  let end = line.length;
  while (end > 0 && isWhiteSpace(line[end - 1]!)) end -= 1;
  return Buffer.from(line.buffer, line.byteOffset, end).toString('latin1').replaceAll('\t', ' ');
}

/** A space, a tab, or the carriage return of Windows. */
export function isWhiteSpace(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === 13;
}

/** Length of the line before its last `dimension` fields and the spaces in front of them. */
function wordEnd(line: string, dimension: number): number {
  let end = line.length;
  for (let field = 0; field < dimension; field++) {
    end = line.lastIndexOf(' ', end - 1);
    while (line[end - 1] === ' ') end -= 1;
  }
  return end;
}

// The states of a reader of numbers, each as the offset of its row in `following`.
const [gap, sign, digits, point, fraction, exponent, minus, power, wrong] = [0, 256, 512, 768, 1024, 1280, 1536, 1792, 2048]; // biome-ignore format: one line

/** The next state at [state, byte], for numbers as parseLine takes them but without positive exponents. */
const following = new Uint16Array(9 * 256).fill(wrong);
const steps: readonly (readonly [from: readonly number[], bytes: string, to: number])[] = [
  [[gap, digits, fraction, power], ' \t', gap],
  [[gap], '+-', sign],
  [[gap, sign, digits], '0123456789', digits],
  [[gap, sign], '.', point],
  [[digits], '.', fraction],
  [[point, fraction], '0123456789', fraction],
  [[digits, fraction], 'eE', exponent],
  [[exponent], '-', minus],
  [[minus, power], '0123456789', power],
];
for (const [from, bytes, to] of steps) {
  for (const state of from) for (const byte of Buffer.from(bytes)) following[state + byte] = to;
}

/** Without a positive exponent, a number of at most 38 characters is below 10³⁸, so float32 can hold it. */
const plainCharacters = 38;

/** Whether the bytes are `count` plain numbers; where false, parseLine decides. It looks at every byte once, since a file of a
 *  gigabyte spends its time here. */
export function arePlainNumbers(bytes: Uint8Array, start: number, end: number, count: number): boolean {
  const table = following;
  let state: number = gap;
  let [numbers, beginning] = [0, start];
  for (let i = start; i < end; i++) {
    const next = table[state + bytes[i]!]!;
    if (state === gap) {
      if (next !== gap) [numbers, beginning] = [numbers + 1, i];
    } else if (next === gap && i - beginning > plainCharacters) return false;
    state = next;
  }
  const isWhole = end - beginning <= plainCharacters || state === gap;
  // Nothing leads out of the state `wrong`.
  return numbers === count && isWhole && table[state + 32] === gap;
}
