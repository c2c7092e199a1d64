import type { Linear, Norm } from '../core/model.ts';
import { type Matrix, matrixOf, type StoredOrder } from '../tensor/matrix.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import type { Weights } from './weights.ts';

/** `name` [in, out], or [out, in] where the order says so. */
export function readMatrix(
  source: Weights,
  name: string,
  shape: readonly [rows: number, columns: number],
  order: StoredOrder = 'in-out',
): Matrix {
  const [inWidth, outWidth] = order === 'in-out' ? shape : [shape[1], shape[0]];
  return matrixOf(source.read(name, shape), inWidth, outWidth, order);
}

/** `name` [width]. */
export function readVector(source: Weights, name: string, width: number, axis = 'width'): Tensor {
  return tensor([axis], [width], source.read(name, [width]));
}

/** `prefix`.weight [in, out] and, unless it is said to have none, `prefix`.bias [out]. */
export function readLinear(
  source: Weights,
  prefix: string,
  shape: readonly [inWidth: number, outWidth: number],
  bias: 'bias' | 'no bias' = 'bias',
): Linear {
  return {
    weight: readMatrix(source, `${prefix}.weight`, shape),
    bias: bias === 'bias' ? readVector(source, `${prefix}.bias`, shape[1], 'out') : null,
  };
}

/** `prefix`.scale and `prefix`.bias, [width]. */
export function readLayerNorm(source: Weights, prefix: string, width: number, epsilon: number): Norm {
  return {
    kind: 'layer',
    scale: readVector(source, `${prefix}.scale`, width),
    bias: readVector(source, `${prefix}.bias`, width),
    epsilon,
  };
}

/** What the built-in models' attention and layers do not have. */
export const plainAttention = {
  queryNorm: null,
  keyNorm: null,
  rotary: null,
  positionTerms: null,
  softCap: null,
  isCausal: false,
  window: null,
  outputNorm: null,
  residualNorm: null,
} as const;

export const plainLayer = { crossAttention: null, isParallel: false, convolution: null } as const;
