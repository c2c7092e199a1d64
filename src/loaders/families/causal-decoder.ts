import type { Activation } from '../../core/model.ts';
import type { Sizes } from './common.ts';
import {
  type AttentionSpec,
  type EmbeddingSpec,
  type FeedForwardSpec,
  type HeadSpec,
  inverseRoot,
  type LayerSpec,
  type ModelSpec,
  type NormSpec,
  plainAttention,
  plainEmbedding,
  plainFeedForward,
  plainLayer,
} from './spec.ts';

/** The parts of one layer of a pre-norm decoder. */
export interface DecoderLayer extends Pick<AttentionSpec, 'q' | 'k' | 'v' | 'o'>, Pick<FeedForwardSpec, 'up' | 'down'> {
  readonly norm: NormSpec;
  /** Norm of the feed-forward block; `norm` itself where both blocks share one. */
  readonly innerNorm: NormSpec;
  readonly attention?: Partial<AttentionSpec>;
  readonly feedForward?: Partial<FeedForwardSpec>;
}

/** A decoder without gates. */
export interface CausalDecoder {
  readonly sizes: Sizes;
  readonly headDim: number;
  /** Key/value heads; default: as many as heads. */
  readonly groups?: number;
  /** Whole name of the token table. */
  readonly table: string;
  readonly maxPositions: number | null;
  readonly embedding?: Partial<EmbeddingSpec>;
  readonly activation: Activation;
  readonly isParallel?: boolean;
  layer(index: number): DecoderLayer;
  readonly finalNorm: NormSpec | null;
  readonly head: HeadSpec | null;
}

export function causalDecoder(decoder: CausalDecoder): ModelSpec {
  const { sizes, table, maxPositions, embedding, finalNorm, head } = decoder;
  return {
    hiddenSize: sizes.hidden,
    stack: {
      maxPositions,
      embedding: { ...plainEmbedding, tokens: table, vocabSize: sizes.vocab, width: sizes.hidden, ...embedding },
      layers: Array.from({ length: sizes.layers }, (_, index) => layerSpec(decoder, decoder.layer(index))),
      finalNorm,
    },
    decoder: null,
    head,
  };
}

function layerSpec(
  { sizes, headDim, groups, activation, isParallel = false }: CausalDecoder,
  layer: DecoderLayer,
): LayerSpec {
  const { norm, innerNorm, up, down, attention, feedForward, ...projections } = layer;
  return {
    ...plainLayer,
    isParallel,
    attention: {
      ...plainAttention,
      numAttentionHeads: sizes.heads,
      numKeyValueHeads: groups ?? sizes.heads,
      headDim,
      scoreScale: inverseRoot(headDim),
      isCausal: true,
      norm,
      ...projections,
      ...attention,
    },
    feedForward: { ...plainFeedForward, norm: innerNorm, up, activation, down, ...feedForward },
  };
}
