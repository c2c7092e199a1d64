import { type Tensor, tensor } from '../tensor/tensor.ts';
import type { Prediction } from './chain/language-head.ts';

/** Every stage of one layer, in the order of `chain/chain.ts`; reading a field computes only what it needs.
 *  A stage that the model does not have is null. */
export interface LayerTrace {
  /** The input of the layer, [token, in]. */
  readonly residPre: Tensor;
  /** After bias and, if the model has one, q/k norm: q and k [head, token, d_k], v [head, token, d_v].
   *  Shared keys and values are repeated for each head. */
  readonly q: Tensor;
  readonly k: Tensor;
  readonly v: Tensor;
  /** After rotary position embedding, [head, token, d_k]. */
  readonly rotatedQ: Tensor | null;
  readonly rotatedK: Tensor | null;
  /** q·k, after rotation if there is one, [head, query, key]. */
  readonly scores: Tensor;
  /** Scores · scoreScale · scaleFactor, then position terms, then soft cap, [head, query, key]. */
  readonly scaledScores: Tensor;
  /** −∞ at masked keys, [head, query, key]. */
  readonly maskedScores: Tensor;
  /** Softmax over keys, [head, query, key]. */
  readonly attentionWeights: Tensor;
  /** weights · V, [head, token, d_v]. */
  readonly context: Tensor;
  /** Heads side by side, [token, head · d_v]. */
  readonly concat: Tensor;
  /** After W_O and its bias, [token, hidden]. */
  readonly attentionOutput: Tensor | null;
  /** The residual plus attention, before any norm of the sum, [token, hidden]; null in layers with parallel residuals. */
  readonly residMid: Tensor | null;
  /** The output of the layer, [token, hidden]; null in cross-attention, which does not end its layer. */
  readonly residPost: Tensor | null;
}

/** The trace of a stack over one text. */
export interface StackTrace {
  /** The input of layer 0, [token, width]. */
  readonly embedding: Tensor;
  readonly layers: readonly LayerTrace[];
  /** After the final norm, [token, hidden]; null if the model has none. */
  readonly finalNorm: Tensor | null;
}

export interface DecoderTrace extends StackTrace {
  /** The cross-attention of each layer: queries are the decoder's tokens, keys the encoder's. */
  readonly crossLayers: readonly LayerTrace[];
}

/** The trace of a model over one text. */
export interface AttentionTrace extends StackTrace {
  /** null if the model has no decoder beside its own stack. */
  readonly decoder: DecoderTrace | null;
  /** Mean of the last residPost over tokens, [hidden]; null without a sentence embedding or tokens. */
  readonly pooled: Tensor | null;
  /** The sentence as a unit vector, [hidden]. */
  readonly sentenceEmbedding: Tensor | null;
  /** The most probable tokens at a token of the text, or of the decoder's text; null without a language head. */
  readonly predictAt: ((token: number, count: number) => readonly Prediction[]) | null;
}

/** A run that has computed nothing. */
export const emptyTrace: AttentionTrace = {
  embedding: tensor(['token', 'width'], [0, 0]),
  layers: [],
  finalNorm: null,
  decoder: null,
  pooled: null,
  sentenceEmbedding: null,
  predictAt: null,
};

export type LayerStage = keyof LayerTrace;

/** 'encoder' is the model's own stack, of any kind; 'decoder' and 'cross' are the attentions of its decoder. */
export const attentionParts = ['encoder', 'decoder', 'cross'] as const;
export type AttentionPart = (typeof attentionParts)[number];
