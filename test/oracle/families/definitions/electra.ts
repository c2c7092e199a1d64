import { activations, add } from '../support/decoder-maths.ts';
import { type MaskedHead, maskedHeadShapes, maskedLogits } from '../support/masked-head.ts';
import {
  bertNames,
  type EncoderSettings,
  encoderConfig,
  encoderSettings,
  layerShapes,
  postNormLayer,
} from '../support/post-norm.ts';
import type { Config, Family, ReferenceLayer, ReferenceTrace } from '../support/reference.ts';
import { eachLayer, linearShapes, normShapes } from '../support/shapes.ts';
import type { Shapes, Weights } from '../support/weights.ts';

interface ElectraSettings extends EncoderSettings {
  readonly embeddingSize: number;
}

const electraSettings: ElectraSettings = { ...encoderSettings, embeddingSize: 10 };

const head: MaskedHead = {
  dense: 'generator_predictions.dense',
  norm: 'generator_predictions.LayerNorm',
  decoder: 'generator_lm_head',
  bias: 'generator_lm_head.bias',
  table: 'electra.embeddings.word_embeddings.weight',
};

const projection = 'electra.embeddings_project';

/** BERT whose embedding is projected after its norm if it is narrower than the model; the generator's head has gelu.
 *  @see Clark et al. 2020, "ELECTRA"; transformers/models/electra/modeling_electra.py */
export function electraForward(
  settings: ElectraSettings,
  weights: Weights,
  ids: readonly number[],
  typeIds: readonly number[] = ids.map(() => 0),
): ReferenceTrace {
  const table = (name: string, rows: readonly number[]) => weights.rows(`electra.embeddings.${name}.weight`, rows);
  const sum = add(
    table('word_embeddings', ids),
    table('token_type_embeddings', typeIds),
    table('position_embeddings', [...ids.keys()]),
  );
  const normed = weights.layerNorm(sum, 'electra.embeddings.LayerNorm', settings.eps);
  const isWide = settings.embeddingSize === settings.hiddenSize;
  const embedding = isWide ? normed : weights.linear(normed, projection);
  const layers: ReferenceLayer[] = [];
  let x = embedding;
  for (let layer = 0; layer < settings.layers; layer++) {
    const one = postNormLayer(x, weights, `electra.encoder.layer.${layer}.`, bertNames, settings);
    layers.push(one);
    x = one.output;
  }
  return { embedding, layers, finalNorm: null, logits: maskedLogits(x, weights, head, 'gelu', settings.eps) };
}

function electraShapes(settings: ElectraSettings): Shapes {
  const { hiddenSize, embeddingSize, vocabSize } = settings;
  return {
    'electra.embeddings.word_embeddings.weight': [vocabSize, embeddingSize],
    'electra.embeddings.position_embeddings.weight': [settings.maxPositions, embeddingSize],
    'electra.embeddings.token_type_embeddings.weight': [settings.tokenTypes, embeddingSize],
    ...normShapes('electra.embeddings.LayerNorm', embeddingSize),
    ...(embeddingSize === hiddenSize ? {} : linearShapes(projection, embeddingSize, hiddenSize)),
    ...eachLayer(settings.layers, (layer) => layerShapes(`electra.encoder.layer.${layer}.`, bertNames, settings)),
    ...maskedHeadShapes(head, { ...settings, width: embeddingSize }, false),
  };
}

function variant(name: string, version: 4 | 5, changes: Partial<ElectraSettings> = {}, config: Config = {}) {
  const settings = { ...electraSettings, ...changes };
  const own = {
    classifier_dropout: null,
    embedding_size: settings.embeddingSize,
    pad_token_id: 0,
    summary_activation: 'gelu',
    summary_last_dropout: 0.1,
    summary_type: 'first',
    summary_use_proj: true,
  };
  return {
    name,
    settings,
    config: { ...encoderConfig('electra', 'ElectraForMaskedLM', settings, version), ...own, ...config },
  };
}

export const electra: Family<ElectraSettings> = {
  name: 'electra',
  prefix: 'electra.',
  normCentre: 1,
  shapes: electraShapes,
  forward: electraForward,
  variants: [
    variant('v4, as published', 4),
    variant('v4, eps 1e-2, relu, untied', 4, { eps: 1e-2, activation: 'relu', tied: false }),
    ...Object.keys(activations).map((activation) => variant(`v4, ${activation}`, 4, { activation, layers: 1 })),
    variant('v5, embedding as wide as the layers', 5, { embeddingSize: 24 }),
    variant('v5, embedding wider than the layers, untied', 5, { embeddingSize: 32, tied: false }),
    variant(
      'v5, defaults left out',
      5,
      { embeddingSize: 128 },
      { embedding_size: undefined, hidden_act: undefined, layer_norm_eps: undefined },
    ),
  ],
};
