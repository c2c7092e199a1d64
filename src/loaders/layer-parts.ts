import type { Norm } from '../core/model.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import type { Weights } from './weights.ts';

/** `name` [width]. */
export function readVector(source: Weights, name: string, width: number, axis = 'width'): Tensor {
  return tensor([axis], [width], source.read(name, [width]));
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
