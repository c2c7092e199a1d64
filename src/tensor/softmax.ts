import { copyRows } from './copy-rows.ts';
import { workMemory } from './kernel-memory.ts';
import { numbersAtOnce } from './kernel-types.ts';

/** softmax(x)_j = exp(x_j − max x) / Σ exp(x_k − max x) over a row, where −∞ gives exactly 0.
 *  NaN marks a missing number: it stays NaN and adds nothing to the sum.
 *  Reads scores[start, start + length) and writes the same range of weights.
 *  @throws RangeError when every number of the row is −∞: a query that sees no key has no weights. */
export function softmaxRow(scores: Float32Array, weights: Float32Array, start: number, length: number): void {
  let maximum = -Infinity;
  let present = false;
  for (let j = start; j < start + length; j++) {
    const score = scores[j]!;
    if (Number.isNaN(score)) continue;
    present = true;
    if (score > maximum) maximum = score;
  }
  if (!present) {
    weights.fill(Number.NaN, start, start + length);
    return;
  }
  if (maximum === -Infinity) throw new RangeError('every key of a row is masked: its softmax is undefined');
  let sum = 0;
  for (let j = start; j < start + length; j++) {
    const score = scores[j]!;
    const exponential = Number.isNaN(score) ? Number.NaN : Math.exp(score - maximum);
    weights[j] = exponential;
    if (!Number.isNaN(score)) sum += exponential;
  }
  for (let j = start; j < start + length; j++) weights[j] = weights[j]! / sum;
}

/** softmax of every row, as `softmaxRow` up to float32 rounding.  scores [rows · width] -> weights [rows · width]
 *  @throws RangeError when every number of a row is −∞. */
export function softmaxRows(scores: Float32Array, width: number): Float32Array {
  const weights = new Float32Array(scores.length);
  if (scores.length === 0) return weights;
  const memory = workMemory();
  const softmax = memory.functionKernel('softmax');
  const filledWidth = Math.ceil(width / 4) * 4;
  const rowsAtOnce = Math.max(1, Math.floor(numbersAtOnce / filledWidth));
  const at = memory.scratch(4 * rowsAtOnce * filledWidth);
  const numbers = memory.floats(at, rowsAtOnce * filledWidth);
  const rows = scores.length / width;
  for (let first = 0; first < rows; first += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, rows - first);
    const missing: number[] = [];
    if (filledWidth !== width) numbers.fill(-Infinity);
    copyRows(scores, first * width, width, numbers, 0, filledWidth, count);
    for (let row = 0; row < count; row++) {
      const from = at + 4 * row * filledWidth;
      if (softmax(from, from + 4 * filledWidth) === 0) missing.push(first + row);
    }
    copyRows(numbers, 0, filledWidth, weights, first * width, width, count);
    for (const row of missing) softmaxRow(scores, weights, row * width, width);
  }
  return weights;
}
