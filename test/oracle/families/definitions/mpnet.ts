import { add } from '../support/decoder-maths.ts';
import { type MaskedHead, maskedHeadShapes, maskedLogits } from '../support/masked-head.ts';
import { positionsFromPadding } from '../support/padding-positions.ts';
import {
  bertNames,
  type EncoderSettings,
  encoderConfig,
  encoderSettings,
  layerShapes,
  postNormLayer,
} from '../support/post-norm.ts';
import type { Config, Family, ReferenceLayer, ReferenceTrace } from '../support/reference.ts';
import { relativeBucket } from '../support/relative-bucket.ts';
import { eachLayer, normShapes } from '../support/shapes.ts';
import type { Shapes, Weights } from '../support/weights.ts';

interface MPNetSettings extends EncoderSettings {
  /** Rows of the bias table; the computation always uses 32. */
  readonly buckets: number;
  readonly hasOwnBias: boolean;
}

const mpnetSettings: MPNetSettings = { ...encoderSettings, eps: 1e-12, buckets: 32, hasOwnBias: false };

const names = {
  ...bertNames,
  q: 'attention.attn.q',
  k: 'attention.attn.k',
  v: 'attention.attn.v',
  o: 'attention.attn.o',
  attentionNorm: 'attention.LayerNorm',
};

const head: MaskedHead = {
  dense: 'lm_head.dense',
  norm: 'lm_head.layer_norm',
  decoder: 'lm_head.decoder',
  bias: 'lm_head.bias',
  table: 'mpnet.embeddings.word_embeddings.weight',
};

/** BERT without token types, positions from 2 (padding is always 1, whatever the configuration says), and a bias
 *  per head and distance from one table for all layers: 32 buckets up to 128.
 *  @see Song et al. 2020, "MPNet"; transformers/models/mpnet/modeling_mpnet.py */
function mpnetForward(settings: MPNetSettings, weights: Weights, ids: readonly number[]): ReferenceTrace {
  const sum = add(
    weights.rows('mpnet.embeddings.word_embeddings.weight', ids),
    weights.rows('mpnet.embeddings.position_embeddings.weight', positionsFromPadding(ids, 1)),
  );
  const embedding = weights.layerNorm(sum, 'mpnet.embeddings.LayerNorm', settings.eps);
  const table = weights.matrix('mpnet.encoder.relative_attention_bias.weight');
  const bias = () => (head: number, query: number, key: number) =>
    table[relativeBucket(key - query, { buckets: 32, maxDistance: 128, bidirectional: true })]![head]!;
  const layers: ReferenceLayer[] = [];
  let x = embedding;
  for (let layer = 0; layer < settings.layers; layer++) {
    const one = postNormLayer(x, weights, `mpnet.encoder.layer.${layer}.`, names, settings, { bias });
    layers.push(one);
    x = one.output;
  }
  return { embedding, layers, finalNorm: null, logits: maskedLogits(x, weights, head, 'gelu', settings.eps) };
}

function mpnetShapes(settings: MPNetSettings): Shapes {
  const { hiddenSize } = settings;
  return {
    'mpnet.embeddings.word_embeddings.weight': [settings.vocabSize, hiddenSize],
    'mpnet.embeddings.position_embeddings.weight': [settings.maxPositions, hiddenSize],
    ...normShapes('mpnet.embeddings.LayerNorm', hiddenSize),
    ...eachLayer(settings.layers, (layer) => layerShapes(`mpnet.encoder.layer.${layer}.`, names, settings)),
    'mpnet.encoder.relative_attention_bias.weight': [settings.buckets, settings.heads],
    ...maskedHeadShapes(head, { ...settings, width: hiddenSize }, settings.hasOwnBias),
  };
}

function variant(name: string, version: 4 | 5, changes: Partial<MPNetSettings> = {}, config: Config = {}) {
  const settings = { ...mpnetSettings, ...changes };
  const own = {
    bos_token_id: 0,
    eos_token_id: 2,
    pad_token_id: 1,
    relative_attention_num_buckets: settings.buckets,
    position_embedding_type: undefined,
    type_vocab_size: undefined,
    use_cache: undefined,
  };
  return {
    name,
    settings,
    config: { ...encoderConfig('mpnet', 'MPNetForMaskedLM', settings, version), ...own, ...config },
  };
}

export const mpnet: Family<MPNetSettings> = {
  name: 'mpnet',
  prefix: 'mpnet.',
  normCentre: 1,
  shapes: mpnetShapes,
  forward: mpnetForward,
  variants: [
    variant('v4, as published', 4, { eps: 1e-5 }),
    { ...variant('v4, untied, 40 rows of biases', 4, { tied: false, buckets: 40 }), isOlder: true },
    variant('v4, another padding in the configuration', 4, {}, { pad_token_id: 7 }),
    variant('v5, untied, two biases', 5, { tied: false, hasOwnBias: true, activation: 'relu' }),
    variant('v5, defaults left out', 5, {}, { layer_norm_eps: undefined, hidden_act: undefined }),
  ],
};
