import { dim, type Tensor } from '../../tensor/tensor.ts';
import { copyBlock, tokensBetween } from './blocks.ts';
import { commonBlock, noteCommonBlock } from './common-block.ts';
import { recycledTensors } from './recycled.ts';

type WeightFunction = (maskedScores: Tensor) => Tensor;

/** Recomputes only rows whose visible scores changed since the last call: with a causal mask, those from the first changed token on.
 *  compute: masked scores [head, query, key] -> their softmax over the keys, row by row */
export function rememberWeights(compute: WeightFunction): WeightFunction {
  const make = recycledTensors();
  let last: { readonly scores: Tensor; readonly weights: Tensor } | null = null;
  const update: WeightFunction = (scores) => {
    const block = last && commonBlock(scores, last.scores);
    if (last === null || block === null) return compute(scores);
    const { queries, keys } = block;
    const rows = Math.min(blindTo(last.scores, queries, keys), blindTo(scores, queries, keys));
    if (rows === 0) return compute(scores);
    const weights = make(scores.axes, scores.shape);
    copyRows(last.weights, weights, rows, keys);
    copyBlock(compute(tokensBetween(scores, rows, dim(scores, 1))), weights, { firstRow: rows });
    noteCommonBlock(weights, last.weights, { queries: rows, keys });
    return weights;
  };
  return (scores) => {
    const weights = update(scores);
    last = { scores, weights };
    return weights;
  };
}

/** How many of the first `queries` queries see no key from `firstKey` on in any head. */
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

/** Copies rows of weights that are 0 from column `columns` on. */
function copyRows(from: Tensor, to: Tensor, rows: number, columns: number): void {
  const [heads, queries, keys] = to.shape as [number, number, number];
  copyBlock(from, to, { rows, columns });
  for (let head = 0; head < heads; head++)
    for (let row = 0; row < rows; row++) {
      const start = (head * queries + row) * keys;
      to.data.fill(0, start + columns, start + keys);
    }
}
