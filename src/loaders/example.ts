import type { Model } from '../core/model.ts';
import { type Config, configCount, configPositive, requireCount } from './config.ts';
import { PartReader } from './families/read-parts.ts';
import { conv1d, linear, plainAttention, plainEmbedding, plainLayer } from './families/spec.ts';
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
  const read = new PartReader(file, null);
  const project = (name: string, outWidth: number) =>
    read.linear({ ...conv1d(`layers.0.attention.${name}`, hiddenSize, outWidth), bias: null });
  return {
    name,
    type: 'example',
    numHiddenLayers: 1,
    numAttentionHeads: 1,
    hiddenSize,
    vocabSize,
    maxPositions: null,
    embedding: {
      ...plainEmbedding,
      tokens: read.matrix(linear('embeddings.token', hiddenSize, vocabSize)),
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
          wQ: project('q', headDim),
          wK: project('k', headDim),
          wV: project('v', valueDim),
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
