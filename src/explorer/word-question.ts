import { hasSameJson } from '../core/interventions.ts';
import { alignTokens } from '../core/measures/alignment.ts';
import { createRandom } from '../core/measures/contextuality.ts';
import type { ControlProblem } from '../core/measures/word-contrast.ts';
import type { ControlSide, WordQuestion, WordSide } from '../run/word-answer.ts';
import { isFunctionWord } from '../text/function-words.ts';
import type { Token, Tokenizer } from '../tokenizer/token.ts';
import { movedSides } from './moved-sides.ts';
import { cut, encode, tokenInput } from './tokenized-text.ts';
import { vocabularyWords } from './vocabulary-words.ts';
import { findWord, isSameWord, type PlacedWord, placesWithin, shuffleWords, wordsOf } from './word-places.ts';

/** A text with its tokens, up to the model's longest text. */
export interface ReadText {
  readonly text: string;
  readonly tokens: readonly Token[];
}

export interface WordQuestionInput {
  readonly tokenizer: Tokenizer;
  /** Longest text of the model, in tokens; null if unlimited. */
  readonly maxPositions: number | null;
  /** Whether a vector for the position enters layer 0. */
  readonly hasPositions: boolean;
  /** Whether no token sees a later one. */
  readonly isCausal: boolean;
  readonly a: ReadText;
  readonly b: ReadText;
  /** A sentence with the word in A's sense; null: there is none. */
  readonly c: ReadText | null;
  /** The selected token of A. */
  readonly selectedA: number;
  /** A token of the word's occurrence in B; null or any other token: the occurrence that is aligned with A's. */
  readonly chosenB: number | null;
  readonly layer: number;
}

/** A question, or the reason why there is none. */
export type AskedWord =
  | { readonly question: WordQuestion; readonly problem: null }
  | { readonly question: null; readonly problem: string };

const shuffleCount = 3;
/** Of A and B: a change of one text keeps the shuffles of the other. */
const shuffleSeeds = [1, 2] as const;

/** Asks about the selected word if both sentences have it, ignoring case; else about the last shared word of A that is no function
 *  word, because a causal model has read more before a later word. The same texts give the same shuffles. */
export function wordQuestion(input: WordQuestionInput): AskedWord {
  const { a: readA, b: readB, c: readC, selectedA, chosenB, layer } = input;
  const [wordsA, wordsB] = [takenWords(readA), takenWords(readB)];
  const selected = wordsA.find((one) => placesWithin(readA.tokens, one).includes(selectedA)) ?? null;
  const shared = wordsA.filter((one) => findWord(wordsB, one.text) !== null);
  const found = selected !== null && shared.includes(selected) ? selected : lastOf(shared);
  if (found === null) return { question: null, problem: problemOf(shared) };
  const word = found.text;
  const [ofA, ofB] = [occurrencesIn(wordsA, word), occurrencesIn(wordsB, word)];
  const chosen = ofB.find((one) => chosenB !== null && placesWithin(readB.tokens, one).includes(chosenB));
  const a = sideOf(readA, ofA, found);
  const b = sideOf(readB, ofB, chosen ?? partnerOf(readA, readB, a, ofB));
  const ofC = readC === null ? [] : occurrencesIn(takenWords(readC), word);
  const sideC = readC === null || ofC.length === 0 ? null : sideOf(readC, ofC, partnerOf(readA, readC, a, ofC));
  const isSame = (read: ReadText, side: WordSide) => readsSame([readA, a], [read, side], input.isCausal);
  const controlProblem: ControlProblem | null =
    readC === null ? 'none' : sideC === null ? 'no word' : isSame(readC, sideC) ? 'same as A' : null;
  const c = controlProblem === null ? sideC : null;
  const vocabulary = vocabularyWords(input.tokenizer);
  const taken = new Set([...wordsA, ...wordsB].map(({ text }) => text.toLowerCase()));
  const sides = [['A', readA, a] as const, ['B', readB, b] as const, ...(readC && c ? [['C', readC, c] as const] : [])];
  const question: WordQuestion = {
    word,
    asked: selected === null ? (selectedA < 0 ? null : '') : isSameWord(selected.text, word) ? null : selected.text,
    isSame: isSame(readB, b),
    isSameText: hasSameJson(namesOf(readA), namesOf(readB)),
    alone: input.isCausal ? sides.flatMap(([name, read, side]) => (isFirst(read, side) ? name : [])) : [],
    isElsewhere: sides.some(([, , side]) => side.places[0] !== a.places[0]),
    controlProblem,
    layer,
    a,
    b,
    c: c && { ...controlOf(c), index: c.index, count: c.count },
    moved: input.hasPositions ? movedSides({ a, b, c }, input.maxPositions) : null,
    shuffles: shufflesOf(input, word),
    vocabulary: vocabulary.ids,
    leftOut: [...taken].flatMap((one) => vocabulary.idsOf.get(one) ?? []),
  };
  return { question, problem: null };
}

/** The words that are not cut off with the end of a long text. */
function takenWords({ text, tokens }: ReadText): PlacedWord[] {
  const end = Math.max(0, ...tokens.map((token) => token.end ?? 0));
  return wordsOf(text).filter((word) => word.end <= end && placesWithin(tokens, word).length > 0);
}

function occurrencesIn(words: readonly PlacedWord[], word: string): PlacedWord[] {
  return words.filter(({ text }) => isSameWord(text, word));
}

function lastOf(words: readonly PlacedWord[]): PlacedWord | null {
  return words.findLast(({ text }) => !isFunctionWord(text)) ?? null;
}

function problemOf([word]: readonly PlacedWord[]): string {
  return word === undefined
    ? 'the two sentences share no word: type one that is in both'
    : `the two sentences share only function words: select "${word.text}" to compare its vectors`;
}

/** What tells tokens apart: an unknown word has no id. */
function namesOf({ tokens }: ReadText): (number | string)[] {
  return tokens.map(({ id, text }) => id ?? text);
}

/** The occurrence that the alignment of all tokens sets beside A's; else the one that comes as late among them. */
function partnerOf(a: ReadText, other: ReadText, { places, index }: WordSide, words: readonly PlacedWord[]) {
  const [first] = words;
  if (first === undefined) throw new RangeError('the sentence lacks the word');
  if (words.length === 1) return first;
  const partners = alignTokens(namesOf(a), namesOf(other)).flatMap((pair) =>
    pair.a !== null && pair.b !== null && places.includes(pair.a) ? pair.b : [],
  );
  const isPartner = (word: PlacedWord) => placesWithin(other.tokens, word).some((place) => partners.includes(place));
  return words.find(isPartner) ?? words[Math.min(index, words.length - 1)] ?? first;
}

function sideOf({ tokens }: ReadText, words: readonly PlacedWord[], word: PlacedWord): WordSide {
  const all = words.map((one) => placesWithin(tokens, one));
  const ofWord = new Set(all.flat());
  return {
    ids: tokens.map(({ id }) => id),
    places: placesWithin(tokens, word),
    index: words.indexOf(word),
    count: words.length,
    firstPlaces: all.map(([first = 0]) => first),
    otherPlaces: placesWithin(tokens).filter((place) => !ofWord.has(place)),
  };
}

function controlOf({ ids, places }: WordSide): ControlSide {
  return { tokens: { ids, typeIds: null }, places };
}

/** Whether the model reads the same tokens for both: all of them, or in a causal model those up to the word. */
function readsSame(
  [a, sideA]: readonly [ReadText, WordSide],
  [b, sideB]: readonly [ReadText, WordSide],
  isCausal: boolean,
): boolean {
  const read = (text: ReadText, { places }: WordSide) =>
    isCausal ? namesOf(text).slice(0, (places.at(-1) ?? 0) + 1) : namesOf(text);
  return hasSameJson(sideA.places, sideB.places) && hasSameJson(read(a, sideA), read(b, sideB));
}

/** Whether no word of the text stands before this one. */
function isFirst({ tokens }: ReadText, { places: [first = 0] }: WordSide): boolean {
  return placesWithin(tokens).every((place) => place >= first);
}

/** Both sentences in several random word orders; none if neither has two words. */
function shufflesOf({ a, b, tokenizer, maxPositions }: WordQuestionInput, word: string): WordQuestion['shuffles'] {
  const [randomA, randomB] = shuffleSeeds.map(createRandom) as [() => number, () => number];
  const isOrdered = [a, b].some(({ text }) => text.trim().split(/\s+/).length > 1);
  const isWord = (text: string) => findWord(wordsOf(text), word) !== null;
  const side = ({ text }: ReadText, random: () => number): ControlSide => {
    const mixed = shuffleWords(text, isWord, random);
    const taken = cut(encode(tokenizer, mixed, null), maxPositions);
    const found = findWord(takenWords({ text: mixed, tokens: taken.tokens }), word);
    return { tokens: tokenInput(taken), places: found === null ? [] : placesWithin(taken.tokens, found) };
  };
  return isOrdered ? Array.from({ length: shuffleCount }, () => ({ a: side(a, randomA), b: side(b, randomB) })) : [];
}
