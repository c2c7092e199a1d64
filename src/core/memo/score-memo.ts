import { dim, type Tensor, tensor } from '../../tensor/tensor.ts';
import { commonTokens, copyBlock, tokensBetween } from './blocks.ts';
import { type CommonBlock, noteCommonBlock } from './common-block.ts';
import { isOverwritten, recycledTensors } from './recycled.ts';

/** Up to this number, queries and keys change places in the product, which then needs no panels of all keys. */
const fewQueries = 8;

type ScoreFunction = (q: Tensor, k: Tensor) => Tensor;

/** Recomputes scores only from the first query or key that changed since the last call.
 *  compute: q [head, query, d_k], k [head, key, d_k] -> q·k [head, query, key] */
export function rememberScores(compute: ScoreFunction): ScoreFunction {
  const make = recycledTensors();
  let last: { readonly q: Tensor; readonly k: Tensor; readonly scores: Tensor } | null = null;
  return (q, k) => {
    const block =
      last === null || isOverwritten(last.scores)
        ? null
        : { queries: commonTokens(last.q, q), keys: commonTokens(last.k, k) };
    let scores: Tensor;
    if (last === null || block === null || block.queries === 0 || block.keys === 0) scores = compute(q, k);
    else {
      scores = extend(compute, last.scores, make(last.scores.axes, [dim(q, 0), dim(q, 1), dim(k, 1)]), block, q, k);
      noteCommonBlock(scores, last.scores, block);
    }
    last = { q, k, scores };
    return scores;
  };
}

function extend(
  compute: ScoreFunction,
  before: Tensor,
  scores: Tensor,
  block: CommonBlock,
  q: Tensor,
  k: Tensor,
): Tensor {
  const [queries, keys] = [dim(q, 1), dim(k, 1)];
  copyBlock(before, scores, { rows: block.queries, columns: block.keys });
  if (block.queries < queries) {
    const fresh = tokensBetween(q, block.queries, queries);
    const below = queries - block.queries <= fewQueries ? transposed(compute(k, fresh)) : compute(fresh, k);
    copyBlock(below, scores, { firstRow: block.queries });
  }
  if (block.keys < keys) {
    const beside = compute(tokensBetween(q, 0, block.queries), tokensBetween(k, block.keys, keys));
    copyBlock(beside, scores, { firstColumn: block.keys });
  }
  return scores;
}

/** Exchanges the last two axes. */
function transposed(x: Tensor): Tensor {
  const [blocks, rows, columns] = x.shape as [number, number, number];
  const y = tensor(x.axes, [blocks, columns, rows]);
  for (let block = 0, read = 0; block < blocks; block++)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        y.data[(block * columns + column) * rows + row] = x.data[read++]!;
  return y;
}
