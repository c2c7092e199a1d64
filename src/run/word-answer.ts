import { untracked } from '@preact/signals-core';
import type { TokenInput } from '../core/chain/embedding.ts';
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

/** A sentence that was run, and the places of the word in it. */
export interface WordSide {
  readonly ids: readonly (number | null)[];
  /** Places of the word's tokens. */
  readonly places: readonly number[];
  /** Places of all tokens of the text, without special ones. */
  readonly textPlaces: readonly number[];
}

/** A sentence with its words in random order, not yet run. */
export interface ShuffledSide {
  readonly tokens: TokenInput;
  readonly places: readonly number[];
}

/** A question about one word in two sentences: plain data with ids instead of texts, so that answering needs no tokenizer. */
export interface WordQuestion {
  /** Its spelling in A. */
  readonly word: string;
  /** The selection if it is not `word`: a word that cannot be compared, or '' for a token outside any word; else null. */
  readonly asked: string | null;
  readonly layer: number;
  readonly a: WordSide;
  readonly b: WordSide;
  readonly shuffles: readonly { readonly a: ShuffledSide; readonly b: ShuffledSide }[];
  /** Ids of the vocabulary's words. */
  readonly vocabulary: readonly number[];
  /** Ids of the words in the two sentences, which are no directions. */
  readonly leftOut: readonly number[];
}

/** Words at each end of the difference: more than the screen shows, as some differ only in case. */
const directedWords = 24;

/** Answers the question; each step is one run of a shuffled sentence, so that the caller can read keys or stop in between.
 *  Runs may overwrite each other's numbers, but not those of A and B. */
export function* wordSteps(
  model: Model,
  question: WordQuestion,
  traceA: AttentionTrace,
  traceB: AttentionTrace,
  run: (tokens: TokenInput) => AttentionTrace,
): Generator<void, WordContrast, void> {
  const { shuffles } = question;
  const plain = plainContrast(model, question, traceA, traceB);
  // Keeps the caller's signals from depending on the graphs of these runs.
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

/** The answer without the runs of shuffled words. */
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

/** Spaces by layer, kept because making one takes longer than using it. */
const knownSpaces = new WeakMap<Model, Map<number, { vocabulary: readonly number[]; space: VocabularySpace | null }>>();

function spaceOf(model: Model, layer: number, vocabulary: readonly number[]): VocabularySpace | null {
  const ofModel = knownSpaces.get(model) ?? new Map();
  knownSpaces.set(model, ofModel);
  const known = ofModel.get(layer);
  // Compares the ids, because another thread sends a copy of the list.
  if (known?.vocabulary.length === vocabulary.length && vocabulary.every((id, i) => id === known.vocabulary[i]))
    return known.space;
  const space = vocabularySpace(model, layer, vocabulary);
  ofModel.set(layer, { vocabulary, space });
  return space;
}
