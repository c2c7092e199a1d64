import { addConvolution, type Convolution } from '../support/convolution.ts';
import { add, type Matrix } from '../support/decoder-maths.ts';
import { disentangledTerms, headsOf } from '../support/disentangled.ts';
import { type MaskedHead, maskedHeadShapes, maskedLogits } from '../support/masked-head.ts';
import {
  bertNames,
  type EncoderSettings,
  encoderConfig,
  encoderSettings,
  layerShapes,
  postNormLayer,
} from '../support/post-norm.ts';
import type { Config, Family, ReferenceLayer, ReferenceTrace } from '../support/reference.ts';
import { eachLayer, linearShapes, normShapes } from '../support/shapes.ts';
import type { Shapes, Weights } from '../support/weights.ts';

interface DebertaSettings extends EncoderSettings {
  readonly embeddingSize: number;
  readonly isRelative: boolean;
  readonly hasAbsolutePositions: boolean;
  readonly terms: readonly string[];
  /** −1: no buckets. */
  readonly buckets: number;
  /** −1: as many as positions. */
  readonly maxDistance: number;
  readonly sharesProjections: boolean;
  readonly hasNormedTable: boolean;
  /** After layer 0, of the embeddings. */
  readonly convolution: Convolution | null;
  readonly isLegacy: boolean;
}

const debertaSettings: DebertaSettings = {
  ...encoderSettings,
  eps: 1e-7,
  tokenTypes: 0,
  embeddingSize: 24,
  isRelative: true,
  hasAbsolutePositions: false,
  terms: ['p2c', 'c2p'],
  buckets: 16,
  maxDistance: -1,
  sharesProjections: true,
  hasNormedTable: true,
  convolution: null,
  isLegacy: true,
};

const names = {
  ...bertNames,
  q: 'attention.self.query_proj',
  k: 'attention.self.key_proj',
  v: 'attention.self.value_proj',
};

const table = 'deberta.embeddings.word_embeddings.weight';
const headOf = (settings: DebertaSettings): MaskedHead =>
  settings.isLegacy
    ? {
        dense: 'cls.predictions.transform.dense',
        norm: 'cls.predictions.transform.LayerNorm',
        decoder: 'cls.predictions.decoder',
        bias: 'cls.predictions.bias',
        table,
      }
    : {
        dense: 'lm_predictions.lm_head.dense',
        norm: 'lm_predictions.lm_head.LayerNorm',
        decoder: 'lm_predictions.lm_head',
        bias: 'lm_predictions.lm_head.bias',
        table,
      };

const furthest = ({ maxDistance, maxPositions }: DebertaSettings) => (maxDistance < 1 ? maxPositions : maxDistance);
const spanOf = (settings: DebertaSettings) => (settings.buckets > 0 ? settings.buckets : furthest(settings));

function embed(
  settings: DebertaSettings,
  weights: Weights,
  ids: readonly number[],
  typeIds: readonly number[],
): Matrix {
  const rows = (name: string, indices: readonly number[]) => weights.rows(`deberta.embeddings.${name}.weight`, indices);
  const parts = [rows('word_embeddings', ids)];
  if (settings.hasAbsolutePositions) parts.push(rows('position_embeddings', [...ids.keys()]));
  if (settings.tokenTypes > 0) parts.push(rows('token_type_embeddings', typeIds));
  const sum = add(...parts);
  const isWide = settings.embeddingSize === settings.hiddenSize;
  const wide = isWide ? sum : weights.linear(sum, 'deberta.embeddings.embed_proj');
  return weights.layerNorm(wide, 'deberta.embeddings.LayerNorm', settings.eps);
}

/** BERT whose scores add terms between content and relative position.
 *  @see He et al. 2021, "DeBERTa", section 3; He et al. 2023, "DeBERTaV3"; transformers/models/deberta_v2/modeling_deberta_v2.py */
export function debertaForward(
  settings: DebertaSettings,
  weights: Weights,
  ids: readonly number[],
  typeIds: readonly number[] = ids.map(() => 0),
): ReferenceTrace {
  const { heads, hiddenSize, eps, terms } = settings;
  const embedding = embed(settings, weights, ids, typeIds);
  const counted = terms.filter((term) => term === 'c2p' || term === 'p2c').length;
  const scoreScale = 1 / Math.sqrt((hiddenSize / heads) * (1 + counted));
  const span = spanOf(settings);
  const stored = settings.isRelative ? weights.matrix('deberta.encoder.rel_embeddings.weight') : [];
  const relative = settings.hasNormedTable ? weights.layerNorm(stored, 'deberta.encoder.LayerNorm', eps) : stored;
  const layers: ReferenceLayer[] = [];
  let x = embedding;
  for (let layer = 0; layer < settings.layers; layer++) {
    const prefix = `deberta.encoder.layer.${layer}.`;
    const positions = (term: string, shared: string, own: string) =>
      terms.includes(term)
        ? headsOf(
            weights.linear(relative, `${prefix}attention.self.${settings.sharesProjections ? shared : own}`),
            heads,
          )
        : null;
    const bias = settings.isRelative
      ? disentangledTerms({
          keys: positions('c2p', 'key_proj', 'pos_key_proj'),
          queries: positions('p2c', 'query_proj', 'pos_query_proj'),
          span,
          buckets: settings.buckets,
          maxDistance: furthest(settings),
          scale: scoreScale,
        })
      : undefined;
    const one = postNormLayer(x, weights, prefix, names, settings, {
      scoreScale,
      ...(bias === undefined ? {} : { bias }),
    });
    const { convolution } = settings;
    const isConvolved = layer === 0 && convolution !== null;
    x = isConvolved
      ? addConvolution(convolution, weights, 'deberta.encoder.conv.', embedding, one.output, eps)
      : one.output;
    layers.push({ ...one, output: x });
  }
  const logits = maskedLogits(x, weights, headOf(settings), settings.activation, eps);
  return { embedding, layers, finalNorm: null, logits };
}

function debertaShapes(settings: DebertaSettings): Shapes {
  const { hiddenSize, embeddingSize, terms, convolution } = settings;
  const own = (prefix: string): Shapes => {
    if (!settings.isRelative || settings.sharesProjections) return {};
    const part = (term: string, name: string) =>
      terms.includes(term) ? linearShapes(`${prefix}attention.self.${name}`, hiddenSize, hiddenSize) : {};
    return { ...part('c2p', 'pos_key_proj'), ...part('p2c', 'pos_query_proj') };
  };
  return {
    [table]: [settings.vocabSize, embeddingSize],
    ...(settings.hasAbsolutePositions
      ? { 'deberta.embeddings.position_embeddings.weight': [settings.maxPositions, embeddingSize] }
      : {}),
    ...(settings.tokenTypes > 0
      ? { 'deberta.embeddings.token_type_embeddings.weight': [settings.tokenTypes, embeddingSize] }
      : {}),
    ...(embeddingSize === hiddenSize
      ? {}
      : linearShapes('deberta.embeddings.embed_proj', embeddingSize, hiddenSize, false)),
    ...normShapes('deberta.embeddings.LayerNorm', hiddenSize),
    ...eachLayer(settings.layers, (layer) => ({
      ...layerShapes(`deberta.encoder.layer.${layer}.`, names, settings),
      ...own(`deberta.encoder.layer.${layer}.`),
    })),
    ...(settings.isRelative ? { 'deberta.encoder.rel_embeddings.weight': [2 * spanOf(settings), hiddenSize] } : {}),
    ...(settings.hasNormedTable ? normShapes('deberta.encoder.LayerNorm', hiddenSize) : {}),
    ...(convolution === null
      ? {}
      : {
          'deberta.encoder.conv.conv.weight': [hiddenSize, hiddenSize / convolution.groups, convolution.size],
          'deberta.encoder.conv.conv.bias': [hiddenSize],
          ...normShapes('deberta.encoder.conv.LayerNorm', hiddenSize),
        }),
    ...maskedHeadShapes(headOf(settings), { ...settings, width: embeddingSize }, false),
  };
}

function variant(name: string, version: 4 | 5, changes: Partial<DebertaSettings> = {}, config: Config = {}) {
  const settings = { ...debertaSettings, ...changes };
  const { convolution } = settings;
  const own = {
    embedding_size: settings.embeddingSize === settings.hiddenSize ? undefined : settings.embeddingSize,
    legacy: settings.isLegacy,
    max_relative_positions: settings.maxDistance,
    norm_rel_ebd: settings.hasNormedTable ? 'layer_norm' : 'none',
    pad_token_id: 0,
    pooler_dropout: 0,
    pooler_hidden_act: 'gelu',
    pooler_hidden_size: settings.hiddenSize,
    pos_att_type: settings.terms,
    position_biased_input: settings.hasAbsolutePositions,
    position_buckets: settings.buckets,
    relative_attention: settings.isRelative,
    share_att_key: settings.sharesProjections,
    use_cache: undefined,
    position_embedding_type: undefined,
    ...(convolution === null
      ? {}
      : {
          conv_kernel_size: convolution.size,
          conv_act: convolution.activation,
          ...(convolution.groups === 1 ? {} : { conv_groups: convolution.groups }),
        }),
  };
  return {
    name,
    settings,
    config: { ...encoderConfig('deberta-v2', 'DebertaV2ForMaskedLM', settings, version), ...own, ...config },
  };
}

export const debertaV2: Family<DebertaSettings> = {
  name: 'deberta-v2',
  prefix: 'deberta.',
  normCentre: 1,
  shapes: debertaShapes,
  forward: debertaForward,
  variants: [
    variant('v4, as DeBERTaV3', 4, {}, { pos_att_type: 'p2c|c2p' }),
    variant('v4, as DeBERTa-v2-xlarge, with a convolution', 4, {
      convolution: { size: 3, activation: 'gelu', groups: 1 },
    }),
    variant('v5, own projections, few buckets, plain table', 5, {
      sharesProjections: false,
      hasNormedTable: false,
      buckets: 6,
    }),
    variant('v5, convolution in groups, of 5, tanh left out', 5, {
      convolution: { size: 5, activation: 'tanh', groups: 2 },
    }),
    variant('v5, c2p alone, distances not bucketed, clamped', 5, { terms: ['c2p'], buckets: -1, maxDistance: 8 }),
    variant('v5, p2c alone, own projections, token types', 5, {
      terms: ['p2c'],
      sharesProjections: false,
      tokenTypes: 2,
    }),
    variant('v5, absolute positions too, narrow embedding, eps 1e-2', 5, {
      hasAbsolutePositions: true,
      embeddingSize: 10,
      eps: 1e-2,
      activation: 'relu',
    }),
    variant('v5, absolute positions alone', 5, {
      hasAbsolutePositions: true,
      isRelative: false,
      hasNormedTable: false,
      terms: [],
    }),
    variant('v5, terms named but no relative attention', 5, {
      hasAbsolutePositions: true,
      isRelative: false,
      hasNormedTable: false,
    }),
    variant('v5, buckets with a limit of distances', 5, { buckets: 8, maxDistance: 20 }),
    { ...variant('v4, head of the newer kind', 4, { isLegacy: false }), isOlder: true },
    { ...variant('v4, untied', 4, { tied: false }), isOlder: true },
    variant(
      'v4, defaults left out',
      4,
      {
        buckets: -1,
        isRelative: false,
        hasAbsolutePositions: true,
        terms: [],
        sharesProjections: false,
        hasNormedTable: false,
      },
      {
        layer_norm_eps: undefined,
        max_relative_positions: undefined,
        norm_rel_ebd: undefined,
        pos_att_type: undefined,
        position_biased_input: undefined,
        position_buckets: undefined,
        relative_attention: undefined,
        share_att_key: undefined,
        legacy: undefined,
        type_vocab_size: undefined,
      },
    ),
  ],
};
