import { softmaxRows } from '../tensor/softmax.ts';
import { blockRow, dim, type Tensor, tensor } from '../tensor/tensor.ts';

/** weight = softmax over the keys of the masked scores; each row sums to 1, exactly 0 where masked.
 *  maskedScores [head, query, key] -> same shape
 *  @throws RangeError when a row is masked as a whole.  @see Vaswani et al. 2017, eq. 1 */
export function attentionWeights(maskedScores: Tensor): Tensor {
  const weights = softmaxRows(maskedScores.data, dim(maskedScores, 2));
  return tensor(maskedScores.axes, maskedScores.shape, weights);
}

/** attentionWeights that takes over the rows that it has just computed: those whose visible scores are as they were, which under a
 *  causal mask are all rows before the first token that changed. */
export function rememberWeights(): (maskedScores: Tensor) => Tensor {
  let last: { readonly scores: Tensor; readonly weights: Tensor } | null = null;
  return (scores) => {
    const weights =
      last === null || dim(last.scores, 0) !== dim(scores, 0) ? attentionWeights(scores) : proceed(last, scores);
    last = { scores, weights };
    return weights;
  };
}

function proceed(last: { readonly scores: Tensor; readonly weights: Tensor }, scores: Tensor): Tensor {
  const [heads, queries, keys] = [dim(scores, 0), dim(scores, 1), dim(scores, 2)];
  const [oldQueries, oldKeys] = [dim(last.scores, 1), dim(last.scores, 2)];
  const both = Math.min(keys, oldKeys);
  const weights = new Float32Array(scores.data.length);
  const fresh: number[] = [];
  for (let row = 0; row < heads * queries; row++) {
    const query = row % queries;
    const oldStart = (Math.floor(row / queries) * oldQueries + query) * oldKeys;
    const start = row * keys;
    const isKnown =
      query < oldQueries &&
      isSame(scores.data, start, last.scores.data, oldStart, both) &&
      isHidden(scores.data, start + both, start + keys) &&
      isHidden(last.scores.data, oldStart + both, oldStart + oldKeys);
    if (!isKnown) fresh.push(row);
    else for (let key = 0; key < both; key++) weights[start + key] = last.weights.data[oldStart + key]!;
  }
  if (fresh.length === heads * queries) return attentionWeights(scores);
  const gathered = new Float32Array(fresh.length * keys);
  fresh.forEach((row, at) => {
    gathered.set(scores.data.subarray(row * keys, (row + 1) * keys), at * keys);
  });
  const computed = softmaxRows(gathered, keys);
  fresh.forEach((row, at) => {
    weights.set(computed.subarray(at * keys, (at + 1) * keys), row * keys);
  });
  return tensor(scores.axes, scores.shape, weights);
}

/** A place without a number (NaN) is never the same: such rows are computed. */
function isSame(a: Float32Array, aStart: number, b: Float32Array, bStart: number, count: number): boolean {
  for (let i = 0; i < count; i++) if (a[aStart + i] !== b[bStart + i]) return false;
  return true;
}

function isHidden(scores: Float32Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (scores[i] !== -Infinity) return false;
  return true;
}

/** The key that a query weighs most, the first on a tie; the query itself where it has no weights.
 *  weights [head, query, key] */
export function strongestKey(weights: Tensor | undefined, head: number, query: number): number {
  if (weights === undefined) return query;
  const row = blockRow(weights, head, query);
  const largest = row.reduce((best, weight) => (weight > best ? weight : best), -1);
  return largest < 0 ? query : row.indexOf(largest);
}
