import { mapped } from '../../tensor/elementwise.ts';
import { layerNorm } from '../../tensor/layer-norm.ts';
import { matmul } from '../../tensor/matmul.ts';
import { rmsNorm } from '../../tensor/rms-norm.ts';
import { dim, ShapeError, type Tensor, tensor } from '../../tensor/tensor.ts';
import type { Linear, Norm } from '../model.ts';

/** norm(x) over the last axis, or x itself if there is no norm.  x […, width] -> same shape */
export function normalise(x: Tensor, norm: Norm | null): Tensor {
  if (norm === null) return x;
  if (norm.kind === 'factor') return mapped(x, (value) => norm.factor * value);
  if (norm.kind === 'rms') return rmsNorm(x, norm.scale, norm.epsilon);
  return layerNorm(x, norm.scale, norm.bias, norm.epsilon);
}

/** x·W + b.  x [token, in] -> [token, out] */
export function project(x: Tensor, linear: Linear): Tensor {
  return matmul(x, linear.weight, linear.bias);
}

/** Splits q = x·W_Q + b_Q, or k or v, into heads: head h owns columns h·d … (h + 1)·d − 1.
 *  joined [token, numHeads · d] -> [head, token, d]
 *  @throws ShapeError when the heads do not divide the width.  @see Vaswani et al. 2017, 3.2.2 */
export function splitHeads(joined: Tensor, numHeads: number, axis: 'd_k' | 'd_v', out = tensor): Tensor {
  const tokens = dim(joined, 0);
  const width = dim(joined, 1);
  const headDim = width / numHeads;
  if (!Number.isInteger(headDim)) throw new ShapeError(`${numHeads} heads do not divide a width of ${width}`);
  const { data } = joined;
  const heads = out(['head', 'token', axis], [numHeads, tokens, headDim]);
  const split = heads.data;
  for (let head = 0, to = 0; head < numHeads; head++) {
    for (let token = 0; token < tokens; token++) {
      let from = token * width + head * headDim;
      for (const end = from + headDim; from < end; from++, to++) split[to] = data[from]!;
    }
  }
  return heads;
}

/** Repeats the keys or values of each group for its query heads: head h gets group ⌊h / (numHeads / groups)⌋.
 *  grouped [group, token, d] -> [head, token, d]  @see Ainslie et al. 2023 */
export function repeatGroups(grouped: Tensor, numHeads: number): Tensor {
  const groups = dim(grouped, 0);
  if (groups === numHeads) return grouped;
  const size = dim(grouped, 1) * dim(grouped, 2);
  const repeated = new Float32Array(numHeads * size);
  for (let head = 0; head < numHeads; head++) {
    const group = Math.floor(head / (numHeads / groups));
    repeated.set(grouped.data.subarray(group * size, (group + 1) * size), head * size);
  }
  return tensor(grouped.axes, [numHeads, dim(grouped, 1), dim(grouped, 2)], repeated);
}
