import { untracked } from '@preact/signals-core';
import type { TokenInput } from '../core/chain/embedding.ts';
import { createRandom } from '../core/measures/contextuality.ts';
import { type StageVectors, stageVectors } from '../core/measures/stage-vectors.ts';
import { type VocabularySpace, vocabularyDirection, vocabularySpace } from '../core/measures/vocabulary-direction.ts';
import {
  besideShuffles,
  contrastStages,
  mixedIn,
  type WordContrast,
  type WordVectors,
  wordVectors,
} from '../core/measures/word-contrast.ts';
import type { Model } from '../core/model.ts';
import type { AttentionTrace } from '../core/trace.ts';
import { isFunctionWord } from '../text/function-words.ts';
import type { Token, Tokenizer } from '../tokenizer/token.ts';
import { cut, encode, tokenInput } from './tokenized-text.ts';
import { vocabularyWords } from './vocabulary-words.ts';
import { findWord, isSameWord, type PlacedWord, placesWithin, shuffleWords, wordsOf } from './word-places.ts';

/** A sentence that was run. */
export interface WordSide {
  readonly ids: readonly (number | null)[];
  /** Places of the word's tokens. */
  readonly places: readonly number[];
  /** Places of all tokens of the text, without special ones. */
  readonly textPlaces: readonly number[];
}

/** A sentence with its words in a random order, not yet run. */
export interface ShuffledSide {
  readonly tokens: TokenInput;
  readonly places: readonly number[];
}

/** A question about one word in two sentences: plain data without texts, so that its reader needs no tokenizer. */
export interface WordQuestion {
  /** Its spelling in A. */
  readonly word: string;
  /** What is selected, if not `word`: a word that cannot be compared, or '' for a token outside any word; else null. */
  readonly asked: string | null;
  readonly layer: number;
  readonly a: WordSide;
  readonly b: WordSide;
  readonly shuffles: readonly { readonly a: ShuffledSide; readonly b: ShuffledSide }[];
  /** Ids of the vocabulary's words. */
  readonly vocabulary: readonly number[];
  /** Ids of the words in the two sentences, which are not named as directions. */
  readonly leftOut: readonly number[];
}

export interface WordQuestionInput {
  readonly tokenizer: Tokenizer;
  /** Longest text that the model takes, in tokens; null: no limit. */
  readonly maxPositions: number | null;
  readonly textA: string;
  readonly textB: string;
  /** The tokens of the texts that the model takes. */
  readonly tokensA: readonly Token[];
  readonly tokensB: readonly Token[];
  /** The selected token of A. */
  readonly selectedA: number;
  readonly layer: number;
}

/** A question, or why there is none. */
export type AskedWord =
  | { readonly question: WordQuestion; readonly problem: null }
  | { readonly question: null; readonly problem: string };

const shuffleCount = 3;
const shuffleSeed = 1;
/** Words at each end of the difference: more than are shown, as some differ only in capitals. */
const directedWords = 24;

/** Asks about the selected word if both sentences have it, ignoring case; else about the last word of A that both have and that is not a
 *  function word. A causal model has read more before a later word. The same texts give the same shuffles. */
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

/** The words that the model takes whole: a long text is cut. */
function takenWords(text: string, tokens: readonly Token[]): PlacedWord[] {
  const end = Math.max(0, ...tokens.map((token) => token.end ?? 0));
  return wordsOf(text).filter((word) => word.end <= end && placesWithin(tokens, word).length > 0);
}

function lastOf(words: readonly PlacedWord[]): PlacedWord | null {
  return words.findLast(({ text }) => !isFunctionWord(text)) ?? null;
}

function problemOf([word]: readonly PlacedWord[]): string {
  return word === undefined
    ? 'the two sentences share no word: one that stands in both can be compared'
    : `the two sentences share only function words: select "${word.text}" to compare its vectors`;
}

function sideOf(tokens: readonly Token[], word: PlacedWord): WordSide {
  return {
    ids: tokens.map(({ id }) => id),
    places: placesWithin(tokens, word),
    textPlaces: placesWithin(tokens),
  };
}

/** Both sentences with their words in several random orders; none if neither has two words. */
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

/** Answers from the runs of A and B and from further runs, which may overwrite each other's numbers but not those of A and B.
 *  Each step makes one run: between steps the caller may read the terminal, or give up. */
export function* wordSteps(
  model: Model,
  question: WordQuestion,
  traceA: AttentionTrace,
  traceB: AttentionTrace,
  run: (tokens: TokenInput) => AttentionTrace,
): Generator<void, WordContrast, void> {
  const { shuffles } = question;
  const plain = plainContrast(model, question, traceA, traceB);
  // The caller must not depend on the graphs of these runs.
  const vectorsIn = ({ tokens, places }: ShuffledSide) =>
    untracked(() => wordVectors(stageVectors(model, run(tokens), tokens.ids), places));
  const shuffled: { readonly a: WordVectors; readonly b: WordVectors }[] = [];
  for (const one of shuffles) {
    yield;
    const a = vectorsIn(one.a);
    yield;
    shuffled.push({ a, b: vectorsIn(one.b) });
  }
  return { ...plain, stages: besideShuffles(plain.stages, shuffled), shuffleCount: shuffles.length };
}

/** The answer without shuffled words, which needs no further run. */
export function plainContrast(
  model: Model,
  question: WordQuestion,
  traceA: AttentionTrace,
  traceB: AttentionTrace,
): WordContrast {
  const { a, b, word, asked } = question;
  const layer = Math.max(0, Math.min(question.layer, model.layers.length - 1));
  const [stagesA, stagesB] = [stageVectors(model, traceA, a.ids), stageVectors(model, traceB, b.ids)];
  const wO = model.layers[layer]?.attention.wO ?? null;
  const mixed = (trace: AttentionTrace, places: readonly number[]) =>
    trace.layers[layer] === undefined ? null : mixedIn(trace.layers[layer], places, wO);
  return {
    word,
    asked,
    layer,
    placesA: a.places,
    placesB: b.places,
    mixedA: mixed(traceA, a.places),
    mixedB: mixed(traceB, b.places),
    direction: directionOf(model, question, layer, stagesA, stagesB),
    stages: contrastStages({ stages: stagesA, ...a }, { stages: stagesB, ...b }),
    shuffleCount: 0,
  };
}

function directionOf(
  model: Model,
  { a, b, vocabulary, leftOut }: WordQuestion,
  layer: number,
  stagesA: readonly StageVectors[],
  stagesB: readonly StageVectors[],
): WordContrast['direction'] {
  const space = spaceOf(model, layer, vocabulary);
  const index = stagesA.findIndex((one) => one.layer === layer && one.part === space?.part);
  const [from, to] = [stagesA[index], stagesB[index]];
  if (space === null || from === undefined || to === undefined) return null;
  const [[wordA], [wordB]] = [wordVectors([from], a.places), wordVectors([to], b.places)];
  if (!wordA || !wordB) return null;
  const d = Float32Array.from(wordA, (one, i) => one - wordB[i]!);
  const found = vocabularyDirection(space, d, new Set(leftOut), directedWords);
  return found === null ? null : { ...found, stage: from.stage };
}

interface KnownSpace {
  readonly vocabulary: readonly number[];
  readonly space: VocabularySpace | null;
}

/** Spaces by layer, kept because they take longer to make than to use. */
const knownSpaces = new WeakMap<Model, Map<number, KnownSpace>>();

function spaceOf(model: Model, layer: number, vocabulary: readonly number[]): VocabularySpace | null {
  const ofModel = knownSpaces.get(model) ?? new Map<number, KnownSpace>();
  knownSpaces.set(model, ofModel);
  const known = ofModel.get(layer);
  // Another thread sends the list of words as a copy.
  const isKnown =
    known?.vocabulary.length === vocabulary.length && known.vocabulary.every((id, index) => id === vocabulary[index]);
  if (known !== undefined && isKnown) return known.space;
  const space = vocabularySpace(model, layer, vocabulary);
  ofModel.set(layer, { vocabulary, space });
  return space;
}
