import { untracked } from '@preact/signals-core';
import type { TokenInput } from '../core/chain/embedding.ts';
import { createRandom } from '../core/measures/contextuality.ts';
import { type StageVectors, stageVectors } from '../core/measures/stage-vectors.ts';
import { meanVector } from '../core/measures/vectors.ts';
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
import { isFunctionWord } from '../panes/kit/function-words.ts';
import type { Token, Tokenizer } from '../tokenizer/token.ts';
import { cut, encode, tokenInput } from './tokenized-text.ts';
import { vocabularyWords } from './vocabulary-words.ts';
import { isSameWord, type PlacedWord, placesWithin, shuffleWords, wordsOf } from './word-places.ts';

/** A sentence of which a run is there. */
export interface WordSide {
  readonly ids: readonly (number | null)[];
  /** The word's tokens. */
  readonly places: readonly number[];
  /** Tokens that stand for a part of the text: all but special ones. */
  readonly textPlaces: readonly number[];
}

/** A sentence that is still to be run, with its words in a random order. */
export interface ShuffledSide {
  readonly tokens: TokenInput;
  readonly places: readonly number[];
}

/** What is asked about one word in two sentences, without texts: plain data, made where the tokenizer is. */
export interface WordQuestion {
  /** As it is written in A. */
  readonly word: string;
  /** What is selected, where `word` is another: a word that B does not have, or '' for what is no word; else null. */
  readonly asked: string | null;
  readonly layer: number;
  readonly a: WordSide;
  readonly b: WordSide;
  readonly shuffles: readonly { readonly a: ShuffledSide; readonly b: ShuffledSide }[];
  /** Ids of the vocabulary's words, and of those that stand in the sentences, which the difference does not have to be told of. */
  readonly vocabulary: readonly number[];
  readonly leftOut: readonly number[];
}

export interface WordQuestionInput {
  readonly tokenizer: Tokenizer;
  /** Longest text that the model takes, in tokens; null: any. */
  readonly maxPositions: number | null;
  readonly textA: string;
  readonly textB: string;
  /** The tokens that the model takes of them. */
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
/** Words at each end of the difference: more than are shown, since some differ in capitals alone. */
const directedWords = 24;

/** The question about the word of the selected token where both sentences have it, in any case, else about the last word of A that both have
 *  and that is no function word: the later it stands, the more a causal model has read before it. The same texts give the same shuffles. */
export function wordQuestion(input: WordQuestionInput): AskedWord {
  const { tokensA, tokensB, textA, textB, selectedA, layer } = input;
  const [wordsA, wordsB] = [takenWords(textA, tokensA), takenWords(textB, tokensB)];
  const selected = wordsA.find((one) => placesWithin(tokensA, one).includes(selectedA)) ?? null;
  const shared = wordsA.filter((one) => wordsB.some((other) => isSameWord(one.text, other.text)));
  const found = selected !== null && shared.includes(selected) ? selected : lastOf(shared);
  if (found === null) return { question: null, problem: problemOf(shared) };
  const other = wordsB.find((one) => isSameWord(one.text, found.text))!;
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

/** The words of a text that the model takes as a whole: a long text is cut. */
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

/** Both sentences with their words in a random order, several times; none where neither has an order. */
function shufflesOf(
  { textA, textB, tokenizer, maxPositions }: WordQuestionInput,
  word: string,
): WordQuestion['shuffles'] {
  const random = createRandom(shuffleSeed);
  const isOrdered = [textA, textB].some((text) => text.trim().split(/\s+/).length > 1);
  const isWord = (text: string) => wordsOf(text).some((one) => isSameWord(one.text, word));
  const side = (text: string): ShuffledSide => {
    const mixed = shuffleWords(text, isWord, random);
    const taken = cut(encode(tokenizer, mixed, null), maxPositions);
    const found = takenWords(mixed, taken.tokens).find((one) => isSameWord(one.text, word));
    return { tokens: tokenInput(taken), places: found === undefined ? [] : placesWithin(taken.tokens, found) };
  };
  return isOrdered ? Array.from({ length: shuffleCount }, () => ({ a: side(textA), b: side(textB) })) : [];
}

/** The answer, from runs of A and B and further ones that `run` makes, which may write over one another's numbers but not over those two.
 *  A step is a run: what works on it may hear the terminal, or give it up, in between. */
export function* wordSteps(
  model: Model,
  question: WordQuestion,
  traceA: AttentionTrace,
  traceB: AttentionTrace,
  run: (tokens: TokenInput) => AttentionTrace,
): Generator<void, WordContrast, void> {
  const { shuffles } = question;
  const plain = plainContrast(model, question, traceA, traceB);
  // Who asks for the answer does not depend on the graphs of these runs.
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

/** The answer without shuffled words, for which no further run is made. */
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
  const mean = ({ vectors }: StageVectors, places: readonly number[]) =>
    meanVector(places.flatMap((place) => vectors[place] ?? []));
  const [wordA, wordB] = [mean(from, a.places), mean(to, b.places)];
  if (wordA === null || wordB === null) return null;
  const d = Float32Array.from(wordA, (one, i) => one - wordB[i]!);
  const found = vocabularyDirection(space, d, new Set(leftOut), directedWords);
  return found === null ? null : { ...found, stage: from.stage };
}

interface KnownSpace {
  readonly vocabulary: readonly number[];
  readonly space: VocabularySpace | null;
}

/** Spaces that were made, by layer: their vectors take longer to make than to compare with. */
const knownSpaces = new WeakMap<Model, Map<number, KnownSpace>>();

function spaceOf(model: Model, layer: number, vocabulary: readonly number[]): VocabularySpace | null {
  const ofModel = knownSpaces.get(model) ?? new Map<number, KnownSpace>();
  knownSpaces.set(model, ofModel);
  const known = ofModel.get(layer);
  // Between threads a list of words arrives as a copy.
  const isKnown =
    known?.vocabulary.length === vocabulary.length && known.vocabulary.every((id, index) => id === vocabulary[index]);
  if (known !== undefined && isKnown) return known.space;
  const space = vocabularySpace(model, layer, vocabulary);
  ofModel.set(layer, { vocabulary, space });
  return space;
}
