import type { Tensor } from '../tensor/tensor.ts';

/** y = x·W + b.  weight [in, out], bias [out] or none. */
export interface Linear {
  readonly weight: Tensor;
  readonly bias: Tensor | null;
}

/** y = (x − mean) / √(variance + epsilon) · scale + bias, over the last axis.  scale, bias [width] */
export interface LayerNorm {
  readonly scale: Tensor;
  readonly bias: Tensor;
  readonly epsilon: number;
}

/** What enters layer 0: tokenScale · E[id] (+ the position's signal).  tokenEmbedding [vocab, width] */
export interface EmbeddingParameters {
  readonly tokenEmbedding: Tensor;
  readonly tokenScale: number;
  /** Rates f_j of concat(sin(p·f), cos(p·f)), [width / 2]; null where positions are not marked. */
  readonly positionFrequencies: Tensor | null;
}

/** What is added to W_O's output: the layer's input as it is, a projection of it, or nothing. */
export type ResidualParameters =
  | { readonly kind: 'identity' }
  | { readonly kind: 'projection'; readonly linear: Linear };

/** Multi-head attention of one layer. */
export interface AttentionParameters {
  readonly numAttentionHeads: number;
  /** d_k, the width of one head's queries and keys. */
  readonly headDim: number;
  /** d_v, the width of one head's values. */
  readonly valueDim: number;
  /** What plain q·k is multiplied by: 1/√d_k in most models. */
  readonly scoreScale: number;
  /** Normalises the layer's input before W_Q, W_K, W_V; null where there is none. */
  readonly norm: LayerNorm | null;
  readonly wQ: Linear;
  readonly wK: Linear;
  readonly wV: Linear;
  /** null: the heads side by side are the layer's result. */
  readonly wO: Linear | null;
  /** null: nothing is added. */
  readonly residual: ResidualParameters | null;
}

/** x + relu(norm(x)·W_1 + b_1)·W_2 + b_2 */
export interface FeedForwardParameters {
  readonly norm: LayerNorm | null;
  readonly up: Linear;
  readonly activation: 'relu';
  readonly down: Linear;
}

export interface LayerParameters {
  readonly attention: AttentionParameters;
  readonly feedForward: FeedForwardParameters | null;
}

/** unit(tanh(mean of the last layer over tokens · W + b)); the unit vector divides by √max(Σx², squaredNormFloor). */
export interface SentenceParameters {
  readonly projection: Linear;
  readonly squaredNormFloor: number;
}

/** What the worked lesson prints about its three tokens: data to set beside what is computed. */
export interface Lesson {
  readonly tokens: readonly string[];
  /** Rows of weights as printed, [query][key]. */
  readonly printedWeights: readonly (readonly number[])[];
  /** Digits after the point in `printedWeights` and in the lesson's results. */
  readonly decimals: number;
}

/** The numbers of a model and how they are wired; no files, no tokenizer. */
export interface Model {
  readonly name: string;
  /** config.json's model_type. */
  readonly type: string;
  readonly numHiddenLayers: number;
  readonly numAttentionHeads: number;
  readonly hiddenSize: number;
  readonly vocabSize: number;
  /** Longest text in tokens; null where nothing limits it. */
  readonly maxPositions: number | null;
  readonly embedding: EmbeddingParameters;
  readonly layers: readonly LayerParameters[];
  readonly sentence: SentenceParameters | null;
  readonly lesson: Lesson | null;
}
