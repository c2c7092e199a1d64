import { attend, splitHeads } from '../support/attention.ts';
import { activations, add, columns, linear, type Matrix, map, multiply } from '../support/decoder-maths.ts';
import type { Config, Family, ReferenceLayer, ReferenceTrace } from '../support/reference.ts';
import { type RopeScaling, rotateHalves, scaledRope } from '../support/rope.ts';
import { eachLayer, linearShapes, normShapes } from '../support/shapes.ts';
import type { Shapes, Weights } from '../support/weights.ts';

interface ModernBertSettings {
  readonly hiddenSize: number;
  readonly heads: number;
  readonly inner: number;
  readonly vocabSize: number;
  readonly maxPositions: number;
  readonly eps: number;
  readonly activation: string;
  readonly headActivation: string;
  /** Layers that see only near tokens. */
  readonly isLocal: readonly boolean[];
  /** A local layer sees half of it on each side. */
  readonly localAttention: number;
  readonly globalTheta: number;
  readonly localTheta: number;
  readonly globalScaling: RopeScaling | null;
  readonly hasNormBias: boolean;
  readonly hasAttentionBias: boolean;
  readonly hasMlpBias: boolean;
  readonly hasHeadBias: boolean;
  readonly hasDecoderBias: boolean;
  readonly tied: boolean;
}

const modernBertSettings: ModernBertSettings = {
  hiddenSize: 24,
  heads: 4,
  inner: 20,
  vocabSize: 40,
  maxPositions: 64,
  eps: 1e-5,
  activation: 'gelu',
  headActivation: 'gelu',
  isLocal: [false, true, true, false],
  localAttention: 8,
  globalTheta: 160000,
  localTheta: 10000,
  globalScaling: null,
  hasNormBias: false,
  hasAttentionBias: false,
  hasMlpBias: false,
  hasHeadBias: false,
  hasDecoderBias: true,
  tied: true,
};

/** W_o(act(u) ⊙ g), u and g the two halves of W_i x.  @see modeling_modernbert.py, ModernBertMLP */
function feedForward(settings: ModernBertSettings, weights: Weights, prefix: string, x: Matrix): Matrix {
  const both = weights.linear(x, `${prefix}Wi`);
  const active = map(columns(both, 0, settings.inner), activations[settings.activation]!);
  return weights.linear(multiply(active, columns(both, settings.inner, 2 * settings.inner)), `${prefix}Wo`);
}

/** Pre-norm encoder with rotated q and k; every third layer is global, the others are local with another base. The first
 *  layer's attention reads the normed embedding without another norm.
 *  @see Warner et al. 2024, "ModernBERT", section 2.1; transformers/models/modernbert/modeling_modernbert.py */
function modernBertForward(settings: ModernBertSettings, weights: Weights, ids: readonly number[]): ReferenceTrace {
  const { hiddenSize, heads, eps, maxPositions } = settings;
  const headDim = hiddenSize / heads;
  const ropeOf = (isLocal: boolean) =>
    isLocal
      ? scaledRope(settings.localTheta, headDim, null, maxPositions, ids.length)
      : scaledRope(settings.globalTheta, headDim, settings.globalScaling, maxPositions, ids.length);
  const tokens = weights.rows('model.embeddings.tok_embeddings.weight', ids);
  const embedding = weights.layerNorm(tokens, 'model.embeddings.norm', eps);
  const layers: ReferenceLayer[] = [];
  let x = embedding;
  settings.isLocal.forEach((isLocal, layer) => {
    const prefix = `model.layers.${layer}.`;
    const normed = layer === 0 ? x : weights.layerNorm(x, `${prefix}attn_norm`, eps);
    const fused = weights.linear(normed, `${prefix}attn.Wqkv`);
    const part = (index: number) => splitHeads(columns(fused, index * hiddenSize, (index + 1) * hiddenSize), heads);
    const q = rotateHalves(part(0), ropeOf(isLocal));
    const k = rotateHalves(part(1), ropeOf(isLocal));
    const attention = attend({
      q,
      k,
      v: part(2),
      scoreScale: 1 / Math.sqrt(headDim),
      bidirectional: true,
      window: isLocal ? Math.floor(settings.localAttention / 2) + 1 : null,
    });
    const middle = add(x, weights.linear(attention.concat, `${prefix}attn.Wo`));
    const second = weights.layerNorm(middle, `${prefix}mlp_norm`, eps);
    x = add(middle, feedForward(settings, weights, `${prefix}mlp.`, second));
    layers.push({ weights: attention.weights, q, k, output: x });
  });
  const finalNorm = weights.layerNorm(x, 'model.final_norm', eps);
  const inner = map(weights.linear(finalNorm, 'head.dense'), activations[settings.headActivation]!);
  const table = settings.tied ? 'model.embeddings.tok_embeddings.weight' : 'decoder.weight';
  const bias = settings.hasDecoderBias ? weights.vector('decoder.bias') : null;
  const logits = linear(weights.layerNorm(inner, 'head.norm', eps), weights.matrix(table), bias);
  return { embedding, layers, finalNorm, logits };
}

function modernBertShapes(settings: ModernBertSettings): Shapes {
  const { hiddenSize, inner, vocabSize, hasNormBias } = settings;
  return {
    'model.embeddings.tok_embeddings.weight': [vocabSize, hiddenSize],
    ...normShapes('model.embeddings.norm', hiddenSize, hasNormBias),
    ...eachLayer(settings.isLocal.length, (layer) => {
      const prefix = `model.layers.${layer}.`;
      return {
        ...(layer === 0 ? {} : normShapes(`${prefix}attn_norm`, hiddenSize, hasNormBias)),
        ...linearShapes(`${prefix}attn.Wqkv`, hiddenSize, 3 * hiddenSize, settings.hasAttentionBias),
        ...linearShapes(`${prefix}attn.Wo`, hiddenSize, hiddenSize, settings.hasAttentionBias),
        ...normShapes(`${prefix}mlp_norm`, hiddenSize, hasNormBias),
        ...linearShapes(`${prefix}mlp.Wi`, hiddenSize, 2 * inner, settings.hasMlpBias),
        ...linearShapes(`${prefix}mlp.Wo`, inner, hiddenSize, settings.hasMlpBias),
      };
    }),
    ...normShapes('model.final_norm', hiddenSize, hasNormBias),
    ...linearShapes('head.dense', hiddenSize, hiddenSize, settings.hasHeadBias),
    ...normShapes('head.norm', hiddenSize, hasNormBias),
    ...(settings.tied ? {} : { 'decoder.weight': [vocabSize, hiddenSize] }),
    ...(settings.hasDecoderBias ? { 'decoder.bias': [vocabSize] } : {}),
  };
}

function variant(name: string, version: 4 | 5, changes: Partial<ModernBertSettings> = {}, config: Config = {}) {
  const settings = { ...modernBertSettings, ...changes };
  const rotation =
    version === 5
      ? {
          layer_types: settings.isLocal.map((isLocal) => (isLocal ? 'sliding_attention' : 'full_attention')),
          rope_parameters: {
            full_attention: { rope_theta: settings.globalTheta, rope_type: 'default', ...settings.globalScaling },
            sliding_attention: { rope_theta: settings.localTheta, rope_type: 'default' },
          },
        }
      : {
          global_attn_every_n_layers: 3,
          global_rope_theta: settings.globalTheta,
          local_rope_theta: settings.localTheta,
          position_embedding_type: 'absolute',
          reference_compile: null,
        };
  return {
    name,
    settings,
    config: {
      architectures: ['ModernBertForMaskedLM'],
      model_type: 'modernbert',
      attention_bias: settings.hasAttentionBias,
      attention_dropout: 0.0,
      bos_token_id: 1,
      classifier_activation: settings.headActivation,
      classifier_bias: settings.hasHeadBias,
      classifier_dropout: 0.0,
      classifier_pooling: 'mean',
      cls_token_id: 1,
      decoder_bias: settings.hasDecoderBias,
      deterministic_flash_attn: false,
      embedding_dropout: 0.0,
      eos_token_id: 2,
      hidden_activation: settings.activation,
      hidden_size: settings.hiddenSize,
      initializer_cutoff_factor: 2.5,
      initializer_range: 0.02,
      intermediate_size: settings.inner,
      local_attention: settings.localAttention,
      max_position_embeddings: settings.maxPositions,
      mlp_bias: settings.hasMlpBias,
      mlp_dropout: 0.0,
      norm_bias: settings.hasNormBias,
      norm_eps: settings.eps,
      num_attention_heads: settings.heads,
      num_hidden_layers: settings.isLocal.length,
      pad_token_id: 3,
      sep_token_id: 2,
      sparse_pred_ignore_index: -100,
      sparse_prediction: false,
      ...(settings.tied && version === 4 ? {} : { tie_word_embeddings: settings.tied }),
      [version === 5 ? 'dtype' : 'torch_dtype']: 'float32',
      transformers_version: version === 5 ? '5.18.0' : '4.48.0',
      vocab_size: settings.vocabSize,
      ...rotation,
      ...config,
    },
  };
}

const allBiases = { hasNormBias: true, hasAttentionBias: true, hasMlpBias: true, hasHeadBias: true };

export const modernBert: Family<ModernBertSettings> = {
  name: 'modernbert',
  prefix: 'model.',
  normCentre: 1,
  shapes: modernBertShapes,
  forward: modernBertForward,
  variants: [
    variant('v4, as published', 4),
    variant('v4, all biases, untied, an odd window, eps 1e-2', 4, {
      ...allBiases,
      tied: false,
      localAttention: 7,
      eps: 1e-2,
    }),
    variant(
      'v4, every second layer sees all, no bias of the head',
      4,
      { isLocal: [false, true, false], hasDecoderBias: false },
      { global_attn_every_n_layers: 2 },
    ),
    {
      ...variant('v4, one base for all', 4, { localTheta: 160000 }, { local_rope_theta: null }),
      isOlder: true,
    },
    variant('v5, other layers, other bases, silu', 5, {
      isLocal: [true, false, true],
      globalTheta: 500,
      localTheta: 90,
      activation: 'silu',
      headActivation: 'relu',
    }),
    variant('v5, scaled rotation of the layers that see all', 5, { globalScaling: { rope_type: 'linear', factor: 4 } }),
    variant(
      'v5, defaults left out',
      5,
      { localAttention: 128 },
      {
        attention_bias: undefined,
        classifier_activation: undefined,
        classifier_bias: undefined,
        decoder_bias: undefined,
        hidden_activation: undefined,
        layer_types: undefined,
        local_attention: undefined,
        mlp_bias: undefined,
        norm_bias: undefined,
        norm_eps: undefined,
        rope_parameters: undefined,
      },
    ),
  ],
};
