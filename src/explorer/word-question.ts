import { createRandom } from '../core/measures/contextuality.ts';
import type { ShuffledSide, WordQuestion, WordSide } from '../run/word-answer.ts';
import { isFunctionWord } from '../text/function-words.ts';
import type { Token, Tokenizer } from '../tokenizer/token.ts';
import { cut, encode, tokenInput } from './tokenized-text.ts';
import { vocabularyWords } from './vocabulary-words.ts';
import { findWord, isSameWord, type PlacedWord, placesWithin, shuffleWords, wordsOf } from './word-places.ts';

export interface WordQuestionInput {
  readonly tokenizer: Tokenizer;
  /** Longest text of the model, in tokens; null if unlimited. */
  readonly maxPositions: number | null;
  readonly textA: string;
  readonly textB: string;
  /** The tokens of the texts, up to that length. */
  readonly tokensA: readonly Token[];
  readonly tokensB: readonly Token[];
  /** The selected token of A. */
  readonly selectedA: number;
  readonly layer: number;
}

/** A question, or the reason why there is none. */
export type AskedWord =
  | { readonly question: WordQuestion; readonly problem: null }
  | { readonly question: null; readonly problem: string };

const shuffleCount = 3;
const shuffleSeed = 1;
/** Asks about the selected word if both sentences have it, ignoring case; else about the last shared word of A that is no function
 *  word, because a causal model has read more before a later word. The same texts give the same shuffles. */
export function wordQuestion(input: WordQuestionInput): AskedWord {
  const { tokensA, tokensB, textA, textB, selectedA, layer } = input;
  const [wordsA, wordsB] = [takenWords(textA, tokensA), takenWords(textB, tokensB)];
  const selected = wordsA.find((one) => placesWithin(tokensA, one).includes(selectedA)) ?? null;
  const shared = wordsA.filter((one) => findWord(wordsB, one.text) !== null);
  const found = selected !== null && shared.includes(selected) ? selected : lastOf(shared);
  if (found === null) return { question: null, problem: problemOf(shared) };
  const other = findWord(wordsB, found.text)!;
  const vocabulary = vocabularyWords(input.tokenizer);
  const taken = new Set([...wordsA, ...wordsB].map(({ text }) => text.toLowerCase()));
  const question: WordQuestion = {
    word: found.text,
    asked:
      selected === null ? (selectedA < 0 ? null : '') : isSameWord(selected.text, found.text) ? null : selected.text,
    layer,
    a: sideOf(tokensA, found),
    b: sideOf(tokensB, other),
    shuffles: shufflesOf(input, found.text),
    vocabulary: vocabulary.ids,
    leftOut: [...taken].flatMap((word) => vocabulary.idsOf.get(word) ?? []),
  };
  return { question, problem: null };
}

/** The words that are not cut off with the end of a long text. */
function takenWords(text: string, tokens: readonly Token[]): PlacedWord[] {
  const end = Math.max(0, ...tokens.map((token) => token.end ?? 0));
  return wordsOf(text).filter((word) => word.end <= end && placesWithin(tokens, word).length > 0);
}

function lastOf(words: readonly PlacedWord[]): PlacedWord | null {
  return words.findLast(({ text }) => !isFunctionWord(text)) ?? null;
}

function problemOf([word]: readonly PlacedWord[]): string {
  return word === undefined
    ? 'the two sentences share no word: type one that is in both'
    : `the two sentences share only function words: select "${word.text}" to compare its vectors`;
}

function sideOf(tokens: readonly Token[], word: PlacedWord): WordSide {
  return {
    ids: tokens.map(({ id }) => id),
    places: placesWithin(tokens, word),
    textPlaces: placesWithin(tokens),
  };
}

/** Both sentences in several random word orders; none if neither has two words. */
function shufflesOf(
  { textA, textB, tokenizer, maxPositions }: WordQuestionInput,
  word: string,
): WordQuestion['shuffles'] {
  const random = createRandom(shuffleSeed);
  const isOrdered = [textA, textB].some((text) => text.trim().split(/\s+/).length > 1);
  const isWord = (text: string) => findWord(wordsOf(text), word) !== null;
  const side = (text: string): ShuffledSide => {
    const mixed = shuffleWords(text, isWord, random);
    const taken = cut(encode(tokenizer, mixed, null), maxPositions);
    const found = findWord(takenWords(mixed, taken.tokens), word);
    return { tokens: tokenInput(taken), places: found === null ? [] : placesWithin(taken.tokens, found) };
  };
  return isOrdered ? Array.from({ length: shuffleCount }, () => ({ a: side(textA), b: side(textB) })) : [];
}
