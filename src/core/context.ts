import { batchedMatmul } from '../tensor/batched-matmul.ts';
import { dim, type Tensor, tensor } from '../tensor/tensor.ts';

/** context = Σ_key weight × value: the weighted sum of all value vectors, a row a query; zeros for an ablated head.
 *  A key without numbers (NaN: an unknown word) is left out; a query without numbers stays without.
 *  weights [head, query, key], v [head, key, d_v], isAblated(head) -> [head, query, d_v]
 *  @throws ShapeError when heads or keys differ.  @see Vaswani et al. 2017, eq. 1 */
export function contextVectors(weights: Tensor, v: Tensor, isAblated: (head: number) => boolean): Tensor {
  const [heads, queries, valueDim] = [dim(weights, 0), dim(weights, 1), dim(v, 2)];
  const context = batchedMatmul(weights, v);
  const size = queries * valueDim;
  for (let head = 0; head < heads; head++) {
    if (!isAblated(head)) continue;
    for (let i = head * size; i < (head + 1) * size; i++) if (!Number.isNaN(context[i]!)) context[i] = 0;
  }
  return tensor(['head', 'token', 'd_v'], [heads, queries, valueDim], context);
}

/** Concat(head_1 … head_h): the heads' contexts side by side.  context [head, token, d_v] -> [token, head · d_v] */
export function concatHeads(context: Tensor, make = tensor): Tensor {
  const heads = dim(context, 0);
  const tokens = dim(context, 1);
  const valueDim = dim(context, 2);
  const concat = make(['token', 'concat'], [tokens, heads * valueDim]);
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
