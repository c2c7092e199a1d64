import type { Activation } from '../../core/model.ts';
import {
  type AttentionSpec,
  type EmbeddingSpec,
  type HeadSpec,
  inverseRoot,
  type LayerSpec,
  layerNormSpec,
  linear,
  type ModelSpec,
  plainAttention,
  plainEmbedding,
  plainFeedForward,
  plainLayer,
} from './spec.ts';

/** Names of a layer's parts, each before `.weight`. */
export interface LayerNames {
  readonly q: string;
  readonly k: string;
  readonly v: string;
  readonly o: string;
  readonly attentionNorm: string;
  readonly up: string;
  readonly down: string;
  readonly outputNorm: string;
}

/** An encoder that adds first and normalises after, as the first transformers did, with learned positions. */
export interface PostNormEncoder {
  readonly hidden: number;
  readonly heads: number;
  readonly headDim: number;
  readonly inner: number;
  readonly epsilon: number;
  readonly activation: Activation;
  readonly maxPositions: number | null;
  readonly embedding: Pick<EmbeddingSpec, 'tokens' | 'vocabSize' | 'width' | 'norm'> & Partial<EmbeddingSpec>;
  /** Of each layer in turn; the same names twice are the same weights. */
  readonly layers: readonly LayerNames[];
  readonly attention?: Partial<AttentionSpec>;
  readonly head: HeadSpec | null;
}

export function postNormEncoder(encoder: PostNormEncoder): ModelSpec {
  const { hidden, maxPositions, embedding, layers, head } = encoder;
  return {
    hiddenSize: hidden,
    stack: {
      maxPositions,
      embedding: { ...plainEmbedding, ...embedding },
      layers: layers.map((names) => postNormLayer(names, encoder)),
      finalNorm: null,
    },
    decoder: null,
    head,
  };
}

export function postNormLayer(
  names: LayerNames,
  encoder: Pick<PostNormEncoder, 'hidden' | 'heads' | 'headDim' | 'inner' | 'epsilon' | 'activation' | 'attention'>,
): LayerSpec {
  const { hidden, heads, headDim, inner, epsilon, activation, attention = {} } = encoder;
  const all = heads * headDim;
  return {
    ...plainLayer,
    attention: {
      ...plainAttention,
      numAttentionHeads: heads,
      numKeyValueHeads: heads,
      headDim,
      scoreScale: inverseRoot(headDim),
      q: linear(names.q, hidden, all),
      k: linear(names.k, hidden, all),
      v: linear(names.v, hidden, all),
      o: linear(names.o, all, hidden),
      residualNorm: layerNormSpec(names.attentionNorm, hidden, epsilon),
      ...attention,
    },
    feedForward: {
      ...plainFeedForward,
      up: linear(names.up, hidden, inner),
      activation,
      down: linear(names.down, inner, hidden),
      residualNorm: layerNormSpec(names.outputNorm, hidden, epsilon),
    },
  };
}
