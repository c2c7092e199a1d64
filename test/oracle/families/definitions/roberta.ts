import { add } from '../support/decoder-maths.ts';
import { type MaskedHead, maskedHeadShapes, maskedLogits } from '../support/masked-head.ts';
import { positionsFromPadding } from '../support/padding-positions.ts';
import {
  bertNames,
  type EncoderSettings,
  encoderConfig,
  encoderSettings,
  layerShapes,
  postNormLayer,
} from '../support/post-norm.ts';
import type { Config, Family, ReferenceLayer, ReferenceTrace } from '../support/reference.ts';
import { eachLayer, normShapes } from '../support/shapes.ts';
import type { Shapes, Weights } from '../support/weights.ts';

export interface RobertaSettings extends EncoderSettings {
  /** Prefix of the bare model's tensor names. */
  readonly prefix: string;
  readonly paddingId: number;
  /** A token sees only itself and earlier tokens (RobertaForCausalLM). */
  readonly isDecoder: boolean;
  /** Whether the untied head was saved with two biases (version 5). */
  readonly hasOwnBias: boolean;
}

const robertaSettings: RobertaSettings = {
  ...encoderSettings,
  prefix: 'roberta.',
  paddingId: 1,
  eps: 1e-5,
  tokenTypes: 1,
  hasOwnBias: false,
  isDecoder: false,
};

const headOf = (prefix: string): MaskedHead => ({
  dense: 'lm_head.dense',
  norm: 'lm_head.layer_norm',
  decoder: 'lm_head.decoder',
  bias: 'lm_head.bias',
  table: `${prefix}embeddings.word_embeddings.weight`,
});

/** BERT with positions from 2; the head's activation is always gelu.
 *  @see Liu et al. 2019, "RoBERTa"; Conneau et al. 2020, "XLM-R"; Martin et al. 2020, "CamemBERT" */
export function robertaForward(
  settings: RobertaSettings,
  weights: Weights,
  ids: readonly number[],
  typeIds: readonly number[] = ids.map(() => 0),
): ReferenceTrace {
  const { prefix, eps } = settings;
  const table = (name: string, rows: readonly number[]) => weights.rows(`${prefix}embeddings.${name}.weight`, rows);
  const sum = add(
    table('word_embeddings', ids),
    table('token_type_embeddings', typeIds),
    table('position_embeddings', positionsFromPadding(ids, settings.paddingId)),
  );
  const embedding = weights.layerNorm(sum, `${prefix}embeddings.LayerNorm`, eps);
  const layers: ReferenceLayer[] = [];
  let x = embedding;
  for (let layer = 0; layer < settings.layers; layer++) {
    const one = postNormLayer(x, weights, `${prefix}encoder.layer.${layer}.`, bertNames, settings, {
      isCausal: settings.isDecoder,
    });
    layers.push(one);
    x = one.output;
  }
  return { embedding, layers, finalNorm: null, logits: maskedLogits(x, weights, headOf(prefix), 'gelu', eps) };
}

function robertaShapes(settings: RobertaSettings): Shapes {
  const { prefix, hiddenSize, vocabSize } = settings;
  return {
    [`${prefix}embeddings.word_embeddings.weight`]: [vocabSize, hiddenSize],
    [`${prefix}embeddings.position_embeddings.weight`]: [settings.maxPositions, hiddenSize],
    [`${prefix}embeddings.token_type_embeddings.weight`]: [settings.tokenTypes, hiddenSize],
    ...normShapes(`${prefix}embeddings.LayerNorm`, hiddenSize),
    ...eachLayer(settings.layers, (layer) => layerShapes(`${prefix}encoder.layer.${layer}.`, bertNames, settings)),
    ...maskedHeadShapes(headOf(prefix), { ...settings, width: hiddenSize }, settings.hasOwnBias),
  };
}

function robertaLike(modelType: string, className: string, prefix = 'roberta.'): Family<RobertaSettings> {
  const variant = (name: string, version: 4 | 5, changes: Partial<RobertaSettings> = {}, config: Config = {}) => {
    const settings = { ...robertaSettings, prefix, ...changes };
    const ids = { bos_token_id: 0, eos_token_id: 2, pad_token_id: settings.paddingId };
    const decoder = settings.isDecoder ? { is_decoder: true } : {};
    return {
      name,
      settings,
      config: { ...encoderConfig(modelType, className, settings, version), ...ids, ...decoder, ...config },
    };
  };
  return {
    name: modelType,
    prefix,
    normCentre: 1,
    shapes: robertaShapes,
    forward: robertaForward,
    variants: [
      variant('v4, as published', 4),
      variant('v4, eps 1e-2, relu, padding 5', 4, { eps: 1e-2, activation: 'relu', paddingId: 5 }),
      { ...variant('v4, untied', 4, { tied: false }), isOlder: true },
      variant('v5, untied, two biases', 5, { tied: false, hasOwnBias: true, activation: 'gelu_new' }),
      variant(
        'v5, tied by its flag, a head of its own in the file',
        5,
        { tied: false, hasOwnBias: true },
        { tie_word_embeddings: true },
      ),
      variant('v5, a decoder', 5, { isDecoder: true }, { architectures: [className.replace('MaskedLM', 'CausalLM')] }),
      variant('v5, two token types, one head', 5, { tokenTypes: 2, heads: 1 }),
      variant(
        'v5, defaults left out',
        5,
        { eps: 1e-12 },
        { layer_norm_eps: undefined, hidden_act: undefined, pad_token_id: undefined },
      ),
    ],
  };
}

export const roberta = robertaLike('roberta', 'RobertaForMaskedLM');
export const xlmRoberta = robertaLike('xlm-roberta', 'XLMRobertaForMaskedLM');
export const camembert = robertaLike('camembert', 'CamembertForMaskedLM');
export const data2vecText = robertaLike('data2vec-text', 'Data2VecTextForMaskedLM', 'data2vec_text.');
