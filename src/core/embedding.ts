import { dim, type Tensor, tensor } from '../tensor/tensor.ts';
import type { EmbeddingParameters } from './model.ts';

/** x_p = tokenScale · E[id_p] + concat(sin(p·f), cos(p·f)): what enters layer 0; positions p count from 0.
 *  tokenIds [token]; null (a word without a row) gives a row of NaN, which is shown as "no number" -> [token, width]
 *  @throws RangeError when an id is outside the vocabulary.  @see Vaswani et al. 2017, 3.5 (sines and cosines here lie side by side) */
export function embed(parameters: EmbeddingParameters, tokenIds: readonly (number | null)[]): Tensor {
  const { tokenEmbedding, tokenScale, positionFrequencies } = parameters;
  const vocabSize = dim(tokenEmbedding, 0);
  const width = dim(tokenEmbedding, 1);
  const x = new Float32Array(tokenIds.length * width);
  tokenIds.forEach((id, position) => {
    const start = position * width;
    if (id === null) {
      x.fill(Number.NaN, start, start + width);
      return;
    }
    if (!(id >= 0 && id < vocabSize)) throw new RangeError(`token id ${id} is outside the vocabulary of ${vocabSize}`);
    for (let j = 0; j < width; j++) x[start + j] = tokenScale * tokenEmbedding.data[id * width + j]!;
    if (positionFrequencies === null) return;
    const half = dim(positionFrequencies, 0);
    for (let j = 0; j < half; j++) {
      const angle = Math.fround(position * positionFrequencies.data[j]!);
      x[start + j]! += Math.sin(angle);
      x[start + half + j]! += Math.cos(angle);
    }
  });
  return tensor(['token', 'embedding'], [tokenIds.length, width], x);
}
