import { row, ShapeError } from '../../tensor/tensor.ts';
import { logitsOf, topPredictions } from '../chain/language-head.ts';
import type { HeadIndex } from '../interventions.ts';
import type { Model } from '../model.ts';
import type { AttentionTrace } from '../trace.ts';
import { cosineOrNull, relativeChange } from './vectors.ts';

/** The results on which the effect of a head can be measured. */
export const ablationMeasures = ['embedding', 'prediction', 'output'] as const;
export type AblationMeasure = (typeof ablationMeasures)[number];

/** The measures that fit a model, the default first. */
export function measuresOf({ sentence, head }: Pick<Model, 'sentence' | 'head'>): readonly AblationMeasure[] {
  const has = { embedding: sentence !== null, prediction: head !== null, output: true };
  return ablationMeasures.filter((name) => has[name]);
}

/** The measure that ranks heads unless the reader chooses another. */
export function defaultMeasure(model: Pick<Model, 'sentence' | 'head'>): AblationMeasure {
  return measuresOf(model)[0] ?? 'output';
}

/** How a change affects a token that the unaltered run predicts. */
export interface PredictionEffect {
  readonly id: number;
  /** Probability before and after the change. */
  readonly before: number;
  readonly after: number;
  /** Rank by probability after the change; 1 is the most probable. */
  readonly rankAfter: number;
}

/** The effect of switching off a head; null if the model has no such result or it is undefined. */
export interface HeadEffect extends HeadIndex {
  /** ‖x' − x‖ / ‖x‖, where x is the token's vector after the last layer. */
  readonly outputChange: number | null;
  /** cos(x, x') */
  readonly outputCosine: number | null;
  /** Cosine of the sentence embeddings. */
  readonly embeddingCosine: number | null;
  readonly prediction: PredictionEffect | null;
}

/** The most probable token by softmax(before), its probability before and after, and its rank by softmax(after).
 *  On a tie the smaller id comes first, as in `topPredictions`.  before, after: logits [vocab]
 *  @throws ShapeError when the lengths differ or there is no token. */
export function predictionEffect(before: Float32Array, after: Float32Array): PredictionEffect {
  const best = predictionEffects(before, after, 1)[0];
  if (best === undefined) throw new ShapeError('no logits: no token is the most probable');
  return best;
}

/** The same for the `count` most probable tokens by softmax(before), most probable first: the index is the rank before, from 0.
 *  before, after: logits [vocab]  @throws ShapeError when the lengths differ. */
export function predictionEffects(before: Float32Array, after: Float32Array, count: number): PredictionEffect[] {
  if (before.length !== after.length) {
    throw new ShapeError(`cannot compare ${before.length} logits with ${after.length}`);
  }
  const probabilityAfter = softmaxOf(after);
  return topPredictions(before, count).map(({ id, probability }) => ({
    id,
    before: probability,
    after: probabilityAfter(id),
    rankAfter: rankOf(after, id),
  }));
}

/** id -> softmax(row)[id], summed in the order of `topPredictions`.  row: logits [vocab] */
function softmaxOf(row: Float32Array): (id: number) => number {
  const maximum = row.reduce((largest, logit) => Math.max(largest, logit), -Infinity);
  const sum = row.reduce((total, logit) => total + Math.exp(logit - maximum), 0);
  return (id) => Math.exp(row[id]! - maximum) / sum;
}

/** Rank of a token by probability, from 1; on a tie the smaller id comes first.  row: logits [vocab] */
function rankOf(row: Float32Array, token: number): number {
  const logit = row[token]!;
  let rank = 1;
  for (let id = 0; id < row.length; id++) {
    if (row[id]! > logit || (row[id]! === logit && id < token)) rank += 1;
  }
  return rank;
}

/** The parts of a run that are compared. */
export interface RunResults {
  readonly output: Float32Array;
  readonly embedding: Float32Array | null;
  /** null without a language head. */
  readonly logits: Float32Array | null;
}

/** Copies the results of a run at a token, as later runs reuse the memory of a trace.
 *  output [hidden]: after the last layer and the final norm, if there is one; the concatenated heads in a model without W_O. */
export function resultsOf(trace: AttentionTrace, token: number, { head }: Pick<Model, 'head'>): RunResults {
  const stack = trace.decoder ?? trace;
  const last = stack.layers.at(-1);
  const leaves = stack.finalNorm ?? last?.residPost ?? last?.concat ?? stack.embedding;
  const output = row(leaves, token).slice();
  return {
    output,
    embedding: trace.sentenceEmbedding?.data.slice() ?? null,
    logits: head && logitsOf(output, head),
  };
}

/** How the results of a changed run differ from those of the unaltered one. */
export function difference(before: RunResults, after: RunResults): Omit<HeadEffect, keyof HeadIndex> {
  return {
    outputChange: relativeChange(before.output, after.output),
    outputCosine: cosineOrNull(before.output, after.output),
    embeddingCosine: before.embedding && after.embedding && cosineOrNull(before.embedding, after.embedding),
    prediction: before.logits && after.logits && predictionEffect(before.logits, after.logits),
  };
}

/** The size of an effect, 0 for no change; null if the measure has no number.
 *  embedding: 1 − cos of the sentence embeddings; prediction: |Δp| of the most probable token; output: ‖x' − x‖ / ‖x‖. */
export function effectOf(head: HeadEffect, measure: AblationMeasure): number | null {
  const { outputChange, embeddingCosine, prediction } = head;
  if (measure === 'output') return outputChange;
  if (measure === 'embedding') return embeddingCosine === null ? null : 1 - embeddingCosine;
  return prediction === null ? null : Math.abs(prediction.after - prediction.before);
}

/** Heads by effect, largest first, ties by layer and head; heads without a number come last. */
export function rankByEffect<Head extends HeadEffect>(heads: readonly Head[], measure: AblationMeasure): Head[] {
  const key = (head: Head) => effectOf(head, measure) ?? -1;
  return heads.toSorted((a, b) => key(b) - key(a) || a.layer - b.layer || a.head - b.head);
}
