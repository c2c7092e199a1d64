import type { Matrix } from '../tensor/matrix.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** y = x·W + b.  weight in × out, bias [out] or null */
export interface Linear {
  readonly weight: Matrix;
  readonly bias: Tensor | null;
}

/** A norm over the last axis.  scale, bias [width]
 *  layer: y = (x − mean) / √(variance + epsilon) · scale + bias (Ba et al. 2016).
 *  rms: y = x / √(mean of squares + epsilon) · scale (Zhang & Sennrich 2019).
 *  factor: y = factor · x, which some models have in place of a norm (Granite). */
export type Norm =
  | { readonly kind: 'layer'; readonly scale: Tensor; readonly bias: Tensor; readonly epsilon: number }
  | { readonly kind: 'rms'; readonly scale: Tensor; readonly epsilon: number }
  | { readonly kind: 'factor'; readonly factor: number };

/** What marks a token's position p at the input. */
export type PositionEmbedding =
  /** concat(sin(p·f), cos(p·f)), frequencies [width / 2] (Vaswani et al. 2017, 3.5; here side by side). */
  | { readonly kind: 'sinusoid'; readonly frequencies: Tensor }
  /** A learned table, [position, width]: position p has row p + offset. A model that does not count padding tokens gives them row
   *  offset − 1; `paddingId` is null if it counts them. */
  | { readonly kind: 'table'; readonly table: Tensor; readonly offset: number; readonly paddingId: number | null };

/** What enters layer 0: norm(tokenScale · E[id] + position + token type); `projection` changes the width on the way. */
export interface EmbeddingParameters {
  /** width × vocab: column `id` is the vector of a token. */
  readonly tokens: Matrix;
  readonly tokenScale: number;
  readonly positions: PositionEmbedding | null;
  /** [type, width] */
  readonly tokenTypes: Tensor | null;
  readonly norm: Norm | null;
  readonly projection: {
    readonly linear: Linear;
    readonly place: 'before positions' | 'before norm' | 'after norm';
  } | null;
}

/** What is added to W_O's output: the layer's input, or a projection of it. */
export type ResidualParameters =
  | { readonly kind: 'identity' }
  | { readonly kind: 'projection'; readonly linear: Linear };

/** Rotary position embedding: rotates pairs of dimensions by the angle position · frequency (Su et al. 2021). */
export interface RotaryParameters {
  /** [rotated dimensions / 2] */
  readonly frequencies: Tensor;
  /** Other frequencies for texts of more than `after` tokens; null if there are none (Ding et al. 2024). */
  readonly longer: { readonly after: number; readonly frequencies: Tensor } | null;
  /** halves: dimension i is paired with i + d/2; neighbours: 2i with 2i + 1. */
  readonly pairing: 'halves' | 'neighbours';
  /** Factor on sine and cosine, 1 unless the model extends its context. */
  readonly amplitude: number;
}

/** What the distance between query and key adds to the scaled scores. */
export type PositionTerms =
  /** A learned number for each head and bucket of distances, table [bucket, head] (Raffel et al. 2020, 2.1). */
  | {
      readonly kind: 'buckets';
      readonly table: Tensor;
      readonly maxDistance: number;
      readonly isBidirectional: boolean;
    }
  /** slope · −(query − key), slopes [head] (Press et al. 2022). */
  | { readonly kind: 'slopes'; readonly slopes: Tensor }
  /** scale · (q·K_r + k·Q_r), r the bucket of the distance; K and Q are projections of norm(table), [2 · span, hidden]
   *  (He et al. 2021, eq. 4). */
  | {
      readonly kind: 'disentangled';
      readonly table: Tensor;
      readonly norm: Norm | null;
      /** null if the model has no such term. */
      readonly key: Linear | null;
      readonly query: Linear | null;
      readonly span: number;
      /** Distances up to half of it have their own buckets; 0 if all distances do. */
      readonly buckets: number;
      readonly maxDistance: number;
      readonly scale: number;
    };

/** Multi-head attention of one layer. */
export interface AttentionParameters {
  readonly numAttentionHeads: number;
  /** Each key/value head serves an equal group of query heads, one in plain multi-head attention (Ainslie et al. 2023). */
  readonly numKeyValueHeads: number;
  /** d_k, the width of one head's queries and keys. */
  readonly headDim: number;
  /** d_v, the width of one head's values. */
  readonly valueDim: number;
  /** Multiplies q·k: 1/√d_k in most models. */
  readonly scoreScale: number;
  /** Normalises the layer's input before W_Q, W_K, W_V. */
  readonly norm: Norm | null;
  readonly wQ: Linear;
  readonly wK: Linear;
  readonly wV: Linear;
  /** Normalise each head's query and key (Qwen 3). */
  readonly queryNorm: Norm | null;
  readonly keyNorm: Norm | null;
  readonly rotary: RotaryParameters | null;
  readonly positionTerms: PositionTerms | null;
  /** cap · tanh(score / cap) after the position terms (Gemma 2). */
  readonly softCap: number | null;
  /** Whether a query sees only itself and the keys before it. */
  readonly isCausal: boolean;
  /** How many keys back a query sees, including itself; null if all. */
  readonly window: number | null;
  /** null if the concatenated heads are the attention output. */
  readonly wO: Linear | null;
  /** Normalises W_O's output before it is added (Gemma 2). */
  readonly outputNorm: Norm | null;
  /** null if nothing is added. */
  readonly residual: ResidualParameters | null;
  /** Normalises the sum (post-LN); null in pre-LN models. */
  readonly residualNorm: Norm | null;
}

export type Activation = 'relu' | 'gelu' | 'gelu_new' | 'quick_gelu' | 'silu' | 'tanh' | 'relu2' | 'identity';

/** residualNorm(x + outputNorm((activation(h·G) ⊙ (h·W_1 + b_1))·W_2 + b_2)) with h = norm(x); without a gate, the inner part is
 *  activation(h·W_1 + b_1).  up: W_1, gate: G (Shazeer 2020), down: W_2 */
export interface FeedForwardParameters {
  readonly norm: Norm | null;
  readonly up: Linear;
  readonly gate: Linear | null;
  readonly activation: Activation;
  readonly down: Linear;
  readonly outputNorm: Norm | null;
  readonly residualNorm: Norm | null;
}

/** norm(residPost + activation(conv(residPre))) over neighbouring tokens, after the layer (DeBERTa-v2).  kernel: hidden × hidden each */
export interface ConvolutionParameters {
  readonly kernel: readonly Matrix[];
  readonly bias: Tensor;
  readonly activation: Activation;
  readonly norm: Norm;
}

export interface LayerParameters {
  readonly attention: AttentionParameters;
  /** Queries come from the decoder, keys and values from the encoder; null in layers that do not read the encoder. */
  readonly crossAttention: AttentionParameters | null;
  readonly feedForward: FeedForwardParameters | null;
  /** Whether attention and feed-forward both read the layer's input and are both added to it (GPT-NeoX, Phi). */
  readonly isParallel: boolean;
  readonly convolution: ConvolutionParameters | null;
}

/** Layers with the embedding before and the norm after them. */
export interface Stack {
  readonly numHiddenLayers: number;
  readonly numAttentionHeads: number;
  /** Longest text in tokens; null if unlimited. */
  readonly maxPositions: number | null;
  readonly embedding: EmbeddingParameters;
  readonly layers: readonly LayerParameters[];
  readonly finalNorm: Norm | null;
}

/** Logits of the next token (causal) or of the token itself (masked): softCap(scale · T(x)·W + b), T(x) = norm(activation(x·W_T + b_T)). */
export interface LanguageHead {
  readonly kind: 'causal' | 'masked';
  readonly transform: { readonly linear: Linear; readonly activation: Activation; readonly norm: Norm | null } | null;
  readonly scale: number;
  /** hidden × vocab */
  readonly weight: Matrix;
  readonly bias: Tensor | null;
  readonly softCap: number | null;
}

/** unit(tanh(mean of the last layer over tokens · W + b)), where unit(x) = x / √max(Σx², squaredNormFloor). */
export interface SentenceParameters {
  readonly projection: Linear;
  readonly squaredNormFloor: number;
}

/** The printed numbers of the worked lesson, to compare with the computed ones. */
export interface Lesson {
  readonly tokens: readonly string[];
  /** Rows of weights as printed, [query][key]. */
  readonly printedWeights: readonly (readonly number[])[];
  /** Decimals of `printedWeights` and of the lesson's results. */
  readonly decimals: number;
}

/** The decoder of an encoder–decoder model; the model's own stack is the encoder. */
export interface DecoderStack extends Stack {
  /** The token before any text. */
  readonly startTokenId: number;
}

/** The parameters of a model and their arrangement, without files or tokenizer.
 *  Its own stack is a whole encoder-only or decoder-only model, or the encoder of an encoder–decoder model. */
export interface Model extends Stack {
  readonly name: string;
  /** config.json's model_type. */
  readonly type: string;
  readonly hiddenSize: number;
  readonly vocabSize: number;
  readonly decoder: DecoderStack | null;
  readonly head: LanguageHead | null;
  readonly sentence: SentenceParameters | null;
  readonly lesson: Lesson | null;
}
