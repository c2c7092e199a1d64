import { blockRow, dim, row, ShapeError, type Tensor, tensor } from '../../tensor/tensor.ts';
import type { Model } from '../model.ts';
import type { AttentionTrace, LayerTrace } from '../trace.ts';
import {
  cosineOrNull,
  distanceOrNull,
  type PredictionEffect,
  predictionEffects,
  type RunResults,
  relativeChange,
  resultsOf,
} from './ablation-effect.ts';

/** How many of the unaltered run's predictions are followed. */
const followedPredictions = 5;

/** What of a run is compared at a head and a query, copied: plain data that outlives the trace. */
export interface RunParts extends RunResults {
  /** Of the selected head, [query, key]. */
  readonly weights: Tensor;
  readonly query: number;
  /** weights · V of the head and the query, [d_v]. */
  readonly context: Float32Array;
  /** What leaves the layer at the query, [hidden]. */
  readonly layerOutput: Float32Array;
}

/** Where two runs are compared. */
export interface RunPlace {
  /** The layer that is looked at, of the same run: of the stack, of the decoder, or the attention to the encoder. */
  readonly layer: Pick<LayerTrace, 'attentionWeights' | 'context' | 'concat' | 'attentionOutput' | 'residPost'>;
  readonly head: number;
  readonly query: number;
  /** The token at which the result of the model is looked at; of an encoder–decoder one that the decoder reads. */
  readonly token: number;
}

/** How a vector differs; null where there is no such number. */
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
  /** Mean over queries of ½ Σ |w' − w|: 0 the same, 1 on other keys altogether; above it only where edited rows do not sum to 1. */
  readonly meanVariation: number | null;
  /** ½ Σ |w' − w| of the selected query. */
  readonly queryVariation: number | null;
  /** Where |w' − w| is largest, the first such place; null where no weight is a number. */
  readonly largest: WeightChange | null;
}

export interface PredictionChanges {
  /** The most probable tokens of the unaltered run, most probable first: the place is the rank before. */
  readonly top: readonly PredictionEffect[];
  /** The most probable token of the changed run. */
  readonly now: { readonly id: number; readonly before: number; readonly after: number; readonly rankBefore: number };
}

/** How a run with interventions differs from the unaltered one. Equal runs differ by exactly 0, with cosines of exactly 1. */
export interface RunChanges {
  /** Of the selected head. */
  readonly weights: WeightsChange;
  /** Of the selected head and query. */
  readonly context: VectorChange;
  /** Of the selected query, as it leaves the layer. */
  readonly layerOutput: VectorChange;
  /** Of the token, as it leaves the last layer. */
  readonly output: VectorChange;
  /** null where the model has no sentence embedding. */
  readonly embedding: VectorChange | null;
  /** null without a language-model head, or where it has no probabilities (NaN). */
  readonly predictions: PredictionChanges | null;
}

/** Copies what is compared: the memory of a trace is used again by later runs. What leaves the layer is residPost, or the attention's
 *  output where the layer does not end with it, or the heads side by side where there is no W_O. */
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

/** How the parts of a changed run differ from those of the unaltered one, at the same place of the same text.
 *  @throws ShapeError when they are not of the same place, text or model. */
export function runChanges(before: RunParts, after: RunParts): RunChanges {
  const hasEmbedding = before.embedding !== null && after.embedding !== null;
  return {
    weights: weightsChange(before, after),
    context: vectorChange(before.context, after.context),
    layerOutput: vectorChange(before.layerOutput, after.layerOutput),
    output: vectorChange(before.output, after.output),
    embedding: hasEmbedding ? vectorChange(before.embedding, after.embedding) : null,
    predictions:
      before.logits === null || after.logits === null ? null : predictionChanges(before.logits, after.logits),
  };
}

/** The length of the change, its share of the length before, and the cosine.  x, x' [width]
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
    throw new ShapeError(`${shape(before)} and ${shape(after)} cannot be compared`);
  }
  const variations = Array.from({ length: queries }, (_, query) =>
    totalVariation(row(before.weights, query), row(after.weights, query)),
  );
  const known = variations.filter((one) => one !== null);
  return {
    meanVariation: known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0) / known.length,
    queryVariation: variations[before.query] ?? null,
    largest: largestChange(before.weights, after.weights),
  };
}

/** ½ Σ |w' − w|, the total variation distance of two distributions. A key without a number in both (NaN: an unknown word) is left out;
 *  null where there is no other, or where one of them alone has a number.  w, w' [key]
 *  @throws ShapeError when the lengths differ.  @see Levin, Peres & Wilmer 2009, proposition 4.2 */
export function totalVariation(before: Float32Array, after: Float32Array): number | null {
  if (before.length !== after.length) {
    throw new ShapeError(`weights over ${before.length} and over ${after.length} keys cannot be compared`);
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
