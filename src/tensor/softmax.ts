/** softmax(x)_j = exp(x_j − max x) / Σ exp(x_k − max x) over a row, where −∞ gives exactly 0.
 *  NaN marks a place without a number: it stays NaN and counts for nothing.
 *  Reads scores[start, start + length), writes the same range of weights.
 *  @throws RangeError when every number of the row is −∞: a query that may see nothing has no weights. */
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
