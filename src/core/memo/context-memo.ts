import { dim, type Tensor } from '../../tensor/tensor.ts';
import { contextVectors } from '../chain/context.ts';
import { commonTokens, copyBlock, placeBlock, tokensBetween } from './blocks.ts';
import { commonBlock } from './common-block.ts';
import { recycledTensors } from './recycled.ts';

type ContextFunction = (weights: Tensor, v: Tensor) => Tensor;

/** contextVectors that takes over the rows that it has just computed: of queries whose weights and the values they are of are as they were. */
export function rememberContext(): ContextFunction {
  const make = recycledTensors();
  let last: { readonly weights: Tensor; readonly v: Tensor; readonly context: Tensor } | null = null;
  return (weights, v) => {
    const rows = last === null ? 0 : knownRows(last.weights, last.v, weights, v);
    const context =
      last === null || rows === 0
        ? contextVectors(weights, v)
        : extend(
            last.context,
            make(last.context.axes, [dim(weights, 0), dim(weights, 1), dim(v, 2)]),
            rows,
            weights,
            v,
          );
    last = { weights, v, context };
    return context;
  };
}

/** The first queries of every head that need no sum. Beyond the keys of the common block their weights are 0. */
function knownRows(oldWeights: Tensor, oldV: Tensor, weights: Tensor, v: Tensor): number {
  const block = commonBlock(weights, oldWeights);
  return block === null || commonTokens(oldV, v) < block.keys ? 0 : block.queries;
}

function extend(before: Tensor, context: Tensor, rows: number, weights: Tensor, v: Tensor): Tensor {
  const queries = dim(weights, 1);
  copyBlock(before, context, rows, dim(v, 2));
  if (rows === queries) return context;
  const fresh = contextVectors(tokensBetween(weights, rows, queries), v);
  placeBlock(fresh, context, rows, 0);
  return context;
}
