import { softmaxRow } from '../tensor/softmax.ts';
import { dim, type Tensor, tensor } from '../tensor/tensor.ts';

/** weight = softmax over the keys of the masked scores; each row sums to 1, exactly 0 where masked.
 *  maskedScores [head, query, key] -> same shape
 *  @throws RangeError when a row is masked as a whole.  @see Vaswani et al. 2017, eq. 1 */
export function attentionWeights(maskedScores: Tensor): Tensor {
  const rows = dim(maskedScores, 0) * dim(maskedScores, 1);
  const keys = dim(maskedScores, 2);
  const weights = new Float32Array(maskedScores.data.length);
  for (let row = 0; row < rows; row++) softmaxRow(maskedScores.data, weights, row * keys, keys);
  return tensor(maskedScores.axes, maskedScores.shape, weights);
}
