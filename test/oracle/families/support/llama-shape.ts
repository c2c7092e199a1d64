import type { Config } from './reference.ts';
import type { RopeScaling } from './rope.ts';
import type { Shapes } from './weights.ts';

/** What LLaMA and its descendants have in common. */
export interface LlamaSettings {
  readonly hiddenSize: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headDim: number;
  readonly intermediateSize: number;
  readonly layers: number;
  readonly vocabSize: number;
  readonly maxPositions: number;
  readonly eps: number;
  readonly theta: number;
  readonly scaling: RopeScaling | null;
  readonly activation: string;
  readonly tied: boolean;
  readonly attentionBias: boolean;
  readonly mlpBias: boolean;
}

export const llamaSettings: LlamaSettings = {
  hiddenSize: 24,
  heads: 4,
  keyValueHeads: 2,
  headDim: 6,
  intermediateSize: 20,
  layers: 2,
  vocabSize: 40,
  maxPositions: 64,
  eps: 1e-6,
  theta: 10000,
  scaling: null,
  activation: 'silu',
  tied: false,
  attentionBias: false,
  mlpBias: false,
};

/** The keys of config.json that every such family has, as version 4 or version 5 spells them. */
export function llamaConfig(modelType: string, className: string, settings: LlamaSettings, version: 4 | 5): Config {
  const { scaling, theta } = settings;
  const rotation =
    version === 5
      ? { rope_parameters: { rope_theta: theta, rope_type: 'default', ...scaling } }
      : { rope_theta: theta, rope_scaling: scaling };
  return {
    architectures: [className],
    model_type: modelType,
    attention_bias: settings.attentionBias,
    attention_dropout: 0.0,
    bos_token_id: 1,
    eos_token_id: 2,
    head_dim: settings.headDim,
    hidden_act: settings.activation,
    hidden_size: settings.hiddenSize,
    initializer_range: 0.02,
    intermediate_size: settings.intermediateSize,
    max_position_embeddings: settings.maxPositions,
    mlp_bias: settings.mlpBias,
    num_attention_heads: settings.heads,
    num_hidden_layers: settings.layers,
    num_key_value_heads: settings.keyValueHeads,
    rms_norm_eps: settings.eps,
    ...rotation,
    tie_word_embeddings: settings.tied,
    [version === 5 ? 'dtype' : 'torch_dtype']: 'float32',
    transformers_version: version === 5 ? '5.18.0' : '4.44.0',
    use_cache: true,
    vocab_size: settings.vocabSize,
  };
}

/** `model.…` of a LLaMA-like checkpoint, one entry per tensor. `perLayer` adds to a layer's tensors or replaces them. */
export function llamaShapes(settings: LlamaSettings, perLayer: (prefix: string) => Shapes = () => ({})): Shapes {
  const { hiddenSize, heads, keyValueHeads, headDim, intermediateSize, vocabSize } = settings;
  const shapes: Record<string, readonly number[]> = { 'model.embed_tokens.weight': [vocabSize, hiddenSize] };
  const linear = (name: string, out: number, width: number, bias: boolean) => {
    shapes[`${name}.weight`] = [out, width];
    if (bias) shapes[`${name}.bias`] = [out];
  };
  for (let layer = 0; layer < settings.layers; layer++) {
    const prefix = `model.layers.${layer}.`;
    const attention = `${prefix}self_attn.`;
    const mlp = `${prefix}mlp.`;
    linear(`${attention}q_proj`, heads * headDim, hiddenSize, settings.attentionBias);
    linear(`${attention}k_proj`, keyValueHeads * headDim, hiddenSize, settings.attentionBias);
    linear(`${attention}v_proj`, keyValueHeads * headDim, hiddenSize, settings.attentionBias);
    linear(`${attention}o_proj`, hiddenSize, heads * headDim, settings.attentionBias);
    linear(`${mlp}gate_proj`, intermediateSize, hiddenSize, settings.mlpBias);
    linear(`${mlp}up_proj`, intermediateSize, hiddenSize, settings.mlpBias);
    linear(`${mlp}down_proj`, hiddenSize, intermediateSize, settings.mlpBias);
    shapes[`${prefix}input_layernorm.weight`] = [hiddenSize];
    shapes[`${prefix}post_attention_layernorm.weight`] = [hiddenSize];
    Object.assign(shapes, perLayer(prefix));
  }
  shapes['model.norm.weight'] = [hiddenSize];
  if (!settings.tied) shapes['lm_head.weight'] = [vocabSize, hiddenSize];
  return shapes;
}

/** The matrix of the logits: the embeddings if tied. */
export const headName = (settings: { readonly tied: boolean }): string =>
  settings.tied ? 'model.embed_tokens' : 'lm_head';
