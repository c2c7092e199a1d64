import { untracked } from '@preact/signals-core';
import type { TokenInput } from '../core/chain/embedding.ts';
import { aboutModel, hasSameJson, type Interventions } from '../core/interventions.ts';
import { type StageVectors, stageVectors } from '../core/measures/stage-vectors.ts';
import { type VocabularySpace, vocabularyDirection, vocabularySpace } from '../core/measures/vocabulary-direction.ts';
import {
  type ControlVectors,
  contrastStages,
  mixedIn,
  type WordContrast,
  type WordPlace,
  type WordSetting,
  type WordVectors,
  wordVectors,
} from '../core/measures/word-contrast.ts';
import type { Model } from '../core/model.ts';
import type { AttentionTrace } from '../core/trace.ts';

/** A sentence that was run, and the places of the word in it. */
export interface WordSide extends WordPlace {
  /** First places of all occurrences of the word. */
  readonly firstPlaces: readonly number[];
  readonly ids: readonly (number | null)[];
  /** Places of the other tokens of the text: neither special tokens nor the word. */
  readonly otherPlaces: readonly number[];
}

/** A text that is not yet run, and the places of the word in it. */
export interface ControlSide {
  readonly tokens: TokenInput;
  readonly places: readonly number[];
  /** It has A's tokens in their order, so that changes at tokens of A act on it, too. */
  readonly isOfA?: true;
}

/** A question about one word in two sentences: plain data with ids instead of texts, so that answering needs no tokenizer. */
export interface WordQuestion extends WordSetting {
  readonly layer: number;
  readonly a: WordSide;
  readonly b: WordSide;
  /** The word in a third sentence; null: there is none. */
  readonly c: (ControlSide & WordPlace) | null;
  /** The texts read from such positions that the word stands at `position` in each; a text is null if it stands there already.
   *  null: that would change nothing, or there are too few positions. */
  readonly moved: {
    readonly position: number;
    readonly a: ControlSide | null;
    readonly b: ControlSide | null;
    readonly c: ControlSide | null;
  } | null;
  readonly shuffles: readonly { readonly a: ControlSide; readonly b: ControlSide }[];
  /** Ids of the vocabulary's words. */
  readonly vocabulary: readonly number[];
  /** Ids of the words in the two sentences, which are no directions. */
  readonly leftOut: readonly number[];
}

/** What a question is answered from. */
export interface WordRuns {
  readonly model: Model;
  readonly interventions: Interventions;
  readonly a: AttentionTrace;
  readonly b: AttentionTrace;
  /** May overwrite the numbers of an earlier run, but not those of A and B. */
  run(tokens: TokenInput, interventions: Interventions): AttentionTrace;
}

/** Words at each end of the difference: more than the screen shows, as some differ only in case. */
const directedWords = 24;

/** Answers the question; each step is one run of a control, so that the caller can read keys or stop in between. */
export function* wordSteps(runs: WordRuns, question: WordQuestion): Generator<void, WordContrast, void> {
  for (const side of unknownSides(runs, question)) {
    yield;
    vectorsOf(runs, side);
  }
  const { c, moved, shuffles } = question;
  const of = (side: ControlSide) => vectorsOf(runs, side);
  return contrastOf(runs, question, {
    c: c && of(c),
    moved: moved && { a: moved.a && of(moved.a), b: moved.b && of(moved.b), c: moved.c && of(moved.c) },
    shuffles: shuffles.map(({ a, b }) => ({ a: of(a), b: of(b) })),
  });
}

/** The texts of the controls whose numbers are not known from an earlier question. */
export function unknownSides(
  { model, interventions }: Pick<WordRuns, 'model' | 'interventions'>,
  { c, moved, shuffles }: WordQuestion,
): ControlSide[] {
  const sides = [c, moved?.a, moved?.b, moved?.c, ...shuffles.flatMap(({ a, b }) => [a, b])];
  return sides.flatMap((side) => (side && !knownVectors.get(model)?.has(keyOf(side, interventions)) ? side : []));
}

/** The word's vectors by control, kept because moving the cursor asks for the same ones again. */
const knownVectors = new WeakMap<Model, Map<string, WordVectors>>();
const mostKnown = 32;

function keyOf(side: ControlSide, interventions: Interventions): string {
  return JSON.stringify([side, interventionsOn(side, interventions)]);
}

function interventionsOn({ isOfA }: ControlSide, interventions: Interventions): Interventions {
  return isOfA === true ? interventions : aboutModel(interventions);
}

function vectorsOf({ model, interventions, run }: WordRuns, side: ControlSide): WordVectors {
  const ofModel = knownVectors.get(model) ?? new Map<string, WordVectors>();
  knownVectors.set(model, ofModel);
  const key = keyOf(side, interventions);
  const { tokens, places } = side;
  // Keeps the caller's signals from depending on the graphs of these runs.
  const compute = () =>
    untracked(() => {
      const trace = run(tokens, interventionsOn(side, interventions));
      return wordVectors(stageVectors(model, trace, tokens.ids), places);
    });
  const vectors = ofModel.get(key) ?? compute();
  ofModel.delete(key);
  ofModel.set(key, vectors);
  const [oldest] = ofModel.keys();
  if (ofModel.size > mostKnown && oldest !== undefined) ofModel.delete(oldest);
  return vectors;
}

/** The answer with the controls that were run; without `controls`, with none. */
export function contrastOf(runs: WordRuns, question: WordQuestion, controls?: ControlVectors): WordContrast {
  const { model, interventions } = runs;
  const { layer: asked, a, b, c, moved, shuffles, vocabulary, leftOut, ...setting } = question;
  const isAltered = !hasSameJson(interventions, aboutModel(interventions));
  const isSame = question.isSame && !isAltered;
  const layer = Math.max(0, Math.min(asked, model.layers.length - 1));
  const [stagesA, stagesB] = [stageVectors(model, runs.a, a.ids), stageVectors(model, runs.b, b.ids)];
  const wO = model.layers[layer]?.attention.wO ?? null;
  const mixed = (trace: AttentionTrace, places: readonly number[]) =>
    trace.layers[layer] === undefined ? null : mixedIn(trace.layers[layer], places, wO);
  const placeOf = ({ places, index, count }: WordPlace): WordPlace => ({ places, index, count });
  return {
    ...setting,
    isSame,
    isAltered,
    layer,
    a: placeOf(a),
    b: placeOf(b),
    c: c && placeOf(c),
    movedTo: moved?.position ?? null,
    hasControls: controls !== undefined,
    mixedA: mixed(runs.a, a.places),
    mixedB: mixed(runs.b, b.places),
    direction: directionOf(model, question, layer, stagesA, stagesB),
    stages: contrastStages({ stages: stagesA, ...a }, { stages: stagesB, ...b }, controls),
    shuffleCount: controls === undefined ? 0 : shuffles.length,
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
