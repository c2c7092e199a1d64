import type { LayerParameters, Model, Norm } from '../core/model.ts';
import { type Config, configCount, configPositive, configPositives, widthPerHead } from './config.ts';
import { PartReader } from './families/read-parts.ts';
import { conv1d, linear, plainAttention, plainEmbedding, plainFeedForward, plainLayer } from './families/spec.ts';
import type { Weights } from './weights.ts';

/** The numbers of a use-lite folder: a pre-norm encoder whose first layer has a narrower input than output.
 *  @throws FormatError when config.json and the tensors do not agree. */
export function loadUseLite(name: string, config: Config, file: Weights): Model {
  const hiddenSize = configCount(config, 'hidden_size');
  const embeddingSize = configCount(config, 'embedding_size');
  const intermediateSize = configCount(config, 'intermediate_size');
  const vocabSize = configCount(config, 'vocab_size');
  const numHiddenLayers = configCount(config, 'num_hidden_layers');
  const numAttentionHeads = configCount(config, 'num_attention_heads');
  const epsilon = configPositive(config, 'layer_norm_eps');
  const read = new PartReader(file, null);
  const project = (name: string, inWidth: number, outWidth: number) => read.linear(conv1d(name, inWidth, outWidth));
  const norm = (name: string, width: number): Norm => {
    return {
      kind: 'layer',
      scale: read.vector(`${name}.scale`, width),
      bias: read.vector(`${name}.bias`, width),
      epsilon,
    };
  };
  const layer = (scoreScale: number, index: number): LayerParameters => {
    const prefix = `layers.${index}`;
    const width = index === 0 ? embeddingSize : hiddenSize;
    const headDim = widthPerHead(config, width, numAttentionHeads);
    return {
      ...plainLayer,
      attention: {
        ...plainAttention,
        numAttentionHeads,
        numKeyValueHeads: numAttentionHeads,
        headDim,
        valueDim: headDim,
        scoreScale,
        norm: norm(`${prefix}.attention.norm`, width),
        wQ: project(`${prefix}.attention.q`, width, width),
        wK: project(`${prefix}.attention.k`, width, width),
        wV: project(`${prefix}.attention.v`, width, width),
        wO: project(`${prefix}.attention.o`, width, hiddenSize),
        residual:
          width === hiddenSize
            ? { kind: 'identity' }
            : { kind: 'projection', linear: project(`${prefix}.residual`, width, hiddenSize) },
      },
      feedForward: {
        ...plainFeedForward,
        norm: norm(`${prefix}.feed_forward.norm`, hiddenSize),
        up: project(`${prefix}.feed_forward.up`, hiddenSize, intermediateSize),
        activation: 'relu',
        down: project(`${prefix}.feed_forward.down`, intermediateSize, hiddenSize),
      },
    };
  };
  return {
    name,
    type: 'use-lite',
    numHiddenLayers,
    numAttentionHeads,
    hiddenSize,
    vocabSize,
    maxPositions: configCount(config, 'max_position_embeddings'),
    embedding: {
      ...plainEmbedding,
      tokens: read.matrix(linear('embeddings.token', embeddingSize, vocabSize)),
      tokenScale: configPositive(config, 'embedding_scale'),
      positions: {
        kind: 'sinusoid',
        frequencies: read.vector(
          'embeddings.position.frequencies',
          widthPerHead(config, embeddingSize, 2),
          'frequency',
        ),
      },
    },
    layers: configPositives(config, 'score_scales', numHiddenLayers).map(layer),
    finalNorm: null,
    decoder: null,
    head: null,
    sentence: {
      projection: project('sentence', hiddenSize, hiddenSize),
      squaredNormFloor: configPositive(config, 'squared_norm_floor'),
    },
    lesson: null,
  };
}
