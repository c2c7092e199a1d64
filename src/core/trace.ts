import { type Tensor, tensor } from '../tensor/tensor.ts';
import type { Prediction } from './chain/language-head.ts';

/** Every number of one layer's attention, from what enters it to what leaves it; `chain/chain.ts` computes them.
 *  Reading a field computes what it needs and nothing else; null where the model has no such stage. */
export interface LayerTrace {
  /** What enters the layer, [token, in]. */
  readonly residPre: Tensor;
  /** After bias and, where the model has it, q/k norm, [head, token, d_k], [head, token, d_k], [head, token, d_v];
   *  shared keys and values are repeated for each head. */
  readonly q: Tensor;
  readonly k: Tensor;
  readonly v: Tensor;
  /** After rotary position embedding, [head, token, d_k]. */
  readonly rotatedQ: Tensor | null;
  readonly rotatedK: Tensor | null;
  /** q·k, rotated where there is rotation, [head, query, key]. */
  readonly scores: Tensor;
  /** Scores × scoreScale × scaleFactor, then position terms, then soft cap, [head, query, key]. */
  readonly scaledScores: Tensor;
  /** −∞ where masked, [head, query, key]. */
  readonly maskedScores: Tensor;
  /** Softmax over keys, [head, query, key]. */
  readonly attentionWeights: Tensor;
  /** weights · V, [head, token, d_v]. */
  readonly context: Tensor;
  /** Heads side by side, [token, head · d_v]. */
  readonly concat: Tensor;
  /** After W_O and its bias, [token, hidden]. */
  readonly attentionOutput: Tensor | null;
  /** The residual plus attention, before any norm of the sum, [token, hidden]; null in parallel-residual layers. */
  readonly residMid: Tensor | null;
  /** What leaves the layer, [token, hidden]; null in cross-attention, which does not end its layer. */
  readonly residPost: Tensor | null;
}

/** What a stack of layers computes from one text. */
export interface StackTrace {
  /** What enters layer 0, [token, width]. */
  readonly embedding: Tensor;
  readonly layers: readonly LayerTrace[];
  /** After the final norm, [token, hidden]; null where the model has none. */
  readonly finalNorm: Tensor | null;
}

export interface DecoderTrace extends StackTrace {
  /** Each layer's attention to the encoder's output: rows are the decoder's tokens, columns the encoder's. */
  readonly crossLayers: readonly LayerTrace[];
}

/** Every number of one run of a model over one text. */
export interface AttentionTrace extends StackTrace {
  /** null where the model has no decoder beside its own stack. */
  readonly decoder: DecoderTrace | null;
  /** Mean of the last residPost over tokens, [hidden]; null where the model has none or the text no token. */
  readonly pooled: Tensor | null;
  /** The sentence as a unit vector, [hidden]. */
  readonly sentenceEmbedding: Tensor | null;
  /** The most probable tokens at a place of the text, or of the decoder's text; null without a language-model head. */
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

/** Which attention: 'encoder' is the model's own stack, whatever its kind; the others are those of its decoder. */
export const attentionParts = ['encoder', 'decoder', 'cross'] as const;
export type AttentionPart = (typeof attentionParts)[number];
