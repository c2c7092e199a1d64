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
  const update: ContextFunction = (weights, v) => {
    const block = last && commonBlock(weights, last.weights);
    if (last === null || block === null || commonTokens(last.v, v) < block.keys) return compute(weights, v);
    // The weights of these queries beyond the keys of the block are 0.
    const [rows, queries] = [block.queries, dim(weights, 1)];
    if (rows === 0) return compute(weights, v);
    const context = make(last.context.axes, [dim(weights, 0), queries, dim(v, 2)]);
    copyBlock(last.context, context, { rows });
    if (rows < queries) copyBlock(compute(tokensBetween(weights, rows, queries), v), context, { firstRow: rows });
    return context;
  };
  return (weights, v) => {
    const context = update(weights, v);
    last = { weights, v, context };
    return context;
  };
}
