import type { Model } from '../core/model.ts';
import { type Config, configCount, configPositive, requireCount } from './config.ts';
import { readLinear } from './layer-parts.ts';
import { readLesson } from './lesson.ts';
import { readTensor, type SafetensorsFile } from './safetensors.ts';

/** The numbers of a worked-example folder: one head of plain attention over embeddings, with nothing around it.
 *  @throws FormatError when config.json, lesson.json and the tensors do not agree. */
export function loadExample(name: string, config: Config, file: SafetensorsFile, directory: string): Model {
  requireCount(config, 'num_hidden_layers', 1);
  requireCount(config, 'num_attention_heads', 1);
  const hiddenSize = configCount(config, 'hidden_size');
  const vocabSize = configCount(config, 'vocab_size');
  const headDim = configCount(config, 'head_dim');
  const valueDim = configCount(config, 'value_dim');
  return {
    name,
    type: 'example',
    numHiddenLayers: 1,
    numAttentionHeads: 1,
    hiddenSize,
    vocabSize,
    maxPositions: null,
    embedding: {
      tokenEmbedding: readTensor(file, 'embeddings.token.weight', ['vocab', 'width'], [vocabSize, hiddenSize]),
      tokenScale: 1,
      positionFrequencies: null,
    },
    layers: [
      {
        attention: {
          numAttentionHeads: 1,
          headDim,
          valueDim,
          scoreScale: configPositive(config, 'score_scale'),
          norm: null,
          wQ: readLinear(file, 'layers.0.attention.q', [hiddenSize, headDim], 'no bias'),
          wK: readLinear(file, 'layers.0.attention.k', [hiddenSize, headDim], 'no bias'),
          wV: readLinear(file, 'layers.0.attention.v', [hiddenSize, valueDim], 'no bias'),
          wO: null,
          residual: null,
        },
        feedForward: null,
      },
    ],
    sentence: null,
    lesson: readLesson(directory),
  };
}
