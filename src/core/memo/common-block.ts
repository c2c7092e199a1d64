import type { Tensor } from '../../tensor/tensor.ts';
import { isOverwritten } from './recycled.ts';

/** What two tensors [head, query, key] have in common: the first queries × keys of every head. */
export interface CommonBlock {
  readonly queries: number;
  readonly keys: number;
}

const known = new WeakMap<Tensor, { readonly before: WeakRef<Tensor>; readonly block: CommonBlock }>();

/** Notes that `after` shares a block with the tensor that it replaces. */
export function noteCommonBlock(after: Tensor, before: Tensor, block: CommonBlock): void {
  known.set(after, { before: new WeakRef(before), block });
}

/** The block that was noted for these two; null: nothing is known. */
export function commonBlock(after: Tensor, before: Tensor): CommonBlock | null {
  const noted = known.get(after);
  return noted?.before.deref() === before && !isOverwritten(before) ? noted.block : null;
}

/** A computation whose first input is scores, each number of its result made of the score at the same place.
 *  What the scores have in common with those before, the results then have too, unless `isCellwise` denies it for the setting.
 *  @param compute its other inputs must be what the scores are made of, or stay the same */
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
