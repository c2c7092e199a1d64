import { type AlignedText, type Change, transformText } from './aligned-text.ts';

export type UnicodeForm = 'NFC' | 'NFD' | 'NFKC' | 'NFKD';

/** Normalises a text. A decomposed character's parts share its origin; a composed one has only the origin of its base,
 *  as in Hugging Face's tokenizers, which count how many characters each is made of. */
export function toUnicodeForm(source: AlignedText, form: UnicodeForm): AlignedText {
  if (source.text.normalize(form) === source.text) return source;
  const decomposed = decompose(source.text, form === 'NFC' || form === 'NFD' ? 'NFD' : 'NFKD');
  return transformText(source, form === 'NFC' || form === 'NFKC' ? compose(decomposed) : decomposed);
}

/** Every character in its decomposed form: the first part in its place, the rest added; marks in canonical order. */
function decompose(text: string, form: 'NFD' | 'NFKD'): Change[] {
  const result: Change[] = [];
  let marks: Change[] = [];
  const flush = () => {
    for (const mark of inCanonicalOrder(marks)) result.push(mark);
    marks = [];
  };
  for (const symbol of text) {
    let change = 0;
    for (const part of symbol < '\u00A0' ? symbol : symbol.normalize(form)) {
      if (isNonStarter(part)) marks.push([part, change]);
      else {
        flush();
        result.push([part, change]);
      }
      change = 1;
    }
  }
  flush();
  return result;
}

function inCanonicalOrder(marks: readonly Change[]): readonly Change[] {
  if (marks.length < 2) return marks;
  const waiting = new Map<string, Change[]>();
  for (const mark of marks) {
    const same = waiting.get(mark[0]);
    if (same === undefined) waiting.set(mark[0], [mark]);
    else same.push(mark);
  }
  const taken = new Map<string, number>();
  const joined = marks.map(([symbol]) => symbol).join('');
  return [...joined.normalize('NFD')].map((symbol) => {
    const index = taken.get(symbol) ?? 0;
    taken.set(symbol, index + 1);
    return waiting.get(symbol)![index]!;
  });
}

/** Canonical composition (Unicode, D117): a mark that nothing blocks joins the last starter, where the two compose. */
function compose(decomposed: readonly Change[]): Change[] {
  const result: Change[] = [];
  let starter = -1;
  /** The last character after the starter that did not compose; or null. */
  let between: string | null = null;
  for (const [symbol, change] of decomposed) {
    const mark = isNonStarter(symbol);
    if (starter >= 0 && (between === null || (mark && !sameClass(between, symbol)))) {
      const [base, baseChange] = result[starter]!;
      const composite = composed(base, symbol);
      if (composite !== null) {
        result[starter] = [composite, baseChange + change - 1];
        continue;
      }
    }
    if (mark) between = symbol;
    else {
      starter = result.length;
      between = null;
    }
    result.push([symbol, change]);
  }
  return result;
}

function composed(base: string, symbol: string): string | null {
  if (base < '\u0080' && symbol < '\u0080') return null;
  const pair = (base + symbol).normalize('NFC');
  return pair.length < base.length + symbol.length && pair.length === (pair.codePointAt(0)! > 0xffff ? 2 : 1)
    ? pair
    : null;
}

const nonStarters = new Map<string, boolean>();
/** U+0345 has the highest combining class there is, 240. */
const lastMark = '\u0345';

/** True for a decomposed character of a combining class other than 0. JavaScript does not tell the class, but such a
 *  character moves before one of the highest class. */
function isNonStarter(symbol: string): boolean {
  if (symbol < '\u0300') return false;
  let found = nonStarters.get(symbol);
  if (found === undefined) {
    found = symbol === lastMark || (lastMark + symbol).normalize('NFD') !== lastMark + symbol;
    if (nonStarters.size < 4096) nonStarters.set(symbol, found);
  }
  return found;
}

/** Whether two marks in canonical order have one class: then they do not change places either way. */
function sameClass(first: string, second: string): boolean {
  return (second + first).normalize('NFD') === second + first;
}
