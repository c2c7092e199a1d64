import { type Config, configBooleanOr, configIntegerOr, configListOr, configNumberOr } from '../config.ts';
import type { Describe } from './common.ts';
import { llamaVariant } from './llama-variant.ts';

const none = () => ({ qkv: false, o: false, mlp: false });
const queryKeyValueBiases = () => ({ qkv: true, o: false, mlp: false });

/** Touvron et al. 2023 */
export const llama = llamaVariant({});

/** Jiang et al. 2023: every layer sees a window, or, in Ministral, those that layer_types names. */
export const mistral = llamaVariant({
  biasesOf: none,
  keyValueHeads: 8,
  window: 4096,
  readsLayerTypes: true,
  isLocal: () => true,
});

/** Layers from max_window_layers on see a window, where use_sliding_window is true. */
const qwen = {
  keyValueHeads: 32,
  window: 4096,
  readsLayerTypes: true,
  isLocal: (config: Config, index: number) => index >= configIntegerOr(config, 'max_window_layers', 28),
} as const;

/** Yang et al. 2024 */
export const qwen2 = onlyWhereAsked(llamaVariant({ ...qwen, biasesOf: queryKeyValueBiases }));

/** Yang et al. 2025: a norm on each head's query and key. */
export const qwen3 = onlyWhereAsked(llamaVariant({ ...qwen, headDim: 128, hasQueryKeyNorm: true }));

/** sliding_window counts only where use_sliding_window is true. */
function onlyWhereAsked(describe: Describe): Describe {
  return (config, names) => {
    if (configBooleanOr(config, 'use_sliding_window', false)) return describe(config, names);
    return describe({ ...config, fields: new Map(config.fields).set('sliding_window', null) }, names);
  };
}

/** Abdin et al. 2024: fused projections. */
export const phi3 = llamaVariant({
  biasesOf: none,
  isFused: true,
  norm: { epsilon: 1e-5 },
  isLocal: () => true,
  rope: { partial: 1, originalPositions: 4096, aliases: { su: 'longrope', yarn: 'longrope' } },
});

/** Hugging Face 2025: every fourth layer is not rotated; those layers see a window where use_sliding_window is true. */
export const smollm3 = llamaVariant({
  isTied: true,
  keyValueHeads: 4,
  readsLayerTypes: true,
  rope: { theta: 2_000_000 },
  isRotated: isRotatedInSmolLm,
  isLocal: (config, index) => configBooleanOr(config, 'use_sliding_window', false) && !isRotatedInSmolLm(config, index),
});

function isRotatedInSmolLm(config: Config, index: number): boolean {
  const given = configListOr(config, 'no_rope_layers', null);
  if (given !== null) return given[index] === 1 || given[index] === true;
  return (index + 1) % (configIntegerOr(config, 'no_rope_layer_interval', 4) || 1) !== 0;
}

/** IBM Granite team 2024: a factor on embeddings, scores, each addition to the residual stream, and logits. */
export const granite = llamaVariant({
  tokenScaleOf: (config) => configNumberOr(config, 'embedding_multiplier', 1),
  scoreScaleOf: (config) => configNumberOr(config, 'attention_multiplier', 1),
  residualScaleOf: (config) => configNumberOr(config, 'residual_multiplier', 1),
  logitScaleOf: (config) => 1 / configNumberOr(config, 'logits_scaling', 1),
});
