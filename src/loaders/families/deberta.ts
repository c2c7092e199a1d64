import {
  type Config,
  configBooleanOr,
  configCount,
  configCountOr,
  configIntegerOr,
  configNumberOr,
  configStringOr,
} from '../config.ts';
import { FormatError } from '../errors.ts';
import {
  activationOf,
  type Describe,
  headDimOf,
  maskedHead,
  refuse,
  type Sizes,
  sizesOf,
  type TensorNames,
  tokenTable,
} from './common.ts';
import { bertLayer, postNormLayer } from './post-norm-layer.ts';
import {
  type HeadSpec,
  inverseRoot,
  type LayerSpec,
  layerNormSpec,
  learnedPositions,
  linear,
  type ModelSpec,
  type PositionTermsSpec,
  plainEmbedding,
} from './spec.ts';

/** He et al. 2021, version 2: attention to content and to relative position are separate terms. */
export const debertaV2: Describe = (config, names): ModelSpec => {
  const sizes = sizesOf(config);
  const { hidden, vocab } = sizes;
  const epsilon = configNumberOr(config, 'layer_norm_eps', 1e-7);
  const width = configNumberOr(config, 'embedding_size', hidden);
  const { prefix, table } = tokenTable(names, ['deberta.', ''], 'embeddings.word_embeddings.weight');
  const rows = configCount(config, 'max_position_embeddings');
  const hasPositions = configBooleanOr(config, 'position_biased_input', true);
  const hasTypes = configIntegerOr(config, 'type_vocab_size', 0) > 0;
  return {
    hiddenSize: hidden,
    stack: {
      // Relative positions reach beyond the training length; absolute ones do not.
      maxPositions: hasPositions ? rows : null,
      embedding: {
        ...plainEmbedding,
        tokens: table,
        vocabSize: vocab,
        width,
        positions: hasPositions ? learnedPositions(`${prefix}embeddings.position_embeddings.weight`, rows) : null,
        tokenTypes: hasTypes ? `${prefix}embeddings.token_type_embeddings.weight` : null,
        norm: layerNormSpec(`${prefix}embeddings.LayerNorm`, hidden, epsilon),
        projection:
          width === hidden
            ? null
            : { linear: linear(`${prefix}embeddings.embed_proj`, width, hidden, false), place: 'before norm' },
      },
      layers: layersOf(config, sizes, prefix, epsilon),
      finalNorm: null,
    },
    decoder: null,
    head: headOf(config, names, hidden, width, table, epsilon),
  };
};

function layersOf(config: Config, sizes: Sizes, prefix: string, epsilon: number): LayerSpec[] {
  const { hidden, heads, layers } = sizes;
  const inner = configCount(config, 'intermediate_size');
  const headDim = configNumberOr(config, 'attention_head_size', null) ?? headDimOf(config, sizes);
  const all = heads * headDim;
  const terms = positionTypes(config);
  const scoreScale = inverseRoot(headDim * (1 + Number(terms.has('c2p')) + Number(terms.has('p2c'))));
  const activation = activationOf(config, ['hidden_act'], 'gelu');
  const kernelSize = configIntegerOr(config, 'conv_kernel_size', 0);
  if (kernelSize > 0 && kernelSize % 2 === 0) refuse(config, `an even conv_kernel_size (${kernelSize})`);
  return Array.from({ length: layers }, (_, index) => {
    const own = `encoder.layer.${index}.attention.self.`;
    const layer = postNormLayer(
      { ...bertLayer(index), q: `${own}query_proj`, k: `${own}key_proj`, v: `${own}value_proj` },
      { prefix, hidden, heads, headDim, inner, epsilon, activation },
      {
        scoreScale,
        positionTerms: relativeTerms(config, { own, prefix, hidden, all, terms, scale: scoreScale, epsilon }),
      },
    );
    if (index > 0 || kernelSize <= 0) return layer;
    const convolution = {
      name: `${prefix}encoder.conv.conv`,
      size: kernelSize,
      groups: groupsOf(config, hidden),
      activation: activationOf(config, ['conv_act'], 'tanh'),
      norm: layerNormSpec(`${prefix}encoder.conv.LayerNorm`, hidden, epsilon),
    };
    return { ...layer, convolution };
  });
}

/** conv_groups.  @throws FormatError when they do not divide the hidden size. */
function groupsOf(config: Config, hidden: number): number {
  const groups = configCountOr(config, 'conv_groups', 1);
  if (hidden % groups === 0) return groups;
  throw new FormatError(`${config.path}: conv_groups ${groups} must divide hidden_size ${hidden}`);
}

/** pos_att_type: a list, or a string with items separated by bars. */
function positionTypes(config: Config): ReadonlySet<string> {
  const value = config.fields.get('pos_att_type');
  const items = typeof value === 'string' ? value.split('|') : Array.isArray(value) ? value : [];
  return new Set(items.map((item) => String(item).trim().toLowerCase()));
}

function relativeTerms(
  config: Config,
  place: {
    /** What the names of the layer's own projections begin with, below the prefix. */
    readonly own: string;
    readonly prefix: string;
    readonly hidden: number;
    readonly all: number;
    readonly terms: ReadonlySet<string>;
    readonly scale: number;
    readonly epsilon: number;
  },
): PositionTermsSpec | null {
  const { own, prefix, hidden, all, terms, scale, epsilon } = place;
  if (!configBooleanOr(config, 'relative_attention', false)) return null;
  if (!terms.has('c2p') && !terms.has('p2c')) return null;
  const given = configIntegerOr(config, 'max_relative_positions', -1);
  const maxDistance = given < 1 ? configCount(config, 'max_position_embeddings') : given;
  const buckets = Math.max(0, configIntegerOr(config, 'position_buckets', -1));
  const isShared = configBooleanOr(config, 'share_att_key', false);
  const kinds = configStringOr(config, 'norm_rel_ebd', 'none').toLowerCase().split('|');
  const normed = kinds.some((kind) => kind.trim() === 'layer_norm');
  return {
    kind: 'disentangled',
    table: `${prefix}encoder.rel_embeddings.weight`,
    norm: normed ? layerNormSpec(`${prefix}encoder.LayerNorm`, hidden, epsilon) : null,
    key: terms.has('c2p') ? linear(`${prefix}${own}${isShared ? 'key_proj' : 'pos_key_proj'}`, hidden, all) : null,
    query: terms.has('p2c')
      ? linear(`${prefix}${own}${isShared ? 'query_proj' : 'pos_query_proj'}`, hidden, all)
      : null,
    span: buckets > 0 ? buckets : maxDistance,
    buckets,
    maxDistance,
    scale,
  };
}

function headOf(
  config: Config,
  names: TensorNames,
  hidden: number,
  width: number,
  table: string,
  epsilon: number,
): HeadSpec | null {
  const isLegacy = names.has('cls.predictions.transform.dense.weight');
  const prefix = isLegacy ? 'cls.predictions.transform.' : 'lm_predictions.lm_head.';
  return maskedHead(names, {
    dense: linear(`${prefix}dense`, hidden, isLegacy ? width : hidden),
    activation: activationOf(config, ['hidden_act'], 'gelu'),
    norm: layerNormSpec(`${prefix}LayerNorm`, isLegacy ? width : hidden, epsilon),
    weight: isLegacy && names.has('cls.predictions.decoder.weight') ? 'cls.predictions.decoder.weight' : table,
    bias: isLegacy ? ['cls.predictions.decoder.bias', 'cls.predictions.bias'] : ['lm_predictions.lm_head.bias'],
  });
}
