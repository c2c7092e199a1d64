import { dim, type Tensor, tensor } from '../../tensor/tensor.ts';
import { commonTokens, copyBlock, placeBlock, tokensBetween } from './blocks.ts';
import { type CommonBlock, noteCommonBlock } from './common-block.ts';
import { isOverwritten, recycledTensors } from './recycled.ts';

/** Up to so many queries are multiplied as if they were keys: then no panels of all keys are needed. */
const fewQueries = 8;

type ScoreFunction = (q: Tensor, k: Tensor) => Tensor;

/** Computes the scores of only those queries and keys that changed since the last call, from the first change on.
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
  copyBlock(before, scores, block.queries, block.keys);
  if (block.queries < queries) {
    const fresh = tokensBetween(q, block.queries, queries);
    const below = queries - block.queries <= fewQueries ? turned(compute(k, fresh)) : compute(fresh, k);
    placeBlock(below, scores, block.queries, 0);
  }
  if (block.keys < keys) {
    const beside = compute(tokensBetween(q, 0, block.queries), tokensBetween(k, block.keys, keys));
    placeBlock(beside, scores, 0, block.keys);
  }
  return scores;
}

/** The last two axes exchanged. */
function turned(x: Tensor): Tensor {
  const [blocks, rows, columns] = x.shape as [number, number, number];
  const y = tensor(x.axes, [blocks, columns, rows]);
  for (let block = 0, read = 0; block < blocks; block++)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        y.data[(block * columns + column) * rows + row] = x.data[read++]!;
  return y;
}
