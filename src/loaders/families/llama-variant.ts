import { type Config, configBooleanOr, configCount, configCountOr, configNumberOr } from '../config.ts';
import {
  activationOf,
  type Describe,
  decoderHead,
  headDimOf,
  keyValueHeadsOf,
  refuseTrue,
  sizesOf,
  tokenTable,
} from './common.ts';
import { type RopeDefaults, rotaryOf } from './rope.ts';
import {
  block,
  type FactorSpec,
  inverseRoot,
  linear,
  type NormSpec,
  plainAttention,
  plainEmbedding,
  plainFeedForward,
  plainLayer,
  queryKeyValue,
} from './spec.ts';
import { windowOf } from './window.ts';

/** How a variant of Llama differs from it. */
export interface LlamaVariant {
  /** Keys of settings that are refused where they are true. */
  readonly refuses?: readonly string[];
  readonly rope?: Partial<RopeDefaults>;
  /** Norms, and the key of their ε; default: Llama's. */
  readonly norm?: Partial<Pick<NormSpec, 'kind' | 'epsilon' | 'isOffByOne' | 'hasBias' | 'hasWeights'>> & {
    readonly key?: string;
  };
  /** RMSNorm of each head's query and key. */
  readonly hasQueryKeyNorm?: boolean;
  /** Norms after attention and feed-forward, as well as before. */
  readonly hasOutputNorms?: boolean;
  readonly activation?: {
    readonly key?: string;
    readonly otherwise?: string;
    readonly aliases?: Readonly<Record<string, string>>;
  };
  /** false: the feed-forward part has no gate, and GPT-2's names. */
  readonly hasGate?: boolean;
  readonly isTied?: boolean;
  /** q, k, v in one tensor, gate and up in one. */
  readonly isFused?: boolean;
  /** Sizes where config.json omits them. */
  readonly keyValueHeads?: number;
  readonly headDim?: number;
  readonly window?: number;
  /** Caps where config.json omits them. */
  readonly attentionCap?: number;
  readonly finalCap?: number;
  /** Whether `layer_types` says which layers see only a window. */
  readonly readsLayerTypes?: boolean;
  /** Whether `use_bidirectional_attention` may be true. */
  readonly mayBeBidirectional?: boolean;
  biasesOf?(config: Config): { readonly qkv: boolean; readonly o: boolean; readonly mlp: boolean };
  /** Attention and feed-forward side by side, behind one norm. */
  isParallel?(config: Config): boolean;
  /** Whether a layer sees only a window, where `layer_types` does not say. */
  isLocal?(config: Config, index: number): boolean;
  isRotated?(config: Config, index: number): boolean;
  /** Rotation of local and global layers, where they differ. */
  ropeOf?(isLocal: boolean): RopeDefaults;
  /** Factors on embeddings, scores, additions to the residual stream, and logits. */
  tokenScaleOf?(config: Config): number;
  scoreScaleOf?(config: Config): number;
  residualScaleOf?(config: Config): number;
  logitScaleOf?(config: Config): number;
}

const llamaBiases = (config: Config) => {
  const attention = configBooleanOr(config, 'attention_bias', false);
  return { qkv: attention, o: attention, mlp: configBooleanOr(config, 'mlp_bias', false) };
};

/** Describes a decoder that differs from Llama as `variant` says. */
export function llamaVariant(variant: LlamaVariant): Describe {
  const { hasOutputNorms = false, hasQueryKeyNorm = false, isFused = false, hasGate = true } = variant;
  return (config, names) => {
    for (const key of variant.refuses ?? []) refuseTrue(config, key);
    const sizes = sizesOf(config);
    const { hidden, heads, layers, vocab } = sizes;
    const groups = keyValueHeadsOf(config, heads, variant.keyValueHeads);
    const headDim = configCountOr(config, 'head_dim', null) ?? variant.headDim ?? headDimOf(config, sizes);
    const inner = configCount(config, 'intermediate_size');
    const biases = (variant.biasesOf ?? llamaBiases)(config);
    const { key: activationKey = 'hidden_act', otherwise = 'silu', aliases } = variant.activation ?? {};
    const activation = activationOf(config, [activationKey], otherwise, aliases);
    const isParallel = variant.isParallel?.(config) ?? false;
    const isBidirectional =
      variant.mayBeBidirectional === true && configBooleanOr(config, 'use_bidirectional_attention', false);
    const prefixes = ['model.', '', 'language_model.model.', 'model.language_model.'];
    const { prefix, table } = tokenTable(names, prefixes, 'embed_tokens.weight');
    const { key: epsilonKey = 'rms_norm_eps', epsilon: usual = 1e-6, kind = 'rms', ...stored } = variant.norm ?? {};
    const epsilon = configNumberOr(config, epsilonKey, usual);
    const norm = (name: string, width = hidden) => ({ kind, name: prefix + name, width, epsilon, ...stored });
    const headNorm = (name: string) => (hasQueryKeyNorm ? norm(name, headDim) : null);
    const factor = variant.residualScaleOf?.(config) ?? 1;
    const outputNorm = (name: string): NormSpec | FactorSpec | null =>
      hasOutputNorms ? norm(name) : factor === 1 ? null : { kind: 'factor', factor };
    return {
      hiddenSize: hidden,
      stack: {
        maxPositions: configCount(config, 'max_position_embeddings'),
        embedding: {
          ...plainEmbedding,
          tokens: table,
          vocabSize: vocab,
          width: hidden,
          tokenScale: variant.tokenScaleOf?.(config) ?? 1,
        },
        layers: Array.from({ length: layers }, (_, index) => {
          const name = `layers.${index}`;
          const given = windowOf(config, index, {
            isLocal: variant.isLocal?.(config, index) ?? false,
            otherwise: variant.window ?? 0,
            readsTypes: variant.readsLayerTypes ?? false,
          });
          // Half of the window lies on either side.
          const window = isBidirectional && given !== null ? Math.floor(given / 2) + 1 : given;
          const isRotated = variant.isRotated?.(config, index) ?? true;
          const rope = variant.ropeOf?.(window !== null) ?? { theta: 10000, ...variant.rope };
          const input = norm(`${name}.input_layernorm`);
          const widths = [heads * headDim, groups * headDim, groups * headDim];
          const part = (which: string, at: number) => {
            const attention = `${prefix}${name}.self_attn`;
            if (!isFused) return linear(`${attention}.${which}_proj`, hidden, widths[at] ?? 0, biases.qkv);
            return block(
              linear(`${attention}.qkv_proj`, hidden, (heads + 2 * groups) * headDim, biases.qkv),
              widths,
              at,
            );
          };
          const mlp = `${prefix}${name}.mlp`;
          const upAndGate = (which: 'gate' | 'up') => {
            if (!isFused) return linear(`${mlp}.${which}_proj`, hidden, inner, biases.mlp);
            const whole = linear(`${mlp}.gate_up_proj`, hidden, 2 * inner, biases.mlp);
            return block(whole, [inner, inner], which === 'gate' ? 0 : 1);
          };
          return {
            ...plainLayer,
            isParallel,
            attention: {
              ...plainAttention,
              numAttentionHeads: heads,
              numKeyValueHeads: groups,
              headDim,
              scoreScale: variant.scoreScaleOf?.(config) ?? inverseRoot(headDim),
              softCap: capOf(config, 'attn_logit_softcapping', variant.attentionCap),
              isCausal: !isBidirectional,
              window,
              norm: input,
              ...queryKeyValue(part),
              queryNorm: headNorm(`${name}.self_attn.q_norm`),
              keyNorm: headNorm(`${name}.self_attn.k_norm`),
              rotary: isRotated ? rotaryOf(config, headDim, rope) : null,
              o: linear(`${prefix}${name}.self_attn.o_proj`, heads * headDim, hidden, biases.o),
              outputNorm: outputNorm(`${name}.post_attention_layernorm`),
            },
            feedForward: {
              ...plainFeedForward,
              norm: isParallel
                ? input
                : norm(`${name}.${hasOutputNorms ? 'pre_feedforward' : 'post_attention'}_layernorm`),
              gate: hasGate ? upAndGate('gate') : null,
              up: hasGate ? upAndGate('up') : linear(`${mlp}.c_fc`, hidden, inner, biases.mlp),
              activation,
              down: linear(`${mlp}.${hasGate ? 'down' : 'c'}_proj`, inner, hidden, biases.mlp),
              outputNorm: outputNorm(`${name}.post_feedforward_layernorm`),
            },
          };
        }),
        finalNorm: norm('norm'),
      },
      decoder: null,
      head: decoderHead(
        config,
        names,
        { table, isTied: variant.isTied ?? false, isBare: !names.has('model.embed_tokens.weight') },
        {
          scale: variant.logitScaleOf?.(config) ?? 1,
          softCap: capOf(config, 'final_logit_softcapping', variant.finalCap),
        },
      ),
    };
  };
}

/** Size of a soft cap; null turns it off. */
function capOf(config: Config, key: string, otherwise = 0): number | null {
  return (config.fields.has(key) ? configNumberOr(config, key, 0) : otherwise) || null;
}
