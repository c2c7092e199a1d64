import { type Tensor, tensor } from '../../tensor/tensor.ts';
import type { maskOf } from '../chain/changes.ts';
import type { Out, StageName } from '../chain/stage.ts';
import { keepCommonBlock } from './common-block.ts';
import { rememberContext } from './context-memo.ts';
import { rememberRows } from './row-memo.ts';
import { rememberScores } from './score-memo.ts';
import { rememberWeights } from './weights-memo.ts';

/** The computation of a stage with its parameters bound. */
export type Computation = (inputs: readonly Tensor[], setting: unknown, out: Out) => Tensor;

/** Wraps a repeated computation: the same numbers with less work. */
type Memo = (compute: Computation) => Computation;

type OfTensors = (...inputs: Tensor[]) => Tensor;

/** A memo of a computation that takes only tensors. */
const ofInputs =
  (remember: (compute: OfTensors) => OfTensors): Memo =>
  (compute) => {
    const remembered = remember((...inputs) => compute(inputs, null, tensor));
    return (inputs) => remembered(...inputs);
  };

const rows = ofInputs(rememberRows);

/** A copy of the rows for results that a trace shows: the next call of the memo overwrites its rows. */
const copiedRows: Memo = (compute) => {
  const remembered = rows(compute);
  return (inputs, setting, out) => {
    const { axes, shape, data } = remembered(inputs, setting, out);
    const copy = out(axes, shape);
    copy.data.set(data);
    return copy;
  };
};

/** The memo of each stage that has one. */
export const remember: { readonly [Name in StageName]?: Memo } = {
  norm: copiedRows,
  projectedQ: rows,
  projectedK: rows,
  projectedV: rows,
  scores: ofInputs(rememberScores),
  scaledScores: (compute) => keepCommonBlock(compute, () => true),
  // Whether a key can be hidden depends on the other keys of its row.
  maskedScores: (compute) =>
    keepCommonBlock(compute, (mask) => (mask as ReturnType<typeof maskOf>).hiddenKeys.length === 0),
  attentionWeights: ofInputs(rememberWeights),
  context: ofInputs(rememberContext),
  attentionOutput: copiedRows,
  feedForward: rows,
};
