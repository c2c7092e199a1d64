import { row, ShapeError } from '../../tensor/tensor.ts';
import { logitsOf, topPredictions } from '../chain/language-head.ts';
import type { HeadIndex } from '../interventions.ts';
import type { Model } from '../model.ts';
import type { AttentionTrace } from '../trace.ts';
import { cosineOrNull, norm, relativeChange } from './vectors.ts';

/** The results on which the effect of a head can be measured. */
export const ablationMeasures = ['embedding', 'prediction', 'logits', 'output'] as const;
export type AblationMeasure = (typeof ablationMeasures)[number];

/** The measures that fit a model, the default first. */
export function measuresOf({ sentence, head }: Pick<Model, 'sentence' | 'head'>): readonly AblationMeasure[] {
  const has = { embedding: sentence !== null, prediction: head !== null, logits: head !== null, output: true };
  return ablationMeasures.filter((name) => has[name]);
}

/** Why a model lacks a measure, in one line; null if it has it. */
export function measureProblem(
  measure: AblationMeasure,
  { name, type, ...model }: Pick<Model, 'name' | 'type' | 'sentence' | 'head'>,
): string | null {
  if (measuresOf(model).includes(measure)) return null;
  const what =
    measure === 'embedding' ? 'has no sentence embedding' : 'has no language-model head: it predicts no tokens';
  return `${name} (${type}) ${what}`;
}

/** Whether effects by this measure have a sign; lengths and 1 − cosine have none. */
export function isSigned(measure: AblationMeasure): boolean {
  return measure === 'prediction' || measure === 'logits';
}

/** The tokens whose predictions are compared, by id; null: the most probable one, and the most probable one besides it. */
export interface TargetTokens {
  readonly token: number | null;
  readonly against: number | null;
}

export const mostProbable: TargetTokens = { token: null, against: null };

/** How a change affects a token of the vocabulary. */
export interface PredictionEffect {
  readonly id: number;
  /** Probability before and after the change, 0 … 1. */
  readonly before: number;
  readonly after: number;
  /** Rank by probability after the change; 1 is the most probable. */
  readonly rankAfter: number;
}

/** logit(token) − logit(against) before and after a change, which is ln of the ratio of their probabilities. */
export interface LogitEffect {
  readonly ids: readonly [token: number, against: number];
  readonly before: number;
  readonly after: number;
}

/** A head, and the results without it. */
export interface HeadResults extends HeadIndex {
  readonly results: Pick<RunResults, 'output' | 'embedding'>;
}

/** The effect of switching off a head; null if the model has no such result or it is undefined. */
export interface HeadEffect extends HeadResults {
  /** ‖x‖, the length of the token's vector after the last layer with the head. */
  readonly outputNorm: number | null;
  /** ‖x' − x‖ / ‖x‖, where x is the token's vector after the last layer. */
  readonly outputChange: number | null;
  /** cos(x, x') */
  readonly outputCosine: number | null;
  /** Cosine of the sentence embeddings. */
  readonly embeddingCosine: number | null;
  readonly prediction: PredictionEffect | null;
  readonly logits: LogitEffect | null;
}

/** softmax(before)[id], softmax(after)[id] and the rank of the token by softmax(after); without an id, of the most probable token by
 *  softmax(before). On a tie the smaller id comes first, as in `topPredictions`.  before, after: logits [vocab]
 *  @throws ShapeError when the lengths differ or there is no such token. */
export function predictionEffect(
  before: Float32Array,
  after: Float32Array,
  id = topPredictions(before, 1)[0]?.id,
): PredictionEffect {
  if (id === undefined || before[id] === undefined) throw new ShapeError('no logits: there is no such token');
  return effectsOnTokens(before, after, [id])[0]!;
}

/** The same for the `count` most probable tokens by softmax(before), most probable first: the index is the rank before, from 0.
 *  before, after: logits [vocab]  @throws ShapeError when the lengths differ. */
export function predictionEffects(before: Float32Array, after: Float32Array, count: number): PredictionEffect[] {
  const ids = topPredictions(before, count).map(({ id }) => id);
  return effectsOnTokens(before, after, ids);
}

function effectsOnTokens(before: Float32Array, after: Float32Array, ids: readonly number[]): PredictionEffect[] {
  requireSameVocabulary(before, after);
  const [probabilityBefore, probabilityAfter] = [softmaxOf(before), softmaxOf(after)];
  return ids.map((id) => {
    return { id, before: probabilityBefore(id), after: probabilityAfter(id), rankAfter: rankOf(after, id) };
  });
}

/** logit(token) − logit(against) before and after, in float64.  before, after: logits [vocab]
 *  @throws ShapeError when the lengths differ. */
export function logitEffect(before: Float32Array, after: Float32Array, ids: LogitEffect['ids']): LogitEffect {
  requireSameVocabulary(before, after);
  const differenceIn = (logits: Float32Array) => logits[ids[0]]! - logits[ids[1]]!;
  return { ids, before: differenceIn(before), after: differenceIn(after) };
}

function requireSameVocabulary(before: Float32Array, after: Float32Array): void {
  if (before.length !== after.length)
    throw new ShapeError(`cannot compare ${before.length} logits with ${after.length}`);
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
  return withLogits({ output, embedding: trace.sentenceEmbedding?.data.slice() ?? null }, { head });
}

/** The results with the logits that follow from the output. */
export function withLogits(results: HeadResults['results'], { head }: Pick<Model, 'head'>): RunResults {
  return { ...results, logits: head && logitsOf(results.output, head) };
}

/** How the results of a changed run differ from those of the unaltered one. */
export function difference(
  before: RunResults,
  after: RunResults,
  targets: TargetTokens = mostProbable,
): Omit<HeadEffect, keyof HeadResults> {
  const length = norm(before.output);
  return {
    outputNorm: Number.isFinite(length) ? length : null,
    outputChange: relativeChange(before.output, after.output),
    outputCosine: cosineOrNull(before.output, after.output),
    embeddingCosine: before.embedding && after.embedding && cosineOrNull(before.embedding, after.embedding),
    ...predicted(before.logits, after.logits, targets),
  };
}

function predicted(
  before: Float32Array | null,
  after: Float32Array | null,
  targets: TargetTokens,
): Pick<HeadEffect, 'prediction' | 'logits'> {
  if (before === null || after === null) return { prediction: null, logits: null };
  const best = topPredictions(before, 2).map(({ id }) => id);
  const token = targets.token ?? best[0];
  const against = targets.against ?? best.find((id) => id !== token);
  const prediction = predictionEffect(before, after, token);
  return { prediction, logits: against === undefined ? null : logitEffect(before, after, [prediction.id, against]) };
}

/** The effect of switching off a head, 0 for no change; null if the measure has no number.
 *  embedding: 1 − cos of the sentence embeddings, 0 … 2; output: ‖x' − x‖ / ‖x‖, ≥ 0.
 *  With a sign, without the head minus with it: prediction: p' − p, −1 … 1; logits: the change of logit(token) − logit(against). */
export function effectOf(head: HeadEffect, measure: AblationMeasure): number | null {
  const { outputChange, embeddingCosine } = head;
  if (measure === 'output') return outputChange;
  if (measure === 'embedding') return embeddingCosine === null ? null : 1 - embeddingCosine;
  const found = head[measure];
  return found === null || Number.isNaN(found.after - found.before) ? null : found.after - found.before;
}

/** ln p' − ln p of the token, the change of its log-probability in nats; null without a number. */
export function logProbabilityChange({ prediction }: Pick<HeadEffect, 'prediction'>): number | null {
  const change = prediction === null ? Number.NaN : Math.log(prediction.after / prediction.before);
  return Number.isFinite(change) ? change : null;
}

/** Heads by the size of the effect, largest first whatever its sign, ties by layer and head; heads without a number come last. */
export function rankByEffect<Head extends HeadEffect>(heads: readonly Head[], measure: AblationMeasure): Head[] {
  const size = (head: Head) => {
    const effect = effectOf(head, measure);
    return effect === null ? -1 : Math.abs(effect);
  };
  return heads.toSorted((a, b) => size(b) - size(a) || a.layer - b.layer || a.head - b.head);
}
