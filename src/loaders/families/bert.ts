import { type Config, configBooleanOr, configCount, configCountOr, configNumberOr, configStringOr } from '../config.ts';
import {
  activationOf,
  type Describe,
  headDimOf,
  maskedHead,
  prefixOf,
  refuse,
  type Sizes,
  sizesOf,
  type TensorNames,
} from './common.ts';
import { type LayerNames, postNormEncoder } from './post-norm-encoder.ts';
import { type HeadSpec, layerNormSpec, linear, type PositionSpec } from './spec.ts';

/** What BERT's relatives do each in their own way. */
interface Relative {
  readonly prefix: string;
  readonly epsilon?: number;
  readonly inner?: string;
  readonly activation?: readonly [key: string, otherwise: string];
  /** Width of the embedding where the configuration does not give it; not given: always the hidden size. */
  readonly embeddingSize?: number;
  /** Name, below the prefix, of what widens the embedding. */
  readonly widening?: string;
  readonly hasTypes: boolean;
  /** The padding token's id where positions are counted from the one after it, padding not counted. */
  paddingId?(config: Config): number;
  /** How many layers stand where the configuration counts one. */
  repeats?(config: Config): number;
  layer(index: number, config: Config, sizes: Sizes): LayerNames;
  /** T5's relative positions beside the absolute ones: name of the table below the prefix. */
  readonly relativeTable?: string;
  head(parts: HeadParts): HeadSpec | null;
}

interface HeadParts {
  readonly config: Config;
  readonly names: TensorNames;
  readonly hidden: number;
  readonly width: number;
  readonly epsilon: number;
  readonly activation: ReturnType<typeof activationOf>;
  /** Name of the head's own matrix where it is in the files, as Transformers 5 decides, or of the token table. */
  tied(own: string): string;
}

function relativeOfBert(relative: Relative): Describe {
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
    const isDecoder = configBooleanOr(config, 'is_decoder', false);
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

/** Layers that one of ALBERT's groups runs through one after the other. */
const innerLayers = (config: Config) => configCountOr(config, 'inner_group_num', 1);

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

const bertLayer = (index: number): LayerNames => ({
  q: `encoder.layer.${index}.attention.self.query`,
  k: `encoder.layer.${index}.attention.self.key`,
  v: `encoder.layer.${index}.attention.self.value`,
  o: `encoder.layer.${index}.attention.output.dense`,
  attentionNorm: `encoder.layer.${index}.attention.output.LayerNorm`,
  up: `encoder.layer.${index}.intermediate.dense`,
  down: `encoder.layer.${index}.output.dense`,
  outputNorm: `encoder.layer.${index}.output.LayerNorm`,
});

/** RoBERTa's head, which some others took over. */
const robertaHead = ({ names, hidden, epsilon, tied }: HeadParts) =>
  maskedHead(names, {
    dense: linear('lm_head.dense', hidden, hidden),
    activation: 'gelu',
    norm: layerNormSpec('lm_head.layer_norm', hidden, epsilon),
    weight: tied('lm_head.decoder.weight'),
    bias: ['lm_head.decoder.bias', 'lm_head.bias'],
  });

/** Devlin et al. 2019 */
export const bert = relativeOfBert({
  prefix: 'bert.',
  hasTypes: true,
  layer: bertLayer,
  head: ({ names, hidden, epsilon, activation, tied }) =>
    maskedHead(names, {
      dense: linear('cls.predictions.transform.dense', hidden, hidden),
      activation,
      norm: layerNormSpec('cls.predictions.transform.LayerNorm', hidden, epsilon),
      weight: tied('cls.predictions.decoder.weight'),
      bias: ['cls.predictions.decoder.bias', 'cls.predictions.bias'],
    }),
});

/** Liu et al. 2019; Conneau et al. 2020 (XLM-RoBERTa); Martin et al. 2020 (CamemBERT); Baevski et al. 2022 (data2vec) */
export const robertaNamed = (prefix: string) =>
  relativeOfBert({
    prefix,
    hasTypes: true,
    paddingId: (config) => configNumberOr(config, 'pad_token_id', 1),
    layer: bertLayer,
    head: robertaHead,
  });

/** Clark et al. 2020: a generator predicts tokens, a discriminator has no such head. */
export const electra = relativeOfBert({
  prefix: 'electra.',
  hasTypes: true,
  embeddingSize: 128,
  widening: 'embeddings_project',
  layer: bertLayer,
  head: ({ names, hidden, width, epsilon, tied }) =>
    maskedHead(names, {
      dense: linear('generator_predictions.dense', hidden, width),
      activation: 'gelu',
      norm: layerNormSpec('generator_predictions.LayerNorm', width, epsilon),
      weight: tied('generator_lm_head.weight'),
      bias: ['generator_lm_head.bias'],
    }),
});

/** Sanh et al. 2019 */
export const distilbert = relativeOfBert({
  prefix: 'distilbert.',
  epsilon: 1e-12,
  inner: 'hidden_dim',
  activation: ['activation', 'gelu'],
  hasTypes: false,
  layer: (index) => ({
    q: `transformer.layer.${index}.attention.q_lin`,
    k: `transformer.layer.${index}.attention.k_lin`,
    v: `transformer.layer.${index}.attention.v_lin`,
    o: `transformer.layer.${index}.attention.out_lin`,
    attentionNorm: `transformer.layer.${index}.sa_layer_norm`,
    up: `transformer.layer.${index}.ffn.lin1`,
    down: `transformer.layer.${index}.ffn.lin2`,
    outputNorm: `transformer.layer.${index}.output_layer_norm`,
  }),
  head: ({ names, hidden, activation, tied }) =>
    maskedHead(names, {
      dense: linear('vocab_transform', hidden, hidden),
      activation,
      norm: layerNormSpec('vocab_layer_norm', hidden, 1e-12),
      weight: tied('vocab_projector.weight'),
      bias: ['vocab_projector.bias'],
    }),
});

/** Lan et al. 2020: one group of weights serves several layers, and the embedding is narrower than they are. */
export const albert = relativeOfBert({
  prefix: 'albert.',
  activation: ['hidden_act', 'gelu_new'],
  hasTypes: true,
  embeddingSize: 128,
  widening: 'encoder.embedding_hidden_mapping_in',
  repeats: innerLayers,
  layer: (index, config, { layers }) => {
    const inner = innerLayers(config);
    const group = Math.floor(Math.floor(index / inner) / (layers / configCountOr(config, 'num_hidden_groups', 1)));
    const name = `encoder.albert_layer_groups.${group}.albert_layers.${index % inner}`;
    return {
      q: `${name}.attention.query`,
      k: `${name}.attention.key`,
      v: `${name}.attention.value`,
      o: `${name}.attention.dense`,
      attentionNorm: `${name}.attention.LayerNorm`,
      up: `${name}.ffn`,
      down: `${name}.ffn_output`,
      outputNorm: `${name}.full_layer_layer_norm`,
    };
  },
  head: ({ names, hidden, width, epsilon, activation, tied }) =>
    maskedHead(names, {
      dense: linear('predictions.dense', hidden, width),
      activation,
      norm: layerNormSpec('predictions.LayerNorm', width, epsilon),
      weight: tied('predictions.decoder.weight'),
      bias: ['predictions.decoder.bias', 'predictions.bias'],
    }),
});

/** Song et al. 2020: BERT with T5's relative positions beside its own. */
export const mpnet = relativeOfBert({
  prefix: 'mpnet.',
  hasTypes: false,
  paddingId: () => 1,
  relativeTable: 'encoder.relative_attention_bias.weight',
  layer: (index) => ({
    q: `encoder.layer.${index}.attention.attn.q`,
    k: `encoder.layer.${index}.attention.attn.k`,
    v: `encoder.layer.${index}.attention.attn.v`,
    o: `encoder.layer.${index}.attention.attn.o`,
    attentionNorm: `encoder.layer.${index}.attention.LayerNorm`,
    up: `encoder.layer.${index}.intermediate.dense`,
    down: `encoder.layer.${index}.output.dense`,
    outputNorm: `encoder.layer.${index}.output.LayerNorm`,
  }),
  head: robertaHead,
});
