import { row, ShapeError, tensor } from '../../tensor/tensor.ts';
import { logits, topPredictions } from '../chain/language-head.ts';
import type { HeadIndex } from '../interventions.ts';
import type { LanguageHead, Model } from '../model.ts';
import type { AttentionTrace } from '../trace.ts';
import { cosine, norm } from './contextuality.ts';

/** What a head's effect can be measured on. */
export const ablationMeasures = ['embedding', 'prediction', 'output'] as const;
export type AblationMeasure = (typeof ablationMeasures)[number];

/** What a model gives results for, the last of them first: what its heads are ranked by unless something else is chosen. */
export function measuresOf({ sentence, head }: Pick<Model, 'sentence' | 'head'>): readonly AblationMeasure[] {
  const has = { embedding: sentence !== null, prediction: head !== null, output: true };
  return ablationMeasures.filter((name) => has[name]);
}

/** The first of them. */
export function defaultMeasure(model: Pick<Model, 'sentence' | 'head'>): AblationMeasure {
  return measuresOf(model)[0] ?? 'output';
}

/** The most probable token of the unaltered run, and what became of it. */
export interface PredictionEffect {
  readonly id: number;
  /** Probabilities without and with the change. */
  readonly before: number;
  readonly after: number;
  /** 1: still the most probable. */
  readonly rankAfter: number;
}

/** What switching one head off does; null where the model has no such result, or where it is undefined. */
export interface HeadEffect extends HeadIndex {
  /** Of the token's vector as it leaves the last layer. */
  readonly outputChange: number | null;
  readonly outputCosine: number | null;
  /** Of the sentence embeddings. */
  readonly embeddingCosine: number | null;
  readonly prediction: PredictionEffect | null;
}

/** ‖x' − x‖ / ‖x‖, 0 for equal vectors; null where x is all zeros or a number is missing (NaN).  x, x' [hidden]
 *  @throws ShapeError when the lengths differ. */
export function relativeChange(before: Float32Array, after: Float32Array): number | null {
  return finiteOrNull(distance(before, after) / norm(before));
}

/** ‖x' − x‖, 0 for equal vectors; null where a number is missing (NaN).  x, x' [hidden]
 *  @throws ShapeError when the lengths differ. */
export function distanceOrNull(before: Float32Array, after: Float32Array): number | null {
  return finiteOrNull(distance(before, after));
}

/** Their cosine; null where one is all zeros or a number is missing (NaN).  x, x' [hidden]
 *  @throws ShapeError when the lengths differ. */
export function cosineOrNull(before: Float32Array, after: Float32Array): number | null {
  requireSameLength(before, after);
  return finiteOrNull(cosine(before, after));
}

/** The most probable token by softmax(before), its probability by both, and its place by softmax(after); as in a list of
 *  predictions the smaller id is first on a tie.  before, after: logits [vocab]
 *  @throws ShapeError when the lengths differ or there is no token. */
export function predictionEffect(before: Float32Array, after: Float32Array): PredictionEffect {
  const best = predictionEffects(before, after, 1)[0];
  if (best === undefined) throw new ShapeError('there are no logits, so no token is the most probable');
  return best;
}

/** The same of the `count` most probable tokens by softmax(before), most probable first: the place in the list is the rank before.
 *  before, after: logits [vocab]  @throws ShapeError when the lengths differ. */
export function predictionEffects(before: Float32Array, after: Float32Array, count: number): PredictionEffect[] {
  requireSameLength(before, after);
  const probabilityAfter = softmaxOf(after);
  return topPredictions(before, count).map(({ id, probability }) => ({
    id,
    before: probability,
    after: probabilityAfter(id),
    rankAfter: rankOf(after, id),
  }));
}

/** softmax(row)[id], summed as a list of predictions sums it.  row: logits [vocab] */
function softmaxOf(row: Float32Array): (id: number) => number {
  let maximum = -Infinity;
  for (const logit of row) maximum = Math.max(maximum, logit);
  let sum = 0;
  for (const logit of row) sum += Math.exp(logit - maximum);
  return (id) => Math.exp(row[id]! - maximum) / sum;
}

/** Place of a token in the order of probabilities, from 1; the smaller id first on a tie.  row: logits [vocab] */
function rankOf(row: Float32Array, token: number): number {
  const logit = row[token]!;
  let rank = 1;
  for (let id = 0; id < row.length; id++) {
    if (row[id]! > logit || (row[id]! === logit && id < token)) rank += 1;
  }
  return rank;
}

/** What of a run is compared. */
export interface RunResults {
  readonly output: Float32Array;
  readonly embedding: Float32Array | null;
  /** null without a language-model head. */
  readonly logits: Float32Array | null;
}

/** The results of a run at a token, copied: the memory of a trace is used again by later runs.
 *  output [hidden]: what leaves the last layer, after the final norm where there is one; the heads side by side in a
 *  model that has no W_O. */
export function resultsOf(trace: AttentionTrace, token: number, { head }: Pick<Model, 'head'>): RunResults {
  const stack = trace.decoder ?? trace;
  const last = stack.layers.at(-1);
  const leaves = stack.finalNorm ?? last?.residPost ?? last?.concat ?? stack.embedding;
  const output = row(leaves, token).slice();
  return {
    output,
    embedding: trace.sentenceEmbedding?.data.slice() ?? null,
    logits: head === null ? null : logitsOf(output, head),
  };
}

/** The whole row, where a trace gives its most probable tokens alone: the token that is followed may fall far. */
function logitsOf(output: Float32Array, head: LanguageHead): Float32Array {
  return logits(tensor(['token', 'hidden'], [1, output.length], output), head).data;
}

/** How the results of a changed run differ from those of the unaltered one. */
export function difference(before: RunResults, after: RunResults): Omit<HeadEffect, keyof HeadIndex> {
  const hasEmbedding = before.embedding !== null && after.embedding !== null;
  return {
    outputChange: relativeChange(before.output, after.output),
    outputCosine: cosineOrNull(before.output, after.output),
    embeddingCosine: hasEmbedding ? cosineOrNull(before.embedding, after.embedding) : null,
    prediction: before.logits === null || after.logits === null ? null : predictionEffect(before.logits, after.logits),
  };
}

/** How much the head matters by a measure, 0 for not at all: 1 − cos of the sentence embeddings, |Δp| of the most probable
 *  token, or ‖x' − x‖ / ‖x‖ of the token's output; null where there is no such number. */
export function effectOf(head: HeadEffect, measure: AblationMeasure): number | null {
  const { outputChange, embeddingCosine, prediction } = head;
  if (measure === 'output') return outputChange;
  if (measure === 'embedding') return embeddingCosine === null ? null : 1 - embeddingCosine;
  return prediction === null ? null : Math.abs(prediction.after - prediction.before);
}

/** The heads by their effect, the largest first; by layer and head where effects are equal, those without one last. */
export function rankByEffect<Head extends HeadEffect>(heads: readonly Head[], measure: AblationMeasure): Head[] {
  const key = (head: Head) => effectOf(head, measure) ?? -1;
  return heads.toSorted((a, b) => key(b) - key(a) || a.layer - b.layer || a.head - b.head);
}

function distance(before: Float32Array, after: Float32Array): number {
  requireSameLength(before, after);
  let squares = 0;
  for (let i = 0; i < before.length; i++) squares += (after[i]! - before[i]!) ** 2;
  return Math.sqrt(squares);
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function requireSameLength(before: Float32Array, after: Float32Array): void {
  if (before.length !== after.length) {
    throw new ShapeError(`vectors of ${before.length} and of ${after.length} numbers cannot be compared`);
  }
}
