import { layerNorm } from '../tensor/layer-norm.ts';
import { matmul } from '../tensor/matmul.ts';
import { dim, type Tensor, tensor } from '../tensor/tensor.ts';
import type { LayerNorm, Linear } from './model.ts';

/** LN(x), or x itself where a layer has no norm.  x [token, width] -> [token, width] */
export function normalise(x: Tensor, norm: LayerNorm | null): Tensor {
  return norm === null ? x : layerNorm(x, norm.scale, norm.bias, norm.epsilon);
}

/** q = x·W_Q + b_Q (and likewise k, v), cut into heads: head h owns columns h·d … (h + 1)·d.
 *  x [token, width], linear [width, numHeads · headDim] -> [head, token, d]
 *  @see Vaswani et al. 2017, 3.2.2 */
export function projectHeads(x: Tensor, linear: Linear, numHeads: number, axis: 'd_k' | 'd_v'): Tensor {
  const joined = matmul(x, linear.weight, linear.bias);
  const tokens = dim(joined, 0);
  const width = dim(joined, 1);
  const headDim = width / numHeads;
  const split = new Float32Array(joined.data.length);
  for (let head = 0; head < numHeads; head++) {
    for (let token = 0; token < tokens; token++) {
      const from = token * width + head * headDim;
      split.set(joined.data.subarray(from, from + headDim), (head * tokens + token) * headDim);
    }
  }
  return tensor(['head', 'token', axis], [numHeads, tokens, headDim], split);
}
