import { softmaxRows } from '../../tensor/softmax.ts';
import { blockRow, dim, type Tensor, tensor } from '../../tensor/tensor.ts';

/** weight = softmax of the masked scores over the keys: each row sums to 1, masked keys get exactly 0.
 *  maskedScores [head, query, key] -> same shape
 *  @throws RangeError when a whole row is masked.  @see Vaswani et al. 2017, eq. 1 */
export function attentionWeights(maskedScores: Tensor): Tensor {
  const weights = softmaxRows(maskedScores.data, dim(maskedScores, 2));
  return tensor(maskedScores.axes, maskedScores.shape, weights);
}

/** The key with the largest weight of a query, the first on a tie; the query itself if it has no weights.
 *  weights [head, query, key] */
export function strongestKey(weights: Tensor | undefined, head: number, query: number): number {
  if (weights === undefined) return query;
  const row = blockRow(weights, head, query);
  const largest = row.reduce((best, weight) => (weight > best ? weight : best), -1);
  return largest < 0 ? query : row.indexOf(largest);
}
