import type { Tensor } from '../tensor/tensor.ts';

/** Every number of one layer's attention, from what enters it to what leaves it.
 *  Reading a field computes what it needs and nothing else; null where the model has no such stage. */
export interface LayerTrace {
  /** What enters the layer, [token, in]. */
  readonly residPre: Tensor;
  /** After bias, [head, token, d_k], [head, token, d_k], [head, token, d_v]. */
  readonly q: Tensor;
  readonly k: Tensor;
  readonly v: Tensor;
  /** q·k, [head, query, key]. */
  readonly scores: Tensor;
  /** × scaleFactor × scoreScale. */
  readonly scaledScores: Tensor;
  /** −∞ where masked. */
  readonly maskedScores: Tensor;
  /** Softmax over keys. */
  readonly attentionWeights: Tensor;
  /** weights · V, [head, token, d_v]. */
  readonly context: Tensor;
  /** Heads side by side, [token, head · d_v]. */
  readonly concat: Tensor;
  /** After W_O and its bias, [token, hidden]. */
  readonly attentionOutput: Tensor | null;
  /** After the residual is added, [token, hidden]. */
  readonly residMid: Tensor | null;
  /** What leaves the layer, [token, hidden]. */
  readonly residPost: Tensor | null;
}

/** Every number of one run of a model over one text. */
export interface AttentionTrace {
  /** What enters layer 0, [token, width]. */
  readonly embedding: Tensor;
  readonly layers: readonly LayerTrace[];
  /** Mean over tokens of the last residPost, [hidden]; null where the model has none or the text no token. */
  readonly pooled: Tensor | null;
  /** The sentence as a unit vector, [hidden]. */
  readonly sentenceEmbedding: Tensor | null;
}

/** Names of the numeric stages of a layer, in the order of the computation. */
export const layerStages = [
  'residPre',
  'q',
  'k',
  'v',
  'scores',
  'scaledScores',
  'maskedScores',
  'attentionWeights',
  'context',
  'concat',
  'attentionOutput',
  'residMid',
  'residPost',
] as const satisfies readonly (keyof LayerTrace)[];

export type LayerStage = (typeof layerStages)[number];
