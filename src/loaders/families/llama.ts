import {
  type Config,
  configBooleanOr,
  configCount,
  configCountOr,
  configIntegerOr,
  configNumberOr,
} from '../config.ts';
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
import { type RopeDefaults, rotaryOf } from './rope.ts';
import { block, linear, plainAttention, plainEmbedding, plainFeedForward, plainLayer, rmsNormSpec } from './spec.ts';
import { windowOf } from './window.ts';

/** What Llama's relatives do each in their own way. */
interface Relative {
  readonly rope?: Partial<RopeDefaults>;
  readonly epsilon?: number;
  /** Biases of q, k, v and of W_O. */
  readonly biases?: readonly [qkv: boolean, o: boolean];
  readonly hasQueryKeyNorm?: boolean;
  /** Gemma: norms store scale − 1, embeddings are scaled by √hidden. */
  readonly isGemma?: boolean;
  /** Norms after attention and feed-forward besides those before. */
  readonly hasOutputNorms?: boolean;
  readonly activation?: {
    readonly key?: string;
    readonly otherwise?: string;
    readonly aliases?: Readonly<Record<string, string>>;
  };
  readonly isTied?: boolean;
  readonly isFused?: boolean;
  /** Sizes where the configuration leaves them out. */
  readonly keyValueHeads?: number;
  readonly headDim?: number;
  readonly window?: number;
  /** Caps where the configuration leaves them out. */
  readonly attentionCap?: number;
  readonly finalCap?: number;
  /** Whether `layer_types` says which layers see a window alone. */
  readonly readsLayerTypes?: boolean;
  /** Whether a layer sees a window alone, where `layer_types` does not say. */
  isLocal?(config: Config, index: number): boolean;
  /** Where each kind of layer has a rotation of its own. */
  ropeOf?(isLocal: boolean): RopeDefaults;
  scaleOf?(config: Config): number;
}

function relativeOfLlama(relative: Relative): Describe {
  const { isGemma = false, hasOutputNorms = false, hasQueryKeyNorm = false, isFused = false } = relative;
  return (config, names) => {
    const sizes = sizesOf(config);
    const { hidden, heads, layers, vocab } = sizes;
    const groups = keyValueHeadsOf(config, heads, relative.keyValueHeads);
    const headDim = configCountOr(config, 'head_dim', null) ?? relative.headDim ?? headDimOf(config, sizes);
    const inner = configCount(config, 'intermediate_size');
    const epsilon = configNumberOr(config, 'rms_norm_eps', relative.epsilon ?? 1e-6);
    const given = configBooleanOr(config, 'attention_bias', false);
    const [qkvBias, oBias] = relative.biases ?? [given, given];
    const mlpBias = configBooleanOr(config, 'mlp_bias', false);
    const { key: activationKey = 'hidden_act', otherwise = 'silu', aliases } = relative.activation ?? {};
    const activation = activationOf(config, [activationKey], otherwise, aliases);
    const prefix = prefixOf(
      names,
      ['model.', '', 'language_model.model.', 'model.language_model.'],
      'embed_tokens.weight',
    );
    const table = `${prefix}embed_tokens.weight`;
    const scale = relative.scaleOf?.(config) ?? 1 / Math.sqrt(headDim);
    const softCap = capOf(config, 'attn_logit_softcapping', relative.attentionCap);
    const finalCap = capOf(config, 'final_logit_softcapping', relative.finalCap);
    const isBidirectional = isGemma && configBooleanOr(config, 'use_bidirectional_attention', false);
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
          const given = windowOf(config, index, {
            isLocal: relative.isLocal?.(config, index) ?? false,
            otherwise: relative.window ?? 0,
            readsTypes: relative.readsLayerTypes ?? false,
          });
          // Half of it to either side.
          const window = isBidirectional && given !== null ? Math.floor(given / 2) + 1 : given;
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
              isCausal: !isBidirectional,
              window,
              norm: norm(`${name}.input_layernorm`),
              q: part('q'),
              k: part('k'),
              v: part('v'),
              queryNorm: headNorm(`${name}.self_attn.q_norm`),
              keyNorm: headNorm(`${name}.self_attn.k_norm`),
              rotary: rotaryOf(
                config,
                headDim,
                relative.ropeOf?.(window !== null) ?? { theta: 10000, ...relative.rope },
              ),
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

/** Size of a soft cap; null turns it off. */
function capOf(config: Config, key: string, otherwise = 0): number | null {
  return (config.fields.has(key) ? configNumberOr(config, key, 0) : otherwise) || null;
}

/** Touvron et al. 2023 */
export const llama = relativeOfLlama({});

/** Jiang et al. 2023: every layer sees a window, or, as Ministral has it, those that layer_types names. */
export const mistral = relativeOfLlama({
  biases: [false, false],
  keyValueHeads: 8,
  window: 4096,
  readsLayerTypes: true,
  isLocal: () => true,
});

/** Window from layer max_window_layers on, where use_sliding_window says so. */
const qwen = {
  keyValueHeads: 32,
  window: 4096,
  readsLayerTypes: true,
  isLocal: (config: Config, index: number) => index >= configIntegerOr(config, 'max_window_layers', 28),
} as const;

/** Yang et al. 2024 */
export const qwen2 = onlyWhereAsked(relativeOfLlama({ ...qwen, biases: [true, false] }));

/** Yang et al. 2025: a norm on each head's query and key. */
export const qwen3 = onlyWhereAsked(relativeOfLlama({ ...qwen, headDim: 128, hasQueryKeyNorm: true }));

/** sliding_window counts only beside use_sliding_window. */
function onlyWhereAsked(describe: Describe): Describe {
  return (config, names) => {
    if (configBooleanOr(config, 'use_sliding_window', false)) return describe(config, names);
    return describe({ ...config, fields: new Map(config.fields).set('sliding_window', null) }, names);
  };
}

const gemmaFamily = { isGemma: true, isTied: true, headDim: 256 } as const;

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
  scaleOf: queryScale,
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

/** Abdin et al. 2024: fused projections. */
export const phi3 = relativeOfLlama({
  biases: [false, false],
  isFused: true,
  epsilon: 1e-5,
  isLocal: () => true,
  rope: { partial: 1, originalPositions: 4096, aliases: { su: 'longrope', yarn: 'longrope' } },
});
