import { add } from '../support/decoder-maths.ts';
import { type MaskedHead, maskedHeadShapes, maskedLogits } from '../support/masked-head.ts';
import {
  type EncoderSettings,
  encoderConfig,
  encoderSettings,
  type LayerNames,
  layerShapes,
  postNormLayer,
} from '../support/post-norm.ts';
import type { Config, Family, ReferenceLayer, ReferenceTrace } from '../support/reference.ts';
import { eachLayer, linearShapes, normShapes } from '../support/shapes.ts';
import type { Shapes, Weights } from '../support/weights.ts';

interface AlbertSettings extends EncoderSettings {
  readonly embeddingSize: number;
  /** Number of groups with their own weights; the layers of a group share them. */
  readonly groups: number;
  /** Number of layers that a group runs each time. */
  readonly inner: number;
  readonly hasOwnBias: boolean;
}

const albertSettings: AlbertSettings = {
  ...encoderSettings,
  embeddingSize: 10,
  layers: 4,
  activation: 'gelu_new',
  groups: 1,
  inner: 1,
  hasOwnBias: false,
};

const names: LayerNames = {
  q: 'attention.query',
  k: 'attention.key',
  v: 'attention.value',
  o: 'attention.dense',
  attentionNorm: 'attention.LayerNorm',
  up: 'ffn',
  down: 'ffn_output',
  outputNorm: 'full_layer_layer_norm',
};

const head: MaskedHead = {
  dense: 'predictions.dense',
  norm: 'predictions.LayerNorm',
  decoder: 'predictions.decoder',
  bias: 'predictions.bias',
  table: 'albert.embeddings.word_embeddings.weight',
};

const mapping = 'albert.encoder.embedding_hidden_mapping_in';
const layerPrefix = (group: number, inner: number) =>
  `albert.encoder.albert_layer_groups.${group}.albert_layers.${inner}.`;

/** BERT with a narrow embedding, which a projection widens after its norm, and layers that share their weights.
 *  @see Lan et al. 2020, "ALBERT"; transformers/models/albert/modeling_albert.py */
export function albertForward(
  settings: AlbertSettings,
  weights: Weights,
  ids: readonly number[],
  typeIds: readonly number[] = ids.map(() => 0),
): ReferenceTrace {
  const table = (name: string, rows: readonly number[]) => weights.rows(`albert.embeddings.${name}.weight`, rows);
  const sum = add(
    table('word_embeddings', ids),
    table('token_type_embeddings', typeIds),
    table('position_embeddings', [...ids.keys()]),
  );
  const embedding = weights.linear(weights.layerNorm(sum, 'albert.embeddings.LayerNorm', settings.eps), mapping);
  const layers: ReferenceLayer[] = [];
  let x = embedding;
  for (let layer = 0; layer < settings.layers; layer++) {
    const group = Math.trunc(layer / (settings.layers / settings.groups));
    for (let inner = 0; inner < settings.inner; inner++) {
      const one = postNormLayer(x, weights, layerPrefix(group, inner), names, settings);
      layers.push(one);
      x = one.output;
    }
  }
  const logits = maskedLogits(x, weights, head, settings.activation, settings.eps);
  return { embedding, layers, finalNorm: null, logits };
}

function albertShapes(settings: AlbertSettings): Shapes {
  const { hiddenSize, embeddingSize, vocabSize } = settings;
  return {
    'albert.embeddings.word_embeddings.weight': [vocabSize, embeddingSize],
    'albert.embeddings.position_embeddings.weight': [settings.maxPositions, embeddingSize],
    'albert.embeddings.token_type_embeddings.weight': [settings.tokenTypes, embeddingSize],
    ...normShapes('albert.embeddings.LayerNorm', embeddingSize),
    ...linearShapes(mapping, embeddingSize, hiddenSize),
    ...eachLayer(settings.groups, (group) =>
      eachLayer(settings.inner, (inner) => layerShapes(layerPrefix(group, inner), names, settings)),
    ),
    ...maskedHeadShapes(head, { ...settings, width: embeddingSize }, settings.hasOwnBias),
  };
}

function variant(name: string, version: 4 | 5, changes: Partial<AlbertSettings> = {}, config: Config = {}) {
  const settings = { ...albertSettings, ...changes };
  const own = {
    bos_token_id: 2,
    eos_token_id: 3,
    pad_token_id: 0,
    classifier_dropout_prob: 0.1,
    embedding_size: settings.embeddingSize,
    inner_group_num: settings.inner,
    num_hidden_groups: settings.groups,
    use_cache: undefined,
  };
  return {
    name,
    settings,
    config: { ...encoderConfig('albert', 'AlbertForMaskedLM', settings, version), ...own, ...config },
  };
}

export const albert: Family<AlbertSettings> = {
  name: 'albert',
  prefix: 'albert.',
  normCentre: 1,
  shapes: albertShapes,
  forward: albertForward,
  variants: [
    variant(
      'v4, as published',
      4,
      {},
      { down_scale_factor: 1, gap_size: 0, net_structure_type: 0, num_memory_blocks: 0 },
    ),
    variant('v4, two groups, eps 1e-2', 4, { groups: 2, eps: 1e-2 }),
    { ...variant('v4, untied, gelu', 4, { tied: false, activation: 'gelu' }), isOlder: true },
    variant('v5, three groups of 5 layers, two biases', 5, { groups: 3, layers: 5, tied: false, hasOwnBias: true }),
    variant('v5, two layers in each of two groups', 5, { groups: 2, inner: 2, layers: 2 }),
    variant('v5, is_decoder, which ALBERT does not read', 5, {}, { is_decoder: true }),
    variant('v5, embedding as wide as the layers', 5, { embeddingSize: 24, activation: 'relu' }),
    variant(
      'v5, defaults left out',
      5,
      { embeddingSize: 128 },
      {
        embedding_size: undefined,
        hidden_act: undefined,
        layer_norm_eps: undefined,
        num_hidden_groups: undefined,
        inner_group_num: undefined,
      },
    ),
  ],
};
