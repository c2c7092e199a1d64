import type { Tensor } from '../../tensor/tensor.ts';
import { isOverwritten } from './recycled.ts';

/** The equal part of two tensors [head, query, key]: the first queries × keys of every head. */
export interface CommonBlock {
  readonly queries: number;
  readonly keys: number;
}

const known = new WeakMap<Tensor, { readonly before: WeakRef<Tensor>; readonly block: CommonBlock }>();

/** Notes that `after` shares a block with `before`, which it replaces. */
export function noteCommonBlock(after: Tensor, before: Tensor, block: CommonBlock): void {
  known.set(after, { before: new WeakRef(before), block });
}

/** The block noted for these two tensors; null if there is none. */
export function commonBlock(after: Tensor, before: Tensor): CommonBlock | null {
  const noted = known.get(after);
  return noted?.before.deref() === before && !isOverwritten(before) ? noted.block : null;
}

/** Hands the common block of successive scores, the first input, on to the results. Requires that each number of a result depends only on
 *  the score at the same place, which `isCellwise` tells of a setting, and on inputs of those scores or inputs that never change. */
export function keepCommonBlock<Setting, Out>(
  compute: (inputs: readonly Tensor[], setting: Setting, out: Out) => Tensor,
  isCellwise: (setting: Setting) => boolean,
): typeof compute {
  let last: { readonly scores: Tensor; readonly setting: Setting; readonly result: Tensor } | null = null;
  return (inputs, setting, out) => {
    const result = compute(inputs, setting, out);
    const scores = inputs[0]!;
    const block = last === null || last.setting !== setting ? null : commonBlock(scores, last.scores);
    if (last !== null && block !== null && result !== scores && isCellwise(setting))
      noteCommonBlock(result, last.result, block);
    last = { scores, setting, result };
    return result;
  };
}
