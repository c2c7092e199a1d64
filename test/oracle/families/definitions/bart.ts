import { type BartSettings, bartConfig, bartForward, bartSettings, bartShapes } from '../support/bart-shape.ts';
import type { Config } from '../support/reference.ts';
import type { Seq2SeqFamily } from '../support/seq2seq.ts';
import { withoutModelPrefix } from '../support/seq2seq-bare.ts';

function bartLike(modelType: string, className: string, defaults: Partial<BartSettings>) {
  return (name: string, version: 4 | 5, changes: Partial<BartSettings> = {}, config: Config = {}) => {
    const settings = { ...bartSettings, ...defaults, ...changes };
    return { name, settings, config: { ...bartConfig(modelType, className, settings, version), ...config } };
  };
}

const bartVariant = bartLike('bart', 'BartForConditionalGeneration', {});

/** @see Lewis et al. 2020, "BART"; transformers/models/bart/modeling_bart.py */
export const bart: Seq2SeqFamily<BartSettings> = {
  name: 'bart',
  shapes: bartShapes,
  forward: bartForward,
  withoutHead: { BartModel: withoutModelPrefix },
  encoderOnly: [],
  variants: [
    bartVariant(
      'v4, as published',
      4,
      {},
      {
        add_bias_logits: false,
        add_final_layer_norm: false,
        normalize_before: false,
        normalize_embedding: true,
        static_position_embeddings: false,
        extra_pos_embeddings: 2,
      },
    ),
    bartVariant('v4, stacks of different sizes, scaled embedding, relu', 4, {
      encoder: { layers: 3, heads: 2, inner: 16 },
      decoder: { layers: 1, heads: 6, inner: 28 },
      isScaled: true,
      activation: 'relu',
    }),
    bartVariant('v5, untied', 5, { tied: false }),
    bartVariant(
      'v5, tied by its flag, a head of its own in the file',
      5,
      { tied: false },
      { tie_word_embeddings: true },
    ),
    bartVariant('v5, a table of tokens for each text', 5, { decoderVocabSize: 40 }),
    bartVariant('v5, no bias of the logits in the file', 5, { hasLogitsBias: false }),
    bartVariant('v5, tanh gelu', 5, { activation: 'gelu_new' }),
    bartVariant('v5, defaults left out', 5, {}, { scale_embedding: undefined, activation_function: undefined }),
  ],
};

const mbartVariant = bartLike('mbart', 'MBartForConditionalGeneration', { isPreNorm: true });

/** Norms before each part and one after the last layer.
 *  @see Liu et al. 2020, "mBART"; transformers/models/mbart/modeling_mbart.py */
export const mbart: Seq2SeqFamily<BartSettings> = {
  name: 'mbart',
  shapes: bartShapes,
  forward: bartForward,
  withoutHead: { MBartModel: withoutModelPrefix },
  encoderOnly: [],
  variants: [
    mbartVariant(
      'v4, as published',
      4,
      { isScaled: true },
      {
        add_final_layer_norm: true,
        normalize_before: true,
        normalize_embedding: true,
      },
    ),
    mbartVariant('v5, stacks of different sizes, untied, relu', 5, {
      encoder: { layers: 1, heads: 3, inner: 16 },
      decoder: { layers: 2, heads: 2, inner: 28 },
      tied: false,
      activation: 'relu',
    }),
  ],
};

const marianVariant = bartLike('marian', 'MarianMTModel', {
  positions: 'sinusoid',
  hasEmbeddingNorm: false,
  isScaled: true,
  activation: 'swish',
});

const shared = { share_encoder_decoder_embeddings: true, decoder_vocab_size: bartSettings.vocabSize };
const separate = (size: number) => ({ share_encoder_decoder_embeddings: false, decoder_vocab_size: size });

/** Computed positions, sines beside cosines; no norm of the embedding.
 *  @see Junczys-Dowmunt et al. 2018, "Marian"; transformers/models/marian/modeling_marian.py */
export const marian: Seq2SeqFamily<BartSettings> = {
  name: 'marian',
  shapes: bartShapes,
  forward: bartForward,
  withoutHead: { MarianModel: withoutModelPrefix },
  encoderOnly: [],
  variants: [
    marianVariant(
      'v4, as published',
      4,
      {},
      {
        ...shared,
        add_bias_logits: false,
        add_final_layer_norm: false,
        normalize_before: false,
        normalize_embedding: false,
        static_position_embeddings: true,
      },
    ),
    marianVariant('v4, before there was a vocabulary of the decoder', 4),
    marianVariant('v4, a table of positions in the file', 4, { positions: 'stored' }, shared),
    marianVariant('v5, two vocabularies', 5, { decoderVocabSize: 31 + 9 }, separate(40)),
    marianVariant('v5, two vocabularies of different sizes', 5, { vocabSize: 44, decoderVocabSize: 40 }, separate(40)),
    marianVariant(
      'v5, two vocabularies, untied',
      5,
      { vocabSize: 44, decoderVocabSize: 40, tied: false },
      separate(40),
    ),
    marianVariant(
      'v5, odd width, untied, not scaled, stacks of different sizes',
      5,
      {
        width: 27,
        encoder: { layers: 2, heads: 3, inner: 16 },
        decoder: { layers: 1, heads: 9, inner: 28 },
        isScaled: false,
        activation: 'gelu',
        tied: false,
      },
      shared,
    ),
    marianVariant(
      'v5, defaults left out',
      5,
      { isScaled: false, activation: 'gelu' },
      { ...shared, scale_embedding: undefined, activation_function: undefined },
    ),
  ],
};

const pegasusVariant = bartLike('pegasus', 'PegasusForConditionalGeneration', {
  positions: 'stored',
  hasEmbeddingNorm: false,
  isScaled: true,
  isPreNorm: true,
  activation: 'relu',
});

/** Marian's positions, mBART's norms.
 *  @see Zhang et al. 2020, "PEGASUS"; transformers/models/pegasus/modeling_pegasus.py */
export const pegasus: Seq2SeqFamily<BartSettings> = {
  name: 'pegasus',
  shapes: bartShapes,
  forward: bartForward,
  withoutHead: { PegasusModel: withoutModelPrefix },
  encoderOnly: [],
  variants: [
    pegasusVariant('v4, as published', 4),
    pegasusVariant('v4, no table of positions in the file', 4, { positions: 'sinusoid' }),
    pegasusVariant('v5, not scaled, untied, gelu', 5, { isScaled: false, tied: false, activation: 'gelu' }),
  ],
};

const m2m100Variant = bartLike('m2m_100', 'M2M100ForConditionalGeneration', {
  positions: 'fairseq',
  hasEmbeddingNorm: false,
  hasLogitsBias: false,
  isScaled: true,
  isPreNorm: true,
  activation: 'relu',
});

/** mBART's norms; computed positions, counted without padding.
 *  @see Fan et al. 2020, "M2M-100"; NLLB Team 2022; transformers/models/m2m_100/modeling_m2m_100.py */
export const m2m100: Seq2SeqFamily<BartSettings> = {
  name: 'm2m_100',
  shapes: bartShapes,
  forward: bartForward,
  withoutHead: { M2M100Model: withoutModelPrefix },
  encoderOnly: [],
  variants: [
    m2m100Variant('v4, as published', 4),
    m2m100Variant('v4, padding 11, not scaled, untied', 4, { paddingId: 11, isScaled: false, tied: false }),
    m2m100Variant('v5, odd width', 5, {
      width: 27,
      encoder: { layers: 1, heads: 3, inner: 16 },
      decoder: { layers: 2, heads: 9, inner: 28 },
      activation: 'gelu',
    }),
    m2m100Variant('v5, defaults left out', 5, {}, { scale_embedding: undefined, activation_function: undefined }),
  ],
};
