import { type Config, configBooleanOr, configIntegerOr, configNumberOr } from '../config.ts';
import { type Describe, refuse, sizesOf } from './common.ts';
import { relativeOfLlama } from './llama-variant.ts';

/** Norms store scale − 1, embeddings are scaled by √hidden. */
const gemmaFamily = {
  norm: { isOffByOne: true },
  tokenScaleOf: (config: Config) => Math.fround(Math.sqrt(sizesOf(config).hidden)),
  isTied: true,
  headDim: 256,
} as const;

/** Gemma team 2024; 'gelu' stands in the first configurations for its tanh form. */
export const gemma = causalAlone(
  relativeOfLlama({
    ...gemmaFamily,
    keyValueHeads: 16,
    activation: { otherwise: 'gelu_pytorch_tanh', aliases: { gelu: 'gelu_pytorch_tanh' } },
  }),
);

const queryScale = (config: Config) => configNumberOr(config, 'query_pre_attn_scalar', 256) ** -0.5;

const laterGemma = {
  ...gemmaFamily,
  keyValueHeads: 4,
  window: 4096,
  readsLayerTypes: true,
  hasOutputNorms: true,
  activation: { key: 'hidden_activation', otherwise: 'gelu_pytorch_tanh' },
  scoreScaleOf: queryScale,
} as const;

/** Gemma team 2024 (2): soft caps, four norms, every other layer sees a window. */
export const gemma2 = causalAlone(
  relativeOfLlama({ ...laterGemma, attentionCap: 50, finalCap: 30, isLocal: (_, index) => index % 2 === 0 }),
);

/** Attention to both sides depends there on which kernel runs. */
function causalAlone(describe: Describe): Describe {
  return (config, names) => {
    if (configBooleanOr(config, 'use_bidirectional_attention', false))
      refuse(config, 'use_bidirectional_attention true');
    return describe(config, names);
  };
}

/** Gemma team 2025: norms on queries and keys, five local layers to a global one, with a base each. */
export const gemma3 = relativeOfLlama({
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
