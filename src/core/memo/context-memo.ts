import { dim, type Tensor } from '../../tensor/tensor.ts';
import { commonTokens, copyBlock, tokensBetween } from './blocks.ts';
import { commonBlock } from './common-block.ts';
import { recycledTensors } from './recycled.ts';

type ContextFunction = (weights: Tensor, v: Tensor) => Tensor;

/** Recomputes context vectors only from the first query whose weights or values changed.
 *  compute: weights [head, query, key], v [head, key, d_v] -> [head, query, d_v], each row from its own weights */
export function rememberContext(compute: ContextFunction): ContextFunction {
  const make = recycledTensors();
  let last: { readonly weights: Tensor; readonly v: Tensor; readonly context: Tensor } | null = null;
  return (weights, v) => {
    const queries = dim(weights, 1);
    const rows = last === null ? 0 : knownRows(last.weights, last.v, weights, v);
    let context: Tensor;
    if (last === null || rows === 0) context = compute(weights, v);
    else {
      context = make(last.context.axes, [dim(weights, 0), queries, dim(v, 2)]);
      copyBlock(last.context, context, { rows });
      if (rows < queries) copyBlock(compute(tokensBetween(weights, rows, queries), v), context, { firstRow: rows });
    }
    last = { weights, v, context };
    return context;
  };
}

/** Number of first queries that keep their context. Their weights beyond the keys of the common block are 0. */
function knownRows(oldWeights: Tensor, oldV: Tensor, weights: Tensor, v: Tensor): number {
  const block = commonBlock(weights, oldWeights);
  return block === null || commonTokens(oldV, v) < block.keys ? 0 : block.queries;
}
