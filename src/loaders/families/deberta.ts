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
import { activationOf, type Describe, headDimOf, maskedHead, refuse, sizesOf, tokenTable } from './common.ts';
import { bertLayer, type PostNormEncoder, postNormLayer } from './post-norm-layer.ts';
import {
  type ConvolutionSpec,
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
  const { hidden, heads, layers, vocab } = sizes;
  const epsilon = configNumberOr(config, 'layer_norm_eps', 1e-7);
  const width = configNumberOr(config, 'embedding_size', hidden);
  const { prefix, table } = tokenTable(names, ['deberta.', ''], 'embeddings.word_embeddings.weight');
  const rows = configCount(config, 'max_position_embeddings');
  const hasPositions = configBooleanOr(config, 'position_biased_input', true);
  const hasTypes = configIntegerOr(config, 'type_vocab_size', 0) > 0;
  const inner = configCount(config, 'intermediate_size');
  const headDim = configNumberOr(config, 'attention_head_size', null) ?? headDimOf(config, sizes);
  const activation = activationOf(config, ['hidden_act'], 'gelu');
  const encoder = { prefix, hidden, heads, headDim, inner, epsilon, activation };
  const terms = positionTypes(config);
  const scoreScale = inverseRoot(headDim * (1 + Number(terms.has('c2p')) + Number(terms.has('p2c'))));
  const isLegacy = names.has('cls.predictions.transform.dense.weight');
  const head = isLegacy ? 'cls.predictions.transform.' : 'lm_predictions.lm_head.';
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
      layers: Array.from({ length: layers }, (_, index): LayerSpec => {
        const own = `encoder.layer.${index}.attention.self.`;
        const layerNames = { ...bertLayer(index), q: `${own}query_proj`, k: `${own}key_proj`, v: `${own}value_proj` };
        const positionTerms = relativeTerms(config, encoder, prefix + own, terms, scoreScale);
        const layer = postNormLayer(layerNames, encoder, { scoreScale, positionTerms });
        return index === 0 ? { ...layer, convolution: convolutionOf(config, encoder) } : layer;
      }),
      finalNorm: null,
    },
    decoder: null,
    head: maskedHead(names, {
      dense: linear(`${head}dense`, hidden, isLegacy ? width : hidden),
      activation,
      norm: layerNormSpec(`${head}LayerNorm`, isLegacy ? width : hidden, epsilon),
      weight: isLegacy && names.has('cls.predictions.decoder.weight') ? 'cls.predictions.decoder.weight' : table,
      bias: isLegacy ? ['cls.predictions.decoder.bias', 'cls.predictions.bias'] : ['lm_predictions.lm_head.bias'],
    }),
  };
};

/** The convolution after the first layer; null without one.
 *  @throws UnsupportedModelError for an even kernel, FormatError when conv_groups do not divide the hidden size. */
function convolutionOf(config: Config, { prefix, hidden, epsilon }: PostNormEncoder): ConvolutionSpec | null {
  const size = configIntegerOr(config, 'conv_kernel_size', 0);
  if (size <= 0) return null;
  if (size % 2 === 0) refuse(config, `an even conv_kernel_size (${size})`);
  const groups = configCountOr(config, 'conv_groups', 1);
  if (hidden % groups !== 0) {
    throw new FormatError(`${config.path}: conv_groups ${groups} must divide hidden_size ${hidden}`);
  }
  return {
    name: `${prefix}encoder.conv.conv`,
    size,
    groups,
    activation: activationOf(config, ['conv_act'], 'tanh'),
    norm: layerNormSpec(`${prefix}encoder.conv.LayerNorm`, hidden, epsilon),
  };
}

/** pos_att_type: a list, or a string with items separated by bars. */
function positionTypes(config: Config): ReadonlySet<string> {
  const value = config.fields.get('pos_att_type');
  const items = typeof value === 'string' ? value.split('|') : Array.isArray(value) ? value : [];
  return new Set(items.map((item) => String(item).trim().toLowerCase()));
}

/** own: the beginning of the names of a layer's projections. */
function relativeTerms(
  config: Config,
  { prefix, hidden, heads, headDim, epsilon }: PostNormEncoder,
  own: string,
  terms: ReadonlySet<string>,
  scale: number,
): PositionTermsSpec | null {
  if (!configBooleanOr(config, 'relative_attention', false)) return null;
  if (!terms.has('c2p') && !terms.has('p2c')) return null;
  const given = configIntegerOr(config, 'max_relative_positions', -1);
  const maxDistance = given < 1 ? configCount(config, 'max_position_embeddings') : given;
  const buckets = Math.max(0, configIntegerOr(config, 'position_buckets', -1));
  const kinds = configStringOr(config, 'norm_rel_ebd', 'none').toLowerCase().split('|');
  const isNormed = kinds.some((kind) => kind.trim() === 'layer_norm');
  const shared = configBooleanOr(config, 'share_att_key', false) ? '' : 'pos_';
  const projection = (name: string) => linear(`${own}${shared}${name}_proj`, hidden, heads * headDim);
  return {
    kind: 'disentangled',
    table: `${prefix}encoder.rel_embeddings.weight`,
    norm: isNormed ? layerNormSpec(`${prefix}encoder.LayerNorm`, hidden, epsilon) : null,
    key: terms.has('c2p') ? projection('key') : null,
    query: terms.has('p2c') ? projection('query') : null,
    span: buckets > 0 ? buckets : maxDistance,
    buckets,
    maxDistance,
    scale,
  };
}
