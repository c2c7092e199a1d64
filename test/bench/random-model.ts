import type { AttentionParameters, Linear, Model, Norm } from '../../src/core/model.ts';
import { createMatrix } from '../../src/tensor/matrix.ts';
import { createMatrixStore, type MatrixStore } from '../../src/tensor/matrix-store.ts';
import { tensor } from '../../src/tensor/tensor.ts';
import { seededRandom } from './statistics.ts';

export interface ModelSize {
  readonly name: string;
  readonly layers: number;
  readonly heads: number;
  readonly hiddenSize: number;
  readonly innerSize: number;
}

const vocabSize = 1000;

/** A BERT-like encoder with random parameters. Only its speed matters, not its numbers. */
export function randomModel({ name, layers, heads, hiddenSize, innerSize }: ModelSize): Model {
  const store = createMatrixStore();
  const random = seededRandom(hiddenSize);
  const vector = (length: number, of: () => number) => tensor(['out'], [length], Float32Array.from({ length }, of));
  // Scaled so that a product keeps the magnitude of its rows.
  const linear = (inWidth: number, outWidth: number): Linear => ({
    weight: filledMatrix(inWidth, outWidth, () => (random() - 0.5) * Math.sqrt(12 / inWidth), store),
    bias: vector(outWidth, () => random() - 0.5),
  });
  const norm = (): Norm => ({
    kind: 'layer',
    scale: vector(hiddenSize, () => 1),
    bias: vector(hiddenSize, () => 0),
    epsilon: 1e-12,
  });
  const square = () => linear(hiddenSize, hiddenSize);
  const attention = (): AttentionParameters => ({
    numAttentionHeads: heads,
    numKeyValueHeads: heads,
    headDim: hiddenSize / heads,
    valueDim: hiddenSize / heads,
    scoreScale: 1 / Math.sqrt(hiddenSize / heads),
    norm: null,
    wQ: square(),
    wK: square(),
    wV: square(),
    queryNorm: null,
    keyNorm: null,
    rotary: null,
    positionTerms: null,
    softCap: null,
    isCausal: false,
    window: null,
    wO: square(),
    outputNorm: null,
    residual: { kind: 'identity' },
    residualNorm: norm(),
  });
  return {
    name,
    type: 'bert',
    numHiddenLayers: layers,
    numAttentionHeads: heads,
    hiddenSize,
    vocabSize,
    maxPositions: null,
    embedding: {
      tokens: filledMatrix(hiddenSize, vocabSize, () => random() - 0.5, store),
      tokenScale: 1,
      positions: null,
      tokenTypes: null,
      norm: norm(),
      projection: null,
    },
    layers: Array.from({ length: layers }, () => ({
      attention: attention(),
      crossAttention: null,
      feedForward: {
        norm: null,
        up: linear(hiddenSize, innerSize),
        gate: null,
        activation: 'gelu' as const,
        down: linear(innerSize, hiddenSize),
        outputNorm: null,
        residualNorm: norm(),
      },
      isParallel: false,
      convolution: null,
    })),
    finalNorm: null,
    decoder: null,
    head: null,
    sentence: null,
    lesson: null,
  };
}

function filledMatrix(inWidth: number, outWidth: number, of: () => number, store: MatrixStore) {
  const matrix = createMatrix(inWidth, outWidth, store);
  const row = new Float32Array(outWidth);
  for (let input = 0; input < inWidth; input++) matrix.put(row.map(of), 'in-out', input);
  return matrix;
}
