import { softmaxRows } from '../../tensor/softmax.ts';
import { blockRow, dim, type Tensor, tensor } from '../../tensor/tensor.ts';
import type { CellEdit } from '../interventions.ts';

/** Replaces single numbers. If `isRenormalised`, then divides each changed row by its sum, unless that is 0.
 *  Ignores places beyond the text.
 *  x [head, row, column] -> same shape */
export function editCells(x: Tensor, edits: readonly CellEdit[], isRenormalised: boolean): Tensor {
  const result = tensor(x.axes, x.shape, x.data.slice());
  const [heads, rows, columns] = x.shape as [number, number, number];
  const inside = edits.filter(({ head, row, column }) => head < heads && row < rows && column < columns);
  for (const { head, row, column, value } of inside) blockRow(result, head, row)[column] = value;
  if (!isRenormalised) return result;
  for (const at of new Set(inside.map(({ head, row }) => head * rows + row))) {
    const row = result.data.subarray(at * columns, (at + 1) * columns);
    const sum = sumOfNumbers(row);
    if (sum !== 0) for (let i = 0; i < columns; i++) row[i]! /= sum;
  }
  return result;
}

/** A row of weights before division, and its sum: the softmax of the masked scores in float32, with the typed numbers in their places.
 *  Ignores places beyond the text.  maskedScores [key] */
export function typedRow(
  maskedScores: Float32Array,
  edits: readonly Pick<CellEdit, 'column' | 'value'>[],
): { readonly softmax: Float32Array; readonly row: Float32Array; readonly sum: number } {
  const softmax = softmaxRows(maskedScores, maskedScores.length);
  const row = softmax.slice();
  for (const { column, value } of edits) if (column < row.length) row[column] = value;
  return { softmax, row, sum: sumOfNumbers(row) };
}

/** Sum in float64, without NaN. */
export function sumOfNumbers(row: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < row.length; i++) if (!Number.isNaN(row[i])) sum += row[i]!;
  return sum;
}

/** Exchanges the vectors of two tokens in every head, if the text has both.  x [head, token, d] -> same shape */
export function swapTokens(x: Tensor, [a, b]: readonly [number, number]): Tensor {
  const tokens = dim(x, 1);
  if (a >= tokens || b >= tokens) return x;
  const result = tensor(x.axes, x.shape, x.data.slice());
  for (let head = 0; head < dim(x, 0); head++) {
    blockRow(result, head, a).set(blockRow(x, head, b));
    blockRow(result, head, b).set(blockRow(x, head, a));
  }
  return result;
}
