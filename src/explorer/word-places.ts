import { shuffled } from '../core/measures/contextuality.ts';
import type { Token } from '../tokenizer/token.ts';

/** A word of a text, in code points. */
export interface PlacedWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A run of letters and digits; apostrophes may stand inside. */
const wordPattern = /[\p{L}\p{N}_][\p{L}\p{M}\p{N}_]*(?:['’][\p{L}\p{N}][\p{L}\p{M}\p{N}_]*)*/gu;

/** Whether two spellings are the same word, ignoring case. */
export function isSameWord(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** The first of these words that is spelled like `text`, ignoring case. */
export function findWord(words: readonly PlacedWord[], text: string): PlacedWord | null {
  return words.find((word) => isSameWord(word.text, text)) ?? null;
}

/** The words of a text, in order. */
export function wordsOf(text: string): PlacedWord[] {
  let [units, points] = [0, 0];
  return [...text.matchAll(wordPattern)].map(({ index, 0: found }) => {
    // Token offsets count code points; match offsets count UTF-16 units.
    points += Array.from(text.slice(units, index)).length;
    units = index;
    return { text: found, start: points, end: points + Array.from(found).length };
  });
}

/** Places of the tokens that stand for a part of the text, or for a part of `span` in code points. */
export function placesWithin(
  tokens: readonly Pick<Token, 'start' | 'end'>[],
  span: { readonly start: number; readonly end: number } = { start: -Infinity, end: Infinity },
): number[] {
  return tokens.flatMap(({ start, end }, index) =>
    start !== null && end !== null && start < span.end && end > span.start ? [index] : [],
  );
}

/** The sentence's words in a random order. A word of `isWord` never comes first, because many tokenizers encode a word differently without
 *  a space before it. */
export function shuffleWords(sentence: string, isWord: (text: string) => boolean, random: () => number): string {
  const words = shuffled(sentence.trim().split(/\s+/), random);
  const last = words.length - 1;
  if (isWord(words[0] ?? '')) [words[0], words[last]] = [words[last]!, words[0]!];
  return words.join(' ');
}
