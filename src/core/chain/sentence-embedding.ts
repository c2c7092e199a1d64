import { matmul } from '../../tensor/matmul.ts';
import { dim, type Tensor, tensor } from '../../tensor/tensor.ts';
import type { SentenceParameters } from '../model.ts';

/** pooled = the mean over tokens.  x [token, hidden] -> [hidden]  @throws RangeError when there is no token. */
export function meanOverTokens(x: Tensor): Tensor {
  const tokens = dim(x, 0);
  const width = dim(x, 1);
  if (tokens === 0) throw new RangeError('the mean of no tokens is undefined');
  const sum = new Float64Array(width);
  for (let token = 0; token < tokens; token++) {
    for (let j = 0; j < width; j++) sum[j]! += x.data[token * width + j]!;
  }
  const mean = tensor(['hidden'], [width]);
  for (let j = 0; j < width; j++) mean.data[j] = sum[j]! / tokens;
  return mean;
}

/** embedding = t / √max(Σt², floor) with t = tanh(pooled·W + b): the sentence as a unit vector.
 *  pooled [hidden] -> [out]  @see Cer et al. 2018 */
export function sentenceEmbedding(pooled: Tensor, parameters: SentenceParameters): Tensor {
  const { projection, squaredNormFloor } = parameters;
  const asRow = tensor(['row', 'hidden'], [1, dim(pooled, 0)], pooled.data);
  const t = matmul(asRow, projection.weight, projection.bias).data.map(Math.tanh);
  const squares = t.reduce((sum, value) => sum + value * value, 0);
  const inverse = 1 / Math.sqrt(Math.max(squares, squaredNormFloor));
  return tensor(
    ['hidden'],
    [t.length],
    t.map((value) => value * inverse),
  );
}
