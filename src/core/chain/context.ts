import { batchedMatmul } from '../../tensor/batched-matmul.ts';
import { dim, type Tensor, tensor } from '../../tensor/tensor.ts';

/** context = Σ_key weight · value: the weighted sum of the value vectors, one row per query.
 *  Ignores keys without numbers (NaN: an unknown word); a query without numbers keeps none.
 *  weights [head, query, key], v [head, key, d_v] -> [head, query, d_v]
 *  @throws ShapeError when heads or keys differ.  @see Vaswani et al. 2017, eq. 1 */
export function contextVectors(weights: Tensor, v: Tensor): Tensor {
  return tensor(['head', 'token', 'd_v'], [dim(weights, 0), dim(weights, 1), dim(v, 2)], batchedMatmul(weights, v));
}

/** Replaces the context of some heads by zeros, or every row by the head's mean over the tokens with numbers.
 *  A token without numbers keeps none.  context [head, token, d_v] -> same shape
 *  @see Michel et al. 2019 for zeros; Wang et al. 2023, 3.1 for means */
export function replaceHeads(context: Tensor, heads: ReadonlySet<number>, by: 'zero' | 'mean'): Tensor {
  const [count, tokens, width] = context.shape as [number, number, number];
  const replaced = tensor(context.axes, context.shape, context.data.slice());
  for (const head of heads) {
    if (head >= count) continue;
    const rows = replaced.data.subarray(head * tokens * width, (head + 1) * tokens * width);
    const row = by === 'zero' ? new Float32Array(width) : meanRow(rows, width);
    for (let token = 0; token < tokens; token++) {
      const own = rows.subarray(token * width, (token + 1) * width);
      if (!Number.isNaN(own[0])) own.set(row);
    }
  }
  return replaced;
}

/** Mean of the rows with numbers, summed in float64; zeros if none has.  rows [token, width] -> [width] */
function meanRow(rows: Float32Array, width: number): Float32Array {
  const sum = new Float64Array(width);
  let count = 0;
  for (let start = 0; start < rows.length; start += width) {
    if (Number.isNaN(rows[start])) continue;
    for (let i = 0; i < width; i++) sum[i]! += rows[start + i]!;
    count++;
  }
  return Float32Array.from(sum, (one) => (count === 0 ? 0 : one / count));
}

/** Concat(head_1 … head_h): the heads' contexts side by side.  context [head, token, d_v] -> [token, head · d_v] */
export function concatHeads(context: Tensor, out = tensor): Tensor {
  const [heads, tokens, valueDim] = context.shape as [number, number, number];
  const concat = out(['token', 'concat'], [tokens, heads * valueDim]);
  const from = context.data;
  const joined = concat.data;
  for (let head = 0, read = 0; head < heads; head++) {
    for (let token = 0; token < tokens; token++) {
      let to = (token * heads + head) * valueDim;
      for (const end = to + valueDim; to < end; to++, read++) joined[to] = from[read]!;
    }
  }
  return concat;
}
