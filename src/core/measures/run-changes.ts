import { blockRow, dim, row, ShapeError, type Tensor, tensor } from '../../tensor/tensor.ts';
import type { Model } from '../model.ts';
import type { AttentionTrace, LayerTrace } from '../trace.ts';
import { type PredictionEffect, predictionEffects, type RunResults, resultsOf } from './ablation-effect.ts';
import { cosineOrNull, distanceOrNull, meanOf, relativeChange } from './vectors.ts';

/** How many predictions of the unaltered run are compared. */
const followedPredictions = 5;

/** Copies of the parts of a run that are compared at a head and a query. */
export interface RunParts extends RunResults {
  /** Attention weights of the selected head, [query, key]. */
  readonly weights: Tensor;
  readonly query: number;
  /** weights · V of that head and query, [d_v]. */
  readonly context: Float32Array;
  /** The query's vector after the layer, [hidden]. */
  readonly layerOutput: Float32Array;
}

/** Where two runs are compared. */
export interface RunPlace {
  /** The selected layer of the run, in any part. */
  readonly layer: Pick<LayerTrace, 'attentionWeights' | 'context' | 'concat' | 'attentionOutput' | 'residPost'>;
  readonly head: number;
  readonly query: number;
  /** The token at which results are compared; in an encoder–decoder model, a token of the decoder. */
  readonly token: number;
}

/** How a vector changed; null if there is no such number. */
export interface VectorChange {
  /** ‖x' − x‖ */
  readonly distance: number | null;
  /** ‖x' − x‖ / ‖x‖ */
  readonly relative: number | null;
  readonly cosine: number | null;
}

/** A weight before and after. */
export interface WeightChange {
  readonly query: number;
  readonly key: number;
  readonly before: number;
  readonly after: number;
}

export interface WeightsChange {
  /** Mean over queries of ½ Σ |w' − w|: 0 for equal weights, 1 for different keys; above 1 only if edited rows do not sum to 1. */
  readonly meanVariation: number | null;
  /** ½ Σ |w' − w| for the selected query. */
  readonly queryVariation: number | null;
  /** The first weight with the largest |w' − w|; null if no weight is a number. */
  readonly largest: WeightChange | null;
}

export interface PredictionChanges {
  /** The most probable tokens of the unaltered run, most probable first: the index is the rank before. */
  readonly top: readonly PredictionEffect[];
  /** The most probable token of the changed run. */
  readonly now: { readonly id: number; readonly before: number; readonly after: number; readonly rankBefore: number };
}

/** How a run with interventions differs from the unaltered one: for equal runs, by exactly 0, with cosines of exactly 1. */
export interface RunChanges {
  /** At the selected head. */
  readonly weights: WeightsChange;
  /** At the selected head and query. */
  readonly context: VectorChange;
  /** The selected query's vector after the layer. */
  readonly layerOutput: VectorChange;
  /** The token's vector after the last layer. */
  readonly output: VectorChange;
  /** null if the model has no sentence embedding. */
  readonly embedding: VectorChange | null;
  /** null without a language head, or if a probability is NaN. */
  readonly predictions: PredictionChanges | null;
}

/** Copies the parts that are compared, as later runs reuse the memory of a trace. The layer's output is residPost, else the attention
 *  output, else the concatenated heads. */
export function runParts(trace: AttentionTrace, place: RunPlace, model: Pick<Model, 'head'>): RunParts {
  const { layer, head, query, token } = place;
  const [queries, keys] = [dim(layer.attentionWeights, 1), dim(layer.attentionWeights, 2)];
  const weights = layer.attentionWeights.data.slice(head * queries * keys, (head + 1) * queries * keys);
  return {
    ...resultsOf(trace, token, model),
    weights: tensor(['query', 'key'], [queries, keys], weights),
    query,
    context: blockRow(layer.context, head, query).slice(),
    layerOutput: row(layer.residPost ?? layer.attentionOutput ?? layer.concat, query).slice(),
  };
}

/** How the changed run differs from the unaltered one at the same place of the same text.
 *  @throws ShapeError when place, text or model differ. */
export function runChanges(before: RunParts, after: RunParts): RunChanges {
  return {
    weights: weightsChange(before, after),
    context: vectorChange(before.context, after.context),
    layerOutput: vectorChange(before.layerOutput, after.layerOutput),
    output: vectorChange(before.output, after.output),
    embedding: before.embedding && after.embedding && vectorChange(before.embedding, after.embedding),
    predictions: before.logits && after.logits && predictionChanges(before.logits, after.logits),
  };
}

/** ‖x' − x‖, the same relative to ‖x‖, and cos(x, x').  x, x' [width]
 *  @throws ShapeError when the lengths differ. */
export function vectorChange(before: Float32Array, after: Float32Array): VectorChange {
  return {
    distance: distanceOrNull(before, after),
    relative: relativeChange(before, after),
    cosine: cosineOrNull(before, after),
  };
}

function weightsChange(before: RunParts, after: RunParts): WeightsChange {
  const [queries, keys] = [dim(before.weights, 0), dim(before.weights, 1)];
  if (dim(after.weights, 0) !== queries || dim(after.weights, 1) !== keys || after.query !== before.query) {
    const shape = ({ weights, query }: RunParts) => `query ${query} of weights [${weights.shape.join(', ')}]`;
    throw new ShapeError(`cannot compare ${shape(before)} with ${shape(after)}`);
  }
  const variations = Array.from({ length: queries }, (_, query) =>
    totalVariation(row(before.weights, query), row(after.weights, query)),
  );
  return {
    meanVariation: meanOf(variations),
    queryVariation: variations[before.query] ?? null,
    largest: largestChange(before.weights, after.weights),
  };
}

/** ½ Σ |w' − w|, the total variation distance of two distributions, without keys that have no number in either (an unknown word);
 *  null if no key remains, or if a key has a number in only one.  w, w' [key]
 *  @throws ShapeError when the lengths differ.  @see Levin, Peres & Wilmer 2009, proposition 4.2 */
export function totalVariation(before: Float32Array, after: Float32Array): number | null {
  if (before.length !== after.length) {
    throw new ShapeError(`cannot compare weights on ${before.length} keys with weights on ${after.length}`);
  }
  let [sum, count] = [0, 0];
  for (let key = 0; key < before.length; key++) {
    const [w, changed] = [before[key]!, after[key]!];
    if (Number.isNaN(w) && Number.isNaN(changed)) continue;
    sum += Math.abs(changed - w);
    count += 1;
  }
  return count === 0 || !Number.isFinite(sum) ? null : sum / 2;
}

/** w, w' [query, key] of the same shape. */
function largestChange(before: Tensor, after: Tensor): WeightChange | null {
  const keys = dim(before, 1);
  let [largest, place] = [-1, -1];
  for (let i = 0; i < before.data.length; i++) {
    const size = Math.abs(after.data[i]! - before.data[i]!);
    if (size > largest) [largest, place] = [size, i];
  }
  if (place < 0) return null;
  const [query, key] = [Math.floor(place / keys), place % keys];
  return { query, key, before: before.data[place]!, after: after.data[place]! };
}

/** before, after: logits [vocab] */
function predictionChanges(before: Float32Array, after: Float32Array): PredictionChanges | null {
  const top = predictionEffects(before, after, followedPredictions);
  const best = predictionEffects(after, before, 1)[0];
  if (best === undefined || [...top, best].some((one) => Number.isNaN(one.before) || Number.isNaN(one.after)))
    return null;
  return { top, now: { id: best.id, before: best.after, after: best.before, rankBefore: best.rankAfter } };
}
