import type {
  AttentionParameters,
  ConvolutionParameters,
  EmbeddingParameters,
  FeedForwardParameters,
  LanguageHead,
  LayerParameters,
  Model,
  PositionEmbedding,
  PositionTerms,
  Stack,
} from '../../core/model.ts';
import { matrixOf } from '../../tensor/matrix.ts';
import type { ProductTeam } from '../../tensor/product-team.ts';
import { storedAt, storedBy } from '../../tensor/stored.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';
import type { Weights } from '../weights.ts';
import { PartReader } from './read-parts.ts';
import type {
  AttentionSpec,
  ConvolutionSpec,
  EmbeddingSpec,
  FeedForwardSpec,
  HeadSpec,
  LayerSpec,
  ModelSpec,
  PositionSpec,
  PositionTermsSpec,
  StackSpec,
} from './spec.ts';

/** Reads the numbers that a model's description names.
 *  @throws FormatError when a tensor is missing, has another shape or an integer type, or holds NaN or infinity. */
export function buildModel(
  name: string,
  type: string,
  spec: ModelSpec,
  source: Weights,
  team: ProductTeam | null = null,
): Model {
  const read = new PartReader(source, team);
  const stack = readStack(spec.stack, read, source);
  const { decoder, head } = spec;
  return {
    name,
    type,
    hiddenSize: spec.hiddenSize,
    vocabSize: spec.stack.embedding.vocabSize,
    ...stack,
    decoder: decoder && { ...readStack(decoder, read, source), startTokenId: decoder.startTokenId },
    head: head && readHead(head, spec, read),
    sentence: null,
    lesson: null,
  };
}

function readStack(spec: StackSpec, read: PartReader, source: Weights): Stack {
  return {
    numHiddenLayers: spec.layers.length,
    numAttentionHeads: spec.layers[0]?.attention.numAttentionHeads ?? 0,
    maxPositions: spec.maxPositions,
    embedding: readEmbedding(spec.embedding, read),
    layers: spec.layers.map((layer) => readLayer(layer, read, source)),
    finalNorm: read.norm(spec.finalNorm),
  };
}

function readEmbedding(spec: EmbeddingSpec, read: PartReader): EmbeddingParameters {
  const { tokens, vocabSize, width, tokenScale, positions, tokenTypes, norm, projection } = spec;
  return {
    tokens: read.matrix({ tensor: tokens, order: 'out-in', inWidth: width, outWidth: vocabSize }),
    tokenScale,
    positions: positions && readPositions(positions, positionWidth(spec), read),
    tokenTypes: tokenTypes === null ? null : read.table(tokenTypes, width),
    norm: read.norm(norm),
    projection: projection && { linear: read.linear(projection.linear), place: projection.place },
  };
}

function positionWidth({ width, projection }: EmbeddingSpec): number {
  return projection?.place === 'before positions' ? projection.linear.outWidth : width;
}

function readPositions(spec: PositionSpec, width: number, read: PartReader): PositionEmbedding {
  if (spec.kind === 'table') {
    const { tensor: name, rows, offset, paddingId } = spec;
    return { kind: 'table', table: read.table(name, width, rows), offset, paddingId };
  }
  if (spec.kind === 'fairseq') {
    const { rows, paddingId } = spec;
    return { kind: 'table', table: fairseqSinusoids(rows, width, paddingId), offset: paddingId + 1, paddingId };
  }
  const half = Math.ceil(width / 2);
  const frequencies = Float32Array.from({ length: half }, (_, j) => 10000 ** ((-2 * j) / width));
  return { kind: 'sinusoid', frequencies: tensor(['frequency'], [half], frequencies) };
}

/** Sines in the first half of a row, cosines in the second, of angles position · 10000^(−j / (half − 1)).  [row, width] */
function fairseqSinusoids(rows: number, width: number, paddingId: number): Tensor {
  const half = Math.floor(width / 2);
  const table = tensor(['row', 'width'], [rows, width]);
  for (let position = 0; position < rows; position++) {
    if (position === paddingId) continue;
    for (let j = 0; j < half; j++) {
      const angle = Math.fround(position * Math.fround(10000 ** (-j / (half - 1))));
      table.data[position * width + j] = Math.sin(angle);
      table.data[position * width + half + j] = Math.cos(angle);
    }
  }
  return table;
}

function readLayer(spec: LayerSpec, read: PartReader, source: Weights): LayerParameters {
  return {
    attention: readAttention(spec.attention, read),
    crossAttention: spec.crossAttention && readAttention(spec.crossAttention, read),
    feedForward: readFeedForward(spec.feedForward, read),
    isParallel: spec.isParallel,
    convolution: spec.convolution && readConvolution(spec.convolution, read, source),
  };
}

function readAttention(spec: AttentionSpec, read: PartReader): AttentionParameters {
  const { q, k, v, o, norm, queryNorm, keyNorm, outputNorm, residualNorm, positionTerms, ...same } = spec;
  return {
    ...same,
    valueDim: spec.headDim,
    norm: read.norm(norm),
    wQ: read.linear(q),
    wK: read.linear(k),
    wV: read.linear(v),
    wO: read.linear(o),
    queryNorm: read.norm(queryNorm),
    keyNorm: read.norm(keyNorm),
    outputNorm: read.norm(outputNorm),
    residual: { kind: 'identity' },
    residualNorm: read.norm(residualNorm),
    positionTerms: positionTerms && readPositionTerms(positionTerms, spec, read),
  };
}

function readPositionTerms(spec: PositionTermsSpec, attention: AttentionSpec, read: PartReader): PositionTerms {
  const { numAttentionHeads: heads } = attention;
  if (spec.kind === 'slopes') return spec;
  if (spec.kind === 'buckets') {
    const { kind, table, buckets, rows = buckets, maxDistance, isBidirectional } = spec;
    return { kind, table: firstRows(read.table(table, heads, rows), buckets), maxDistance, isBidirectional };
  }
  const { table, norm, key, query, ...same } = spec;
  return {
    ...same,
    table: firstRows(read.table(table, attention.q.inWidth), 2 * spec.span),
    norm: read.norm(norm),
    key: key && read.linear(key),
    query: query && read.linear(query),
  };
}

function firstRows(t: Tensor, count: number): Tensor {
  const [rows = 0, width = 0] = t.shape;
  const kept = Math.min(rows, count);
  return storedBy(tensor(t.axes, [kept, width], t.data.subarray(0, kept * width)), (...index) => storedAt(t, ...index));
}

function readFeedForward(spec: FeedForwardSpec, read: PartReader): FeedForwardParameters {
  return {
    norm: read.norm(spec.norm),
    up: read.linear(spec.up),
    gate: spec.gate && read.linear(spec.gate),
    activation: spec.activation,
    down: read.linear(spec.down),
    outputNorm: read.norm(spec.outputNorm),
    residualNorm: read.norm(spec.residualNorm),
  };
}

function readConvolution(spec: ConvolutionSpec, read: PartReader, source: Weights): ConvolutionParameters {
  const { name, size, groups, activation, norm } = spec;
  const { width } = norm;
  const perGroup = width / groups;
  const stored = source.read(`${name}.weight`, [width, perGroup, size]);
  const kernel = Array.from({ length: size }, (_, step) => {
    const weights = new Float32Array(width * width);
    for (let output = 0; output < width; output++) {
      const first = output * width + Math.floor(output / perGroup) * perGroup;
      for (let i = 0; i < perGroup; i++) weights[first + i] = stored[(output * perGroup + i) * size + step]!;
    }
    return storedBy(matrixOf(weights, width, width, 'out-in'), (input = 0, output = 0) => {
      const inGroup = input - Math.floor(output / perGroup) * perGroup;
      const isStored = inGroup >= 0 && inGroup < perGroup;
      return isStored ? { tensor: `${name}.weight`, index: [output, inGroup, step], plus: 0 } : null;
    });
  });
  return { kernel, bias: read.bias(`${name}.bias`, width), activation, norm: read.norm(norm) };
}

function readHead(spec: HeadSpec, model: ModelSpec, read: PartReader): LanguageHead {
  const { kind, scale, softCap, transform, weight, bias } = spec;
  const { vocabSize } = (model.decoder ?? model.stack).embedding;
  const inWidth = transform?.linear.outWidth ?? model.hiddenSize;
  return {
    kind,
    scale,
    softCap,
    transform: transform && {
      linear: read.linear(transform.linear),
      activation: transform.activation,
      norm: read.norm(transform.norm),
    },
    weight: read.matrix({ tensor: weight, order: 'out-in', inWidth, outWidth: vocabSize }),
    bias: bias === null ? null : read.bias(bias, vocabSize),
  };
}
