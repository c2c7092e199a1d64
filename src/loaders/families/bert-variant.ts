import { type Config, configBooleanOr, configCount, configCountOr, configNumberOr, configStringOr } from '../config.ts';
import {
  activationOf,
  type Describe,
  headDimOf,
  prefixOf,
  refuse,
  type Sizes,
  sizesOf,
  type TensorNames,
} from './common.ts';
import { type LayerNames, postNormEncoder } from './post-norm-encoder.ts';
import { type HeadSpec, layerNormSpec, linear, type PositionSpec } from './spec.ts';

/** What BERT's relatives do each in their own way. */
export interface Relative {
  readonly prefix: string;
  readonly epsilon?: number;
  readonly inner?: string;
  readonly activation?: readonly [key: string, otherwise: string];
  /** Width of the embedding where the configuration does not give it; not given: always the hidden size. */
  readonly embeddingSize?: number;
  /** Name, below the prefix, of what widens the embedding. */
  readonly widening?: string;
  readonly hasTypes: boolean;
  /** Whether is_decoder makes it causal; the others do not read it. */
  readonly canDecode?: boolean;
  /** The padding token's id where positions are counted from the one after it, padding not counted. */
  paddingId?(config: Config): number;
  /** How many layers stand where the configuration counts one. */
  repeats?(config: Config): number;
  layer(index: number, config: Config, sizes: Sizes): LayerNames;
  /** T5's relative positions beside the absolute ones: name of the table below the prefix. */
  readonly relativeTable?: string;
  head(parts: HeadParts): HeadSpec | null;
}

export interface HeadParts {
  readonly config: Config;
  readonly names: TensorNames;
  readonly hidden: number;
  readonly width: number;
  readonly epsilon: number;
  readonly activation: ReturnType<typeof activationOf>;
  /** Name of the head's own matrix where it is in the files, as Transformers 5 decides, or of the token table. */
  tied(own: string): string;
}

/** BERT with what a relative changes: the sum of token, position and type is normalised, then layers that add first. */
export function relativeOfBert(relative: Relative): Describe {
  return (config, names) => {
    const sizes = sizesOf(config);
    const { hidden, heads, vocab, layers } = sizes;
    const kind = configStringOr(config, 'position_embedding_type', 'absolute');
    if (kind !== 'absolute') refuse(config, `position_embedding_type '${kind}'`);
    if (configBooleanOr(config, 'add_cross_attention', false)) refuse(config, 'add_cross_attention');
    const prefix = prefixOf(names, [relative.prefix, ''], 'embeddings.word_embeddings.weight');
    const table = `${prefix}embeddings.word_embeddings.weight`;
    const epsilon = relative.epsilon ?? configNumberOr(config, 'layer_norm_eps', 1e-12);
    const { embeddingSize } = relative;
    const width = embeddingSize === undefined ? hidden : configNumberOr(config, 'embedding_size', embeddingSize);
    const activation = activationOf(
      config,
      [relative.activation?.[0] ?? 'hidden_act'],
      relative.activation?.[1] ?? 'gelu',
    );
    const rows = configCount(config, 'max_position_embeddings');
    const paddingId = relative.paddingId?.(config) ?? null;
    const offset = paddingId === null ? 0 : paddingId + 1;
    const isDecoder = relative.canDecode === true && configBooleanOr(config, 'is_decoder', false);
    const repeats = relative.repeats?.(config) ?? 1;
    const positions: PositionSpec = {
      kind: 'table',
      tensor: `${prefix}embeddings.position_embeddings.weight`,
      rows,
      offset,
      paddingId,
    };
    const tied = (own: string) => (names.has(own) ? own : table);
    const head = relative.head({ config, names, hidden, width, epsilon, activation, tied });
    return postNormEncoder({
      hidden,
      heads,
      headDim: headDimOf(config, sizes),
      inner: configCount(config, relative.inner ?? 'intermediate_size'),
      epsilon,
      activation,
      maxPositions: rows - offset,
      embedding: {
        tokens: table,
        vocabSize: vocab,
        width,
        positions,
        tokenTypes: relative.hasTypes ? `${prefix}embeddings.token_type_embeddings.weight` : null,
        norm: layerNormSpec(`${prefix}embeddings.LayerNorm`, width, epsilon),
        projection:
          relative.widening === undefined || (width === hidden && !names.has(`${prefix}${relative.widening}.weight`))
            ? null
            : { linear: linear(prefix + relative.widening, width, hidden), place: 'after norm' },
      },
      layers: Array.from({ length: layers * repeats }, (_, index) =>
        withPrefix(prefix, relative.layer(index, config, sizes)),
      ),
      attention: {
        isCausal: isDecoder,
        positionTerms:
          relative.relativeTable === undefined
            ? null
            : {
                kind: 'buckets',
                table: prefix + relative.relativeTable,
                buckets: 32,
                rows: relativeRows(config),
                maxDistance: 128,
                isBidirectional: true,
              },
      },
      head: head === null || !isDecoder ? head : { ...head, kind: 'causal' },
    });
  };
}

/** Rows of MPNet's table of relative positions, of which the first 32 count.
 *  @throws UnsupportedModelError where there are fewer: a far token would have none. */
function relativeRows(config: Config): number {
  const rows = configCountOr(config, 'relative_attention_num_buckets', 32);
  return rows < 32 ? refuse(config, 'relative_attention_num_buckets below 32') : rows;
}

function withPrefix(prefix: string, names: LayerNames): LayerNames {
  const { q, k, v, o, attentionNorm, up, down, outputNorm } = names;
  const at = (name: string) => prefix + name;
  return {
    q: at(q),
    k: at(k),
    v: at(v),
    o: at(o),
    attentionNorm: at(attentionNorm),
    up: at(up),
    down: at(down),
    outputNorm: at(outputNorm),
  };
}
