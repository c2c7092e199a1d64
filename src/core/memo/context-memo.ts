import { dim, type Tensor } from '../../tensor/tensor.ts';
import { commonTokens, copyBlock, placeBlock, tokensBetween } from './blocks.ts';
import { commonBlock } from './common-block.ts';
import { recycledTensors } from './recycled.ts';

type ContextFunction = (weights: Tensor, v: Tensor) => Tensor;

/** Computes context vectors only for queries whose weights or values changed since the last call.
 *  compute: weights [head, query, key], v [head, key, d_v] -> [head, query, d_v], every row from its own weights. */
export function rememberContext(compute: ContextFunction): ContextFunction {
  const make = recycledTensors();
  let last: { readonly weights: Tensor; readonly v: Tensor; readonly context: Tensor } | null = null;
  return (weights, v) => {
    const [queries, width] = [dim(weights, 1), dim(v, 2)];
    const rows = last === null ? 0 : knownRows(last.weights, last.v, weights, v);
    let context: Tensor;
    if (last === null || rows === 0) context = compute(weights, v);
    else {
      context = make(last.context.axes, [dim(weights, 0), queries, width]);
      copyBlock(last.context, context, rows, width);
      if (rows < queries) placeBlock(compute(tokensBetween(weights, rows, queries), v), context, rows, 0);
    }
    last = { weights, v, context };
    return context;
  };
}

/** How many first queries of every head need no sum. Their weights are 0 beyond the keys of the common block. */
function knownRows(oldWeights: Tensor, oldV: Tensor, weights: Tensor, v: Tensor): number {
  const block = commonBlock(weights, oldWeights);
  return block === null || commonTokens(oldV, v) < block.keys ? 0 : block.queries;
}
