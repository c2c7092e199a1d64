import { dim, ShapeError, type Tensor, tensor } from '../tensor/tensor.ts';

/** context = Σ_key weight × value: the weighted sum of all value vectors, a row a query; zeros for an ablated head.
 *  A key without numbers (NaN: an unknown word) is left out; a query without numbers stays without.
 *  weights [head, query, key], v [head, key, d_v], isAblated(head) -> [head, query, d_v]
 *  @throws ShapeError when heads or keys differ.  @see Vaswani et al. 2017, eq. 1 */
export function contextVectors(weights: Tensor, v: Tensor, isAblated: (head: number) => boolean): Tensor {
  const heads = dim(weights, 0);
  const queries = dim(weights, 1);
  const keys = dim(weights, 2);
  const valueDim = dim(v, 2);
  if (dim(v, 0) !== heads || dim(v, 1) !== keys) {
    throw new ShapeError(`weights [${weights.shape.join(', ')}] do not fit values [${v.shape.join(', ')}]`);
  }
  const context = new Float32Array(heads * queries * valueDim);
  const sum = new Float64Array(valueDim);
  for (let head = 0; head < heads; head++) {
    const ablated = isAblated(head);
    for (let query = 0; query < queries; query++) {
      const weightStart = (head * queries + query) * keys;
      let present = false;
      sum.fill(0);
      for (let key = 0; key < keys; key++) {
        const weight = weights.data[weightStart + key]!;
        if (Number.isNaN(weight)) continue;
        present = true;
        if (ablated) break;
        const vStart = (head * keys + key) * valueDim;
        for (let d = 0; d < valueDim; d++) sum[d]! += weight * v.data[vStart + d]!;
      }
      context.set(present ? sum : sum.fill(Number.NaN), (head * queries + query) * valueDim);
    }
  }
  return tensor(['head', 'token', 'd_v'], [heads, queries, valueDim], context);
}

/** Concat(head_1 … head_h): the heads' contexts side by side.  context [head, token, d_v] -> [token, head · d_v] */
export function concatHeads(context: Tensor): Tensor {
  const heads = dim(context, 0);
  const tokens = dim(context, 1);
  const valueDim = dim(context, 2);
  const joined = new Float32Array(context.data.length);
  for (let head = 0; head < heads; head++) {
    for (let token = 0; token < tokens; token++) {
      const from = (head * tokens + token) * valueDim;
      joined.set(context.data.subarray(from, from + valueDim), (token * heads + head) * valueDim);
    }
  }
  return tensor(['token', 'concat'], [tokens, heads * valueDim], joined);
}
