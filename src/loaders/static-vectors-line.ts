import { quoted } from './errors.ts';

/** A line "word v1 v2 …": where its word ends, and the numbers after it; `problem` where it is not such a line. */
export type VectorLine =
  | { readonly wordBytes: number; readonly values: Float32Array }
  | { readonly wordBytes: null; readonly problem: string };

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Whether it is a decimal number that float32 can hold. */
export function isNumber(text: string): boolean {
  return number.test(text) && Number.isFinite(Math.fround(Number(text)));
}

/** The fields of a line, one character a byte; the first is the word or its beginning. */
export function fieldsOfLine(line: Uint8Array): string[] {
  return flat(line).split(/ +/);
}

/** Reads a line from its right end, since a word may have spaces in it (". . ." in GloVe's), but no part that is a number after
 *  its first: that is a value too many. */
export function parseLine(line: Uint8Array, dimension: number): VectorLine {
  const fields = fieldsOfLine(line);
  if (fields.length <= dimension) {
    return problem(`has ${counted(fields.length - 1, 'value')} after its word, ${dimension} expected`);
  }
  const texts = fields.slice(-dimension);
  const wrong = texts.findIndex((text) => !isNumber(text));
  if (wrong >= 0) {
    const value = quoted(Buffer.from(texts[wrong]!, 'latin1').toString());
    return problem(`${value} is no finite number, as value ${wrong + 1} of ${dimension} is to be`);
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

/** The line without white space at its end, and with spaces for tabs; what is not ASCII is left as it is. */
function flat(line: Uint8Array): string {
  let end = line.length;
  while (end > 0 && isWhiteSpace(line[end - 1]!)) end -= 1;
  return Buffer.from(line.buffer, line.byteOffset, end).toString('latin1').replaceAll('\t', ' ');
}

/** A space, a tab, or the sign before the end of a line that Windows writes. */
export function isWhiteSpace(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === 13;
}

/** Length of what is before the last `dimension` fields, and the spaces before these. */
function wordEnd(line: string, dimension: number): number {
  let end = line.length;
  for (let field = 0; field < dimension; field++) {
    end = line.lastIndexOf(' ', end - 1);
    while (line[end - 1] === ' ') end -= 1;
  }
  return end;
}

const states = {
  gap: 0,
  sign: 1,
  digits: 2,
  point: 3,
  fraction: 4,
  exponent: 5,
  minus: 6,
  power: 7,
  wrong: 8,
} as const;

/** What state follows on a byte, at [state, byte]: numbers as parseLine takes them, but for exponents that are not negative. States are
 *  kept as the places where their rows begin. */
const following = tableOf(states);

function tableOf({ gap, sign, digits, point, fraction, exponent, minus, power, wrong }: typeof states): Uint16Array {
  const table = new Uint16Array(9 * 256).fill(wrong * 256);
  const on = (from: readonly number[], bytes: string, to: number) => {
    for (const state of from) for (const byte of Buffer.from(bytes)) table[state * 256 + byte] = to * 256;
  };
  on([gap, digits, fraction, power], ' \t', gap);
  on([gap], '+-', sign);
  on([gap, sign, digits], '0123456789', digits);
  on([gap, sign], '.', point);
  on([digits], '.', fraction);
  on([point, fraction], '0123456789', fraction);
  on([digits, fraction], 'eE', exponent);
  on([exponent], '-', minus);
  on([minus, power], '0123456789', power);
  return table;
}

/** A number of so many characters without a positive exponent is below 10³⁸, which float32 can hold. */
const plainCharacters = 38;

/** Whether the bytes are `count` plain numbers; false where parseLine has to say. Looks at every byte once: this is where the time
 *  goes in a file of a gigabyte. */
export function arePlainNumbers(bytes: Uint8Array, start: number, end: number, count: number): boolean {
  const [table, gap] = [following, states.gap];
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
  // A wrong byte leads to the state `wrong`, which nothing leads out of.
  return numbers === count && isWhole && table[state + 32] === gap;
}
