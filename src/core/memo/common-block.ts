import type { Tensor } from '../../tensor/tensor.ts';
import { isOverwritten, recycledTensors } from './recycled.ts';

/** What two tensors [head, query, key] have in common: of every head the first queries × keys. */
export interface CommonBlock {
  readonly queries: number;
  readonly keys: number;
}

const known = new WeakMap<Tensor, { readonly before: WeakRef<Tensor>; readonly block: CommonBlock }>();

/** Notes that `after` has a block in common with the tensor that stood in its place before it. */
export function noteCommonBlock(after: Tensor, before: Tensor, block: CommonBlock): void {
  known.set(after, { before: new WeakRef(before), block });
}

/** What was noted of these two; null: nothing is known. */
export function commonBlock(after: Tensor, before: Tensor): CommonBlock | null {
  const noted = known.get(after);
  return noted?.before.deref() === before && !isOverwritten(before) ? noted.block : null;
}

/** A function of scores whose every number depends on the number at its place alone: what is known of its arguments holds for its results. */
export function keepCommonBlock<Setting>(
  compute: (scores: Tensor, setting: Setting, make: ReturnType<typeof recycledTensors>) => Tensor,
): (scores: Tensor, setting: Setting) => Tensor {
  const make = recycledTensors();
  let last: { readonly scores: Tensor; readonly setting: Setting; readonly result: Tensor } | null = null;
  return (scores, setting) => {
    const result = compute(scores, setting, make);
    const block = last === null || last.setting !== setting ? null : commonBlock(scores, last.scores);
    if (last !== null && block !== null && result !== scores) noteCommonBlock(result, last.result, block);
    last = { scores, setting, result };
    return result;
  };
}
