import type { Model } from '../core/model.ts';
import { type Config, configCount, configPositive, requireCount } from './config.ts';
import { plainAttention, plainLayer, readLinear, readMatrix } from './layer-parts.ts';
import { readLesson } from './lesson.ts';
import type { Weights } from './weights.ts';

/** The numbers of a worked-example folder: one head of plain attention over embeddings, with nothing around it.
 *  @throws FormatError when config.json, lesson.json and the tensors do not agree. */
export function loadExample(name: string, config: Config, file: Weights, directory: string): Model {
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
      tokens: readMatrix(file, 'embeddings.token.weight', [vocabSize, hiddenSize], 'out-in'),
      tokenScale: 1,
      positions: null,
      tokenTypes: null,
      norm: null,
      projection: null,
    },
    layers: [
      {
        ...plainLayer,
        attention: {
          ...plainAttention,
          numAttentionHeads: 1,
          numKeyValueHeads: 1,
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
    finalNorm: null,
    decoder: null,
    head: null,
    sentence: null,
    lesson: readLesson(directory),
  };
}
