import {
  type Config,
  configBooleanOr,
  configCount,
  configCountOr,
  configIntegerOr,
  configNumberOr,
  configStringOr,
} from '../config.ts';
import { modelClasses } from '../model-class.ts';
import { activationNamed, causalHead, type Describe, sizesOf, type TensorNames } from './common.ts';
import {
  type AttentionSpec,
  type LayerSpec,
  linear,
  multiHead,
  plainEmbedding,
  plainFeedForward,
  plainLayer,
  queryKeyValue,
  rmsNormSpec,
  type StackSpec,
} from './spec.ts';

/** How a variant of T5 differs from it. */
interface T5Variant {
  /** feed_forward_proj where config.json omits it. */
  readonly feedForward: string;
  /** Whether the head's input is scaled by 1/√d; T5 itself reads this from config.json, as Transformers 5.18 does. */
  readonly isHeadScaled: boolean | 'configured';
  /** Whether each layer has its own buckets; else all use the buckets of layer 0. */
  readonly hasBucketsPerLayer: boolean;
}

/** Describes a model with unscaled scores, RMS norms and no absolute positions. It is an encoder where the files have no decoder. */
function t5Variant(variant: T5Variant): Describe {
  return (config, names) => {
    const { hidden, heads, layers, vocab } = sizesOf(config);
    const headDim = configCount(config, 'd_kv');
    const inner = configCount(config, 'd_ff');
    const epsilon = configNumberOr(config, 'layer_norm_epsilon', 1e-6);
    const { isGated, activation } = feedForwardOf(config, variant.feedForward);
    const all = heads * headDim;
    const attention = (name: string, norm: string, more: Partial<AttentionSpec>): AttentionSpec => ({
      ...multiHead(heads, headDim),
      scoreScale: 1,
      norm: rmsNormSpec(norm, hidden, epsilon),
      ...queryKeyValue((part) => linear(`${name}.${part}`, hidden, all, false)),
      o: linear(`${name}.o`, all, hidden, false),
      ...more,
    });
    const stack = (side: Side, count: number): StackSpec => ({
      maxPositions: null,
      embedding: { ...plainEmbedding, tokens: tableOf(names, side), vocabSize: vocab, width: hidden },
      layers: Array.from({ length: count }, (_, index): LayerSpec => {
        const name = `${side}.block.${index}.layer`;
        const last = side === 'encoder' ? 1 : 2;
        const dense = `${name}.${last}.DenseReluDense`;
        const first = `${side}.block.${variant.hasBucketsPerLayer ? index : 0}.layer.0`;
        return {
          ...plainLayer,
          attention: attention(`${name}.0.SelfAttention`, `${name}.0.layer_norm`, {
            isCausal: side === 'decoder',
            positionTerms: {
              kind: 'buckets',
              table: `${first}.SelfAttention.relative_attention_bias.weight`,
              buckets: configCountOr(config, 'relative_attention_num_buckets', 32),
              maxDistance: configCountOr(config, 'relative_attention_max_distance', 128),
              isBidirectional: side === 'encoder',
            },
          }),
          crossAttention:
            side === 'encoder' ? null : attention(`${name}.1.EncDecAttention`, `${name}.1.layer_norm`, {}),
          feedForward: {
            ...plainFeedForward,
            norm: rmsNormSpec(`${name}.${last}.layer_norm`, hidden, epsilon),
            up: linear(`${dense}.${isGated ? 'wi_1' : 'wi'}`, hidden, inner, false),
            gate: isGated ? linear(`${dense}.wi_0`, hidden, inner, false) : null,
            activation,
            down: linear(`${dense}.wo`, inner, hidden, false),
          },
        };
      }),
      finalNorm: rmsNormSpec(`${side}.final_layer_norm`, hidden, epsilon),
    });
    const hasDecoder =
      names.has('decoder.final_layer_norm.weight') ||
      modelClasses(config.fields).some((name) => name.endsWith('Generation'));
    const isScaled = variant.isHeadScaled === 'configured' ? isHeadScaled(config) : variant.isHeadScaled;
    return {
      hiddenSize: hidden,
      stack: stack('encoder', layers),
      decoder: hasDecoder
        ? {
            ...stack('decoder', configCountOr(config, 'num_decoder_layers', layers)),
            startTokenId:
              configIntegerOr(config, 'decoder_start_token_id', null) ?? configIntegerOr(config, 'pad_token_id', 0),
          }
        : null,
      head:
        hasDecoder && !isBareModel(config)
          ? causalHead(names.has('lm_head.weight') ? 'lm_head.weight' : tableOf(names, 'decoder'), {
              scale: isScaled ? hidden ** -0.5 : 1,
            })
          : null,
    };
  };
}

type Side = 'encoder' | 'decoder';

/** A stack's own token table where it has one, else the shared one, else (as MADLAD is stored) the other stack's. */
function tableOf(names: TensorNames, side: Side): string {
  const shared = 'shared.weight';
  const tables = [`${side}.embed_tokens.weight`, shared, 'decoder.embed_tokens.weight', 'encoder.embed_tokens.weight'];
  return tables.find((name) => names.has(name)) ?? shared;
}

/** The first T5 scales. T5 1.1 does not: its configuration has an untied head, or (from version 5) unscaled outputs. */
function isHeadScaled(config: Config): boolean {
  return configBooleanOr(config, 'scale_decoder_outputs', configBooleanOr(config, 'tie_word_embeddings', true));
}

/** is_gated_act and dense_act_fn, else feed_forward_proj, whose `gated-gelu` means the tanh approximation. */
function feedForwardOf(config: Config, otherwise: string) {
  const proj = configStringOr(config, 'feed_forward_proj', otherwise);
  const kind = proj === 'gated-gelu' ? 'gelu_new' : (proj.split('-').at(-1) ?? proj);
  const given = configStringOr(config, 'dense_act_fn', null);
  return {
    isGated: configBooleanOr(config, 'is_gated_act', proj.startsWith('gated-')),
    activation: activationNamed(config, given === null ? 'feed_forward_proj' : 'dense_act_fn', given ?? kind),
  };
}

/** A T5Model has the same tensors as a model with a tied head; only its class tells them apart. */
function isBareModel(config: Config): boolean {
  return modelClasses(config.fields).some((name) => /^U?M?T5Model$/.test(name));
}

/** Raffel et al. 2020 */
export const t5 = t5Variant({ feedForward: 'relu', isHeadScaled: 'configured', hasBucketsPerLayer: false });

/** Xue et al. 2021 */
export const mt5 = t5Variant({ feedForward: 'gated-gelu', isHeadScaled: false, hasBucketsPerLayer: false });

/** Chung et al. 2023 */
export const umt5 = t5Variant({ feedForward: 'gated-gelu', isHeadScaled: true, hasBucketsPerLayer: true });
