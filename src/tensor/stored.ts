import type { Matrix } from './matrix.ts';
import type { Tensor } from './tensor.ts';

/** Where a number of a parameter lies in the files of the weights. */
export interface StoredPlace {
  /** Whole name of the tensor. */
  readonly tensor: string;
  readonly index: readonly number[];
  /** What the model adds to the stored number; 0 if it is used as it is. */
  readonly plus: number;
}

/** [input, output] of a matrix, or the indices of a tensor -> its place; null where nothing is stored. */
type Locate = (...index: readonly number[]) => StoredPlace | null;

/** Beside the parameters, because a computation needs no names. */
const places = new WeakMap<Matrix | Tensor, Locate>();

/** Remembers where the numbers of a parameter come from; returns the parameter. */
export function storedBy<Parameter extends Matrix | Tensor>(parameter: Parameter, locate: Locate): Parameter {
  places.set(parameter, locate);
  return parameter;
}

/** Where a number comes from; null if no file has it, such as a scale of 1 in a norm without parameters. */
export function storedAt(parameter: Matrix | Tensor, ...index: readonly number[]): StoredPlace | null {
  return places.get(parameter)?.(...index) ?? null;
}
