import { type Config, configBooleanOr, configCount, configIntegerOr, configNumberOr } from '../config.ts';
import {
  activationOf,
  causalHead,
  type Describe,
  headDimOf,
  headWeight,
  keyValueHeadsOf,
  prefixOf,
  refuse,
  sizesOf,
} from './common.ts';
import { type RopeDefaults, rotaryOf, windowOf } from './rope.ts';
import { block, linear, plainAttention, plainEmbedding, plainFeedForward, plainLayer, rmsNormSpec } from './spec.ts';

/** What Llama's relatives do each in their own way. */
interface Relative {
  readonly theta?: number;
  /** Biases of q, k, v and of W_O. */
  readonly biases?: readonly [qkv: boolean, o: boolean];
  readonly hasQueryKeyNorm?: boolean;
  /** Gemma: norms store scale − 1, embeddings are scaled by √hidden. */
  readonly isGemma?: boolean;
  /** Norms after attention and feed-forward besides those before. */
  readonly hasOutputNorms?: boolean;
  readonly activation?: readonly [keys: readonly string[], otherwise: string];
  readonly isTied?: boolean;
  readonly isFused?: boolean;
  readonly keyValueHeads?: number;
  readonly headDim?: number;
  /** Whether a layer sees a window alone, where layer_types does not say. */
  isLocal?(config: Config, index: number): boolean;
  rope?(config: Config, isLocal: boolean): Partial<RopeDefaults>;
  scaleOf?(config: Config, headDim: number): number;
}

function relativeOfLlama(relative: Relative): Describe {
  const { isGemma = false, hasOutputNorms = false, hasQueryKeyNorm = false, isFused = false } = relative;
  return (config, names) => {
    const sizes = sizesOf(config);
    const { hidden, heads, layers, vocab } = sizes;
    const groups = keyValueHeadsOf(config, heads, relative.keyValueHeads ?? heads);
    const headDim = configNumberOr(config, 'head_dim', null) ?? relative.headDim ?? headDimOf(config, sizes);
    const inner = configCount(config, 'intermediate_size');
    const epsilon = configNumberOr(config, 'rms_norm_eps', 1e-6);
    const given = configBooleanOr(config, 'attention_bias', false);
    const [qkvBias, oBias] = relative.biases ?? [given, given];
    const mlpBias = configBooleanOr(config, 'mlp_bias', false);
    const activation = activationOf(
      config,
      relative.activation?.[0] ?? ['hidden_act'],
      relative.activation?.[1] ?? 'silu',
    );
    const prefix = prefixOf(
      names,
      ['model.', '', 'language_model.model.', 'model.language_model.'],
      'embed_tokens.weight',
    );
    const table = `${prefix}embed_tokens.weight`;
    const scale = relative.scaleOf?.(config, headDim) ?? 1 / Math.sqrt(headDim);
    const softCap = configNumberOr(config, 'attn_logit_softcapping', 0) || null;
    const finalCap = configNumberOr(config, 'final_logit_softcapping', 0) || null;
    const norm = (name: string, width = hidden) => rmsNormSpec(prefix + name, width, epsilon, isGemma);
    const headNorm = (name: string) => (hasQueryKeyNorm ? norm(name, headDim) : null);
    return {
      hiddenSize: hidden,
      stack: {
        maxPositions: configCount(config, 'max_position_embeddings'),
        embedding: {
          ...plainEmbedding,
          tokens: table,
          vocabSize: vocab,
          width: hidden,
          tokenScale: isGemma ? Math.fround(Math.sqrt(hidden)) : 1,
        },
        layers: Array.from({ length: layers }, (_, index) => {
          const name = `layers.${index}`;
          const window = windowOf(config, index, relative.isLocal?.(config, index) ?? false);
          const widths = [heads * headDim, groups * headDim, groups * headDim];
          const part = (which: 'q' | 'k' | 'v') => {
            const at = ['q', 'k', 'v'].indexOf(which);
            if (!isFused) return linear(`${prefix}${name}.self_attn.${which}_proj`, hidden, widths[at] ?? 0, qkvBias);
            const whole = linear(
              `${prefix}${name}.self_attn.qkv_proj`,
              hidden,
              (heads + 2 * groups) * headDim,
              qkvBias,
            );
            return block(whole, widths, at);
          };
          const upAndGate = (which: 'gate' | 'up') => {
            if (!isFused) return linear(`${prefix}${name}.mlp.${which}_proj`, hidden, inner, mlpBias);
            const whole = linear(`${prefix}${name}.mlp.gate_up_proj`, hidden, 2 * inner, mlpBias);
            return block(whole, [inner, inner], which === 'gate' ? 0 : 1);
          };
          return {
            ...plainLayer,
            attention: {
              ...plainAttention,
              numAttentionHeads: heads,
              numKeyValueHeads: groups,
              headDim,
              scoreScale: scale,
              softCap,
              isCausal: true,
              window,
              norm: norm(`${name}.input_layernorm`),
              q: part('q'),
              k: part('k'),
              v: part('v'),
              queryNorm: headNorm(`${name}.self_attn.q_norm`),
              keyNorm: headNorm(`${name}.self_attn.k_norm`),
              rotary: rotaryOf(config, headDim, {
                theta: relative.theta ?? 10000,
                ...relative.rope?.(config, window !== null),
              }),
              o: linear(`${prefix}${name}.self_attn.o_proj`, heads * headDim, hidden, oBias),
              outputNorm: hasOutputNorms ? norm(`${name}.post_attention_layernorm`) : null,
            },
            feedForward: {
              ...plainFeedForward,
              norm: norm(`${name}.${hasOutputNorms ? 'pre_feedforward' : 'post_attention'}_layernorm`),
              gate: upAndGate('gate'),
              up: upAndGate('up'),
              activation,
              down: linear(`${prefix}${name}.mlp.down_proj`, inner, hidden, mlpBias),
              outputNorm: hasOutputNorms ? norm(`${name}.post_feedforward_layernorm`) : null,
            },
          };
        }),
        finalNorm: norm('norm'),
      },
      decoder: null,
      head:
        names.has('lm_head.weight') || names.has(`model.embed_tokens.weight`)
          ? causalHead(headWeight(config, names, 'lm_head.weight', table, relative.isTied ?? false), {
              softCap: finalCap,
            })
          : null,
    };
  };
}

/** Touvron et al. 2023 */
export const llama = relativeOfLlama({});

/** Jiang et al. 2023: every layer sees a window. */
export const mistral = relativeOfLlama({ biases: [false, false], isLocal: () => true });

/** Window from layer max_window_layers on, where use_sliding_window says so. */
const qwenIsLocal = (config: Config, index: number) =>
  configBooleanOr(config, 'use_sliding_window', false) && index >= configIntegerOr(config, 'max_window_layers', 28);

/** Yang et al. 2024 */
export const qwen2 = onlyWhereAsked(relativeOfLlama({ biases: [true, false], isLocal: qwenIsLocal }));

/** Yang et al. 2025: a norm on each head's query and key. */
export const qwen3 = onlyWhereAsked(relativeOfLlama({ hasQueryKeyNorm: true, isLocal: qwenIsLocal }));

/** sliding_window counts only beside use_sliding_window. */
function onlyWhereAsked(describe: Describe): Describe {
  return (config, names) => {
    if (configBooleanOr(config, 'use_sliding_window', false)) return describe(config, names);
    const fields = new Map(config.fields);
    fields.delete('sliding_window');
    return describe({ ...config, fields }, names);
  };
}

const gemmaActivation = [['hidden_activation'], 'gelu_pytorch_tanh'] as const;

/** Gemma team 2024; its hidden_act is not used. */
export const gemma = relativeOfLlama({
  isGemma: true,
  isTied: true,
  headDim: 256,
  activation: gemmaActivation,
});

const queryScale = (config: Config) => configNumberOr(config, 'query_pre_attn_scalar', 256) ** -0.5;

/** Gemma team 2024 (2): soft caps, four norms, every other layer sees a window. */
export const gemma2 = relativeOfLlama({
  isGemma: true,
  isTied: true,
  headDim: 256,
  hasOutputNorms: true,
  activation: gemmaActivation,
  isLocal: (_, index) => index % 2 === 0,
  scaleOf: queryScale,
});

/** Gemma team 2025: norms on queries and keys, five local layers to a global one, with a base each. */
export const gemma3 = relativeOfLlama({
  isGemma: true,
  isTied: true,
  headDim: 256,
  hasOutputNorms: true,
  hasQueryKeyNorm: true,
  activation: gemmaActivation,
  isLocal: (config, index) => {
    const pattern =
      configIntegerOr(config, 'sliding_window_pattern', null) ?? configIntegerOr(config, '_sliding_window_pattern', 6);
    return (index + 1) % pattern !== 0;
  },
  rope: (_, isLocal) =>
    isLocal
      ? { theta: 10000, thetaKey: 'rope_local_base_freq', layerType: 'sliding_attention', isUnscaled: true }
      : { theta: 1_000_000, layerType: 'full_attention' },
  scaleOf: queryScale,
});

/** Abdin et al. 2024: fused projections. */
export const phi3: Describe = (config, names) => {
  const scaling = config.fields.get('rope_scaling');
  if (scaling !== null && scaling !== undefined && typeof scaling === 'object' && 'long_factor' in scaling) {
    refuse(config, "rope_type 'longrope'");
  }
  return relativeOfLlama({ biases: [false, false], isFused: true, isLocal: () => true })(config, names);
};
