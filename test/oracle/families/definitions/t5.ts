import type { Config } from '../support/reference.ts';
import { renamed, type Seq2SeqFamily } from '../support/seq2seq.ts';
import { type T5Settings, t5Config, t5Forward, t5Settings, t5Shapes } from '../support/t5-shape.ts';
import type { NamedTensor } from '../support/weights.ts';

const withoutHead = (tensors: ReadonlyMap<string, NamedTensor>) =>
  renamed(tensors, (name) => (name.startsWith('lm_head.') ? null : name));
const encoderAlone = (tensors: ReadonlyMap<string, NamedTensor>) =>
  renamed(tensors, (name) =>
    name.startsWith('decoder.block') || name.startsWith('decoder.final') || name.startsWith('lm_head.') ? null : name,
  );

function t5Like(modelType: string, prefix: string, defaults: Partial<T5Settings> = {}) {
  const variant = (name: string, version: 4 | 5, changes: Partial<T5Settings> = {}, config: Config = {}) => {
    const settings = { ...t5Settings, ...defaults, ...changes };
    const className = `${prefix}ForConditionalGeneration`;
    return { name, settings, config: { ...t5Config(modelType, className, settings, version), ...config } };
  };
  const family: Omit<Seq2SeqFamily<T5Settings>, 'variants'> = {
    name: modelType,
    shapes: t5Shapes,
    forward: t5Forward,
    withoutHead: { [`${prefix}Model`]: withoutHead, [`${prefix}EncoderModel`]: encoderAlone },
    encoderOnly: [`${prefix}EncoderModel`],
  };
  return { variant, family };
}

const gated = { feedForward: 'gated-gelu', isOutputScaled: false, hasOwnHead: true } as const;
const ofT5 = t5Like('t5', 'T5');

export const t5: Seq2SeqFamily<T5Settings> = {
  ...ofT5.family,
  variants: [
    ofT5.variant(
      'v4, as T5 was saved',
      4,
      {},
      { dense_act_fn: undefined, is_gated_act: undefined, feed_forward_proj: undefined },
    ),
    ofT5.variant('v4, T5 1.1, gated gelu, untied', 4, gated),
    ofT5.variant('v4, flag says untied but there is one table', 4, { isOutputScaled: false }),
    ofT5.variant('v5, T5', 5),
    ofT5.variant('v5, T5 1.1: tied by its flag, a head of its own', 5, gated),
    ofT5.variant('v5, gated silu, stacks of different depth, eps 1e-2', 5, {
      feedForward: 'gated-silu',
      encoderLayers: 1,
      decoderLayers: 3,
      eps: 1e-2,
    }),
    ofT5.variant('v5, plain gelu, 32 buckets up to 128', 5, { feedForward: 'gelu', buckets: 32, maxDistance: 128 }),
    ofT5.variant(
      'v4, parts of feed_forward_proj that differ from it',
      4,
      { feedForward: 'gated-gelu' },
      { feed_forward_proj: 'relu' },
    ),
    ofT5.variant('v4, a table for each stack', 4, { ...gated, tables: 'each' }),
    { ...ofT5.variant('v4, as MADLAD, no shared table', 4, { ...gated, tables: 'decoder' }), isOlder: true },
    ofT5.variant(
      'v4, defaults left out',
      4,
      { buckets: 32, maxDistance: 128 },
      {
        relative_attention_num_buckets: undefined,
        relative_attention_max_distance: undefined,
        layer_norm_epsilon: undefined,
        num_decoder_layers: undefined,
        feed_forward_proj: undefined,
        dense_act_fn: undefined,
        is_gated_act: undefined,
      },
    ),
  ],
};

const ofMT5 = t5Like('mt5', 'MT5', gated);

/** T5 1.1 in many languages.  @see Xue et al. 2021, "mT5"; transformers/models/mt5/configuration_mt5.py */
export const mt5: Seq2SeqFamily<T5Settings> = {
  ...ofMT5.family,
  variants: [
    ofMT5.variant('v4, as published', 4),
    ofMT5.variant(
      'v4, defaults left out',
      4,
      {},
      {
        feed_forward_proj: undefined,
        dense_act_fn: undefined,
        is_gated_act: undefined,
      },
    ),
    ofMT5.variant('v5, a head that is tied, but not scaled', 5, { hasOwnHead: false }),
  ],
};

const ofUMT5 = t5Like('umt5', 'UMT5', { ...gated, isOutputScaled: true, hasBiasInEachLayer: true });

/** mT5 with its own biases in each layer, and the head's input always scaled, whatever the configuration says.
 *  @see Chung et al. 2023, "UniMax"; transformers/models/umt5/modeling_umt5.py */
export const umt5: Seq2SeqFamily<T5Settings> = {
  ...ofUMT5.family,
  variants: [
    ofUMT5.variant(
      'v4, as published',
      4,
      { decoderLayers: 3 },
      { tie_word_embeddings: false, scalable_attention: true },
    ),
    ofUMT5.variant('v5, tied', 5, { hasOwnHead: false }),
  ],
};
