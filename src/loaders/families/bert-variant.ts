import type { Activation } from '../../core/model.ts';
import { type Config, configBooleanOr, configCount, configCountOr, configNumberOr, configStringOr } from '../config.ts';
import {
  activationOf,
  type Describe,
  headDimOf,
  refuse,
  refuseTrue,
  type Sizes,
  sizesOf,
  type TensorNames,
  tokenTable,
} from './common.ts';
import { type LayerNames, postNormLayer } from './post-norm-layer.ts';
import {
  type AttentionSpec,
  type HeadSpec,
  layerNormSpec,
  learnedPositions,
  linear,
  type PositionTermsSpec,
  plainEmbedding,
} from './spec.ts';

/** How a variant of BERT differs from it. */
export interface BertVariant {
  readonly prefix: string;
  readonly epsilon?: number;
  /** Key of the feed-forward width. */
  readonly inner?: string;
  readonly activation?: readonly [key: string, otherwise: string];
  /** Width of the embedding where config.json does not give it; not given: always the hidden size. */
  readonly embeddingSize?: number;
  /** Name, below the prefix, of the layer that widens the embedding. */
  readonly widening?: string;
  readonly hasTypes: boolean;
  /** Whether is_decoder makes the attention causal; the other variants ignore it. */
  readonly canDecode?: boolean;
  /** The padding token's id, where positions start after it and skip padding. */
  paddingId?(config: Config): number;
  /** How many layers stand for one that config.json counts. */
  repeats?(config: Config): number;
  layer(index: number, config: Config, sizes: Sizes): LayerNames;
  /** Name, below the prefix, of a table of T5's relative positions, used beside the absolute ones. */
  readonly relativeTable?: string;
  head(parts: HeadParts): HeadSpec | null;
}

export interface HeadParts {
  readonly config: Config;
  readonly names: TensorNames;
  readonly hidden: number;
  readonly width: number;
  readonly epsilon: number;
  readonly activation: Activation;
  /** Name of the head's own matrix where the files have it, as in Transformers 5; else of the token table. */
  tied(own: string): string;
}

/** Describes an encoder like BERT: it normalises the sum of token, position and type, then runs post-norm layers. */
export function bertVariant(variant: BertVariant): Describe {
  return (config, names) => {
    const sizes = sizesOf(config);
    const { hidden, heads, vocab, layers } = sizes;
    const kind = configStringOr(config, 'position_embedding_type', 'absolute');
    if (kind !== 'absolute') refuse(config, `position_embedding_type '${kind}'`);
    refuseTrue(config, 'add_cross_attention');
    const { prefix, table } = tokenTable(names, [variant.prefix, ''], 'embeddings.word_embeddings.weight');
    const epsilon = variant.epsilon ?? configNumberOr(config, 'layer_norm_eps', 1e-12);
    const { embeddingSize, widening } = variant;
    const width = embeddingSize === undefined ? hidden : configNumberOr(config, 'embedding_size', embeddingSize);
    const [activationKey, otherwise] = variant.activation ?? ['hidden_act', 'gelu'];
    const activation = activationOf(config, [activationKey], otherwise);
    const rows = configCount(config, 'max_position_embeddings');
    const paddingId = variant.paddingId?.(config) ?? null;
    const offset = paddingId === null ? 0 : paddingId + 1;
    const isDecoder = variant.canDecode === true && configBooleanOr(config, 'is_decoder', false);
    const isWidened = widening !== undefined && (width !== hidden || names.has(`${prefix}${widening}.weight`));
    const tied = (own: string) => (names.has(own) ? own : table);
    const head = variant.head({ config, names, hidden, width, epsilon, activation, tied });
    const inner = configCount(config, variant.inner ?? 'intermediate_size');
    const encoder = { prefix, hidden, heads, headDim: headDimOf(config, sizes), inner, epsilon, activation };
    const attention: Partial<AttentionSpec> = {
      isCausal: isDecoder,
      positionTerms: variant.relativeTable === undefined ? null : bucketsIn(config, prefix + variant.relativeTable),
    };
    return {
      hiddenSize: hidden,
      stack: {
        maxPositions: rows - offset,
        embedding: {
          ...plainEmbedding,
          tokens: table,
          vocabSize: vocab,
          width,
          positions: learnedPositions(`${prefix}embeddings.position_embeddings.weight`, rows, offset, paddingId),
          tokenTypes: variant.hasTypes ? `${prefix}embeddings.token_type_embeddings.weight` : null,
          norm: layerNormSpec(`${prefix}embeddings.LayerNorm`, width, epsilon),
          projection: isWidened ? { linear: linear(prefix + widening, width, hidden), place: 'after norm' } : null,
        },
        layers: Array.from({ length: layers * (variant.repeats?.(config) ?? 1) }, (_, index) =>
          postNormLayer(variant.layer(index, config, sizes), encoder, attention),
        ),
        finalNorm: null,
      },
      decoder: null,
      head: head === null || !isDecoder ? head : { ...head, kind: 'causal' },
    };
  };
}

/** MPNet's table of relative positions; only its first 32 rows count.
 *  @throws UnsupportedModelError where it has fewer rows: a distant token would have none. */
function bucketsIn(config: Config, table: string): PositionTermsSpec {
  const rows = configCountOr(config, 'relative_attention_num_buckets', 32);
  if (rows < 32) refuse(config, 'relative_attention_num_buckets below 32');
  return { kind: 'buckets', table, buckets: 32, rows, maxDistance: 128, isBidirectional: true };
}
