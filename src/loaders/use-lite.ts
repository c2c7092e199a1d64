import type { LayerParameters, Model, Norm } from '../core/model.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import { type Config, configCount, configPositive, configPositives, widthPerHead } from './config.ts';
import { PartReader } from './families/read-parts.ts';
import { conv1d, plainAttention, plainEmbedding, plainFeedForward, plainLayer } from './families/spec.ts';
import type { Weights } from './weights.ts';

/** The numbers of a use-lite folder: a pre-norm encoder whose first layer has a narrower input than output.
 *  @throws FormatError when config.json and the tensors do not agree. */
export function loadUseLite(name: string, config: Config, file: Weights): Model {
  const hiddenSize = configCount(config, 'hidden_size');
  const width = configCount(config, 'embedding_size');
  const vocabSize = configCount(config, 'vocab_size');
  const numHiddenLayers = configCount(config, 'num_hidden_layers');
  const scoreScales = configPositives(config, 'score_scales', numHiddenLayers);
  const read = new PartReader(file, null);
  return {
    name,
    type: 'use-lite',
    numHiddenLayers,
    numAttentionHeads: configCount(config, 'num_attention_heads'),
    hiddenSize,
    vocabSize,
    maxPositions: configCount(config, 'max_position_embeddings'),
    embedding: {
      ...plainEmbedding,
      tokens: read.matrix({ tensor: 'embeddings.token.weight', order: 'out-in', inWidth: width, outWidth: vocabSize }),
      tokenScale: configPositive(config, 'embedding_scale'),
      positions: {
        kind: 'sinusoid',
        frequencies: readVector(file, 'embeddings.position.frequencies', widthPerHead(config, width, 2), 'frequency'),
      },
    },
    layers: scoreScales.map((scoreScale, layer) =>
      loadLayer(layer, layer === 0 ? width : hiddenSize, scoreScale, config, file, read),
    ),
    finalNorm: null,
    decoder: null,
    head: null,
    sentence: {
      projection: read.linear(conv1d('sentence', hiddenSize, hiddenSize)),
      squaredNormFloor: configPositive(config, 'squared_norm_floor'),
    },
    lesson: null,
  };
}

function loadLayer(
  layer: number,
  width: number,
  scoreScale: number,
  config: Config,
  file: Weights,
  read: PartReader,
): LayerParameters {
  const prefix = `layers.${layer}`;
  const hiddenSize = configCount(config, 'hidden_size');
  const intermediateSize = configCount(config, 'intermediate_size');
  const epsilon = configPositive(config, 'layer_norm_eps');
  const numAttentionHeads = configCount(config, 'num_attention_heads');
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
      norm: readLayerNorm(file, `${prefix}.attention.norm`, width, epsilon),
      wQ: read.linear(conv1d(`${prefix}.attention.q`, width, width)),
      wK: read.linear(conv1d(`${prefix}.attention.k`, width, width)),
      wV: read.linear(conv1d(`${prefix}.attention.v`, width, width)),
      wO: read.linear(conv1d(`${prefix}.attention.o`, width, hiddenSize)),
      residual:
        width === hiddenSize
          ? { kind: 'identity' }
          : { kind: 'projection', linear: read.linear(conv1d(`${prefix}.residual`, width, hiddenSize)) },
    },
    feedForward: {
      ...plainFeedForward,
      norm: readLayerNorm(file, `${prefix}.feed_forward.norm`, hiddenSize, epsilon),
      up: read.linear(conv1d(`${prefix}.feed_forward.up`, hiddenSize, intermediateSize)),
      activation: 'relu',
      down: read.linear(conv1d(`${prefix}.feed_forward.down`, intermediateSize, hiddenSize)),
    },
  };
}

function readVector(source: Weights, name: string, width: number, axis = 'width'): Tensor {
  return tensor([axis], [width], source.read(name, [width]));
}

function readLayerNorm(source: Weights, prefix: string, width: number, epsilon: number): Norm {
  const [scale, bias] = [readVector(source, `${prefix}.scale`, width), readVector(source, `${prefix}.bias`, width)];
  return { kind: 'layer', scale, bias, epsilon };
}
