import { type Config, configBooleanOr, configNumberOr } from '../config.ts';
import { type Describe, refuse } from './common.ts';
import { llamaVariant } from './llama-variant.ts';

const layerNorm = { kind: 'layer', key: 'layer_norm_eps', epsilon: 1e-5 } as const;

/** Bellagente et al. 2024: part of a head's dimensions is rotated; some sizes run attention and feed-forward side by side. */
export const stablelm = llamaVariant({
  refuses: ['qk_layernorm'],
  norm: layerNorm,
  keyValueHeads: 32,
  rope: { partial: 0.25 },
  biasesOf: (config) => ({ qkv: configBooleanOr(config, 'use_qkv_bias', false), o: false, mlp: false }),
  isParallel: (config) => configBooleanOr(config, 'use_parallel_residual', false),
});

/** Groeneveld et al. 2024: norms without weights. */
export const olmo: Describe = (config, names) => {
  if (configNumberOr(config, 'clip_qkv', null) !== null) refuse(config, 'clip_qkv');
  return describeOlmo(config, names);
};

const describeOlmo = llamaVariant({
  norm: { kind: 'layer', key: 'no key', epsilon: 1e-5, hasWeights: false },
  biasesOf: attentionBiases,
});

/** Lozhkov et al. 2024: biases everywhere, no gate. */
export const starcoder2 = llamaVariant({
  norm: { ...layerNorm, key: 'norm_epsilon' },
  keyValueHeads: 2,
  hasGate: false,
  isTied: true,
  activation: { otherwise: 'gelu_pytorch_tanh' },
  isLocal: () => true,
  biasesOf: (config) => {
    const given = configBooleanOr(config, 'use_bias', true);
    return { qkv: given, o: given, mlp: given };
  },
});

/** Cohere 2024: attention and feed-forward side by side, neighbouring dimensions rotated together, scaled logits. */
export const cohere = llamaVariant({
  refuses: ['use_qk_norm'],
  norm: { ...layerNorm, hasBias: false },
  isTied: true,
  rope: { theta: 500_000, pairing: 'neighbours' },
  biasesOf: attentionBiases,
  isParallel: () => true,
  logitScaleOf: (config) => configNumberOr(config, 'logit_scale', 0.0625),
});

function attentionBiases(config: Config) {
  const given = configBooleanOr(config, 'attention_bias', false);
  return { qkv: given, o: given, mlp: false };
}
