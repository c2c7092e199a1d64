import { dim, type Tensor } from '../../tensor/tensor.ts';
import { copyBlock, placeBlock, tokensBetween } from './blocks.ts';
import { commonBlock, noteCommonBlock } from './common-block.ts';
import { recycledTensors } from './recycled.ts';

type WeightFunction = (maskedScores: Tensor) => Tensor;

/** Computes only the rows whose visible scores changed since the last call: under a causal mask those from the first changed token on.
 *  compute: masked scores [head, query, key] -> their softmax over the keys, row by row. */
export function rememberWeights(compute: WeightFunction): WeightFunction {
  const make = recycledTensors();
  let last: { readonly scores: Tensor; readonly weights: Tensor } | null = null;
  return (scores) => {
    const block = last === null ? null : commonBlock(scores, last.scores);
    const rows =
      last === null || block === null
        ? 0
        : Math.min(blindTo(last.scores, block.queries, block.keys), blindTo(scores, block.queries, block.keys));
    let weights: Tensor;
    if (last === null || block === null || rows === 0) weights = compute(scores);
    else {
      weights = extend(compute, last.weights, make(scores.axes, scores.shape), rows, block.keys, scores);
      noteCommonBlock(weights, last.weights, { queries: rows, keys: block.keys });
    }
    last = { scores, weights };
    return weights;
  };
}

/** How many of the first `queries` queries see no key from `firstKey` on, in any head. */
function blindTo(scores: Tensor, queries: number, firstKey: number): number {
  const [heads, allQueries, keys] = scores.shape as [number, number, number];
  let blind = queries;
  for (let head = 0; head < heads; head++)
    for (let query = 0; query < blind; query++) {
      const start = (head * allQueries + query) * keys;
      for (let key = firstKey; key < keys; key++) if (scores.data[start + key] !== -Infinity) blind = query;
    }
  return blind;
}

function extend(
  compute: WeightFunction,
  before: Tensor,
  weights: Tensor,
  rows: number,
  columns: number,
  scores: Tensor,
): Tensor {
  const [heads, queries, keys] = [dim(scores, 0), dim(scores, 1), dim(scores, 2)];
  copyBlock(before, weights, rows, columns);
  for (let head = 0; head < heads; head++)
    for (let row = 0; row < rows; row++) {
      const start = (head * queries + row) * keys;
      weights.data.fill(0, start + columns, start + keys);
    }
  placeBlock(compute(tokensBetween(scores, rows, queries)), weights, rows, 0);
  return weights;
}
