import { type Config, configIntegerOr, configNumberOr } from '../config.ts';
import { sizesOf } from './common.ts';
import { llamaVariant } from './llama-variant.ts';

/** Norms store scale − 1, embeddings are scaled by √hidden. */
const gemmaFamily = {
  norm: { isOffByOne: true },
  tokenScaleOf: (config: Config) => Math.fround(Math.sqrt(sizesOf(config).hidden)),
  isTied: true,
  headDim: 256,
} as const;

/** Refused in Gemma 1 and 2, where the kernels of Transformers compute it differently. */
const bidirectional = ['use_bidirectional_attention'];

/** Gemma team 2024; the first configurations say 'gelu' and mean its tanh form. */
export const gemma = llamaVariant({
  ...gemmaFamily,
  refuses: bidirectional,
  keyValueHeads: 16,
  activation: { otherwise: 'gelu_pytorch_tanh', aliases: { gelu: 'gelu_pytorch_tanh' } },
});

const laterGemma = {
  ...gemmaFamily,
  keyValueHeads: 4,
  window: 4096,
  readsLayerTypes: true,
  hasOutputNorms: true,
  activation: { key: 'hidden_activation', otherwise: 'gelu_pytorch_tanh' },
  scoreScaleOf: (config: Config) => configNumberOr(config, 'query_pre_attn_scalar', 256) ** -0.5,
} as const;

/** Gemma team 2024 (2): soft caps, four norms, every other layer sees a window. */
export const gemma2 = llamaVariant({
  ...laterGemma,
  refuses: bidirectional,
  attentionCap: 50,
  finalCap: 30,
  isLocal: (_, index) => index % 2 === 0,
});

/** Gemma team 2025: norms on queries and keys; five local layers for each global one, with different bases. */
export const gemma3 = llamaVariant({
  ...laterGemma,
  mayBeBidirectional: true,
  hasQueryKeyNorm: true,
  isLocal: (config, index) => {
    const pattern =
      configIntegerOr(config, 'sliding_window_pattern', null) ?? configIntegerOr(config, '_sliding_window_pattern', 6);
    return (index + 1) % pattern !== 0;
  },
  ropeOf: (isLocal) =>
    isLocal
      ? { theta: 10000, thetaKey: 'rope_local_base_freq', layerType: 'sliding_attention' }
      : { theta: 1_000_000, layerType: 'full_attention' },
});
