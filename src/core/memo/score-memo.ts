import { dim, type Tensor, tensor } from '../../tensor/tensor.ts';
import { commonTokens, copyBlock, tokensBetween } from './blocks.ts';
import { noteCommonBlock } from './common-block.ts';
import { isOverwritten, recycledTensors } from './recycled.ts';

/** With no more new queries, queries and keys change places in the product, which then needs no panels of all keys. */
const fewQueries = 8;

type ScoreFunction = (q: Tensor, k: Tensor) => Tensor;

/** Recomputes scores only from the first query or key that changed since the last call.
 *  compute: q [head, query, d_k], k [head, key, d_k] -> q·k [head, query, key] */
export function rememberScores(compute: ScoreFunction): ScoreFunction {
  const make = recycledTensors();
  let last: { readonly q: Tensor; readonly k: Tensor; readonly scores: Tensor } | null = null;
  const update: ScoreFunction = (q, k) => {
    if (last === null || isOverwritten(last.scores)) return compute(q, k);
    const [queries, keys] = [commonTokens(last.q, q), commonTokens(last.k, k)];
    if (queries === 0 || keys === 0) return compute(q, k);
    const [allQueries, allKeys] = [dim(q, 1), dim(k, 1)];
    const scores = make(last.scores.axes, [dim(q, 0), allQueries, allKeys]);
    copyBlock(last.scores, scores, { rows: queries, columns: keys });
    if (queries < allQueries) {
      const fresh = tokensBetween(q, queries, allQueries);
      const below = allQueries - queries <= fewQueries ? transposed(compute(k, fresh)) : compute(fresh, k);
      copyBlock(below, scores, { firstRow: queries });
    }
    if (keys < allKeys) {
      const beside = compute(tokensBetween(q, 0, queries), tokensBetween(k, keys, allKeys));
      copyBlock(beside, scores, { firstColumn: keys });
    }
    noteCommonBlock(scores, last.scores, { queries, keys });
    return scores;
  };
  return (q, k) => {
    const scores = update(q, k);
    last = { q, k, scores };
    return scores;
  };
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
