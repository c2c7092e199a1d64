import { batchedMatmulTransposed } from '../../tensor/batched-matmul.ts';
import { dim, type Tensor, tensor } from '../../tensor/tensor.ts';
import type { AttentionParameters } from '../model.ts';

/** score = q·k: the dot product of every query with every key, before scaling.
 *  q [head, query, d_k], k [head, key, d_k] -> [head, query, key]
 *  @throws ShapeError when heads or d_k differ.  @see Vaswani et al. 2017, eq. 1 */
export function dotProductScores(q: Tensor, k: Tensor): Tensor {
  const shape = [dim(q, 0), dim(q, 1), dim(k, 1)];
  return tensor(['head', 'query', 'key'], shape, batchedMatmulTransposed(q, k));
}

/** Whether the scale is 1/√d_k, within float32 accuracy. */
export function isInverseRoot({ scoreScale, headDim }: Pick<AttentionParameters, 'scoreScale' | 'headDim'>): boolean {
  return Math.abs(scoreScale * Math.sqrt(headDim) - 1) < 1e-6;
}

/** The parameters of an attention, with a scale of 1 if `isUnscaled`. */
export function asScaled(attention: AttentionParameters, isUnscaled: boolean): AttentionParameters {
  return isUnscaled && attention.scoreScale !== 1 ? { ...attention, scoreScale: 1 } : attention;
}

/** Within the range of float32, because the softmax of infinities is undefined. */
export function clamped(score: number): number {
  const largest = 3.4028234e38;
  return Math.max(-largest, Math.min(largest, score));
}

/** scaled score = factor · score; the factor is 1/√d_k in most models, times the reader's factor.
 *  scores [head, query, key] -> same shape */
export function scaleScores(scores: Tensor, factor: number, out = tensor): Tensor {
  const result = out(scores.axes, scores.shape);
  const scaled = result.data;
  if (factor <= 1) {
    for (let i = 0; i < scaled.length; i++) scaled[i] = scores.data[i]! * factor;
  } else {
    for (let i = 0; i < scaled.length; i++) scaled[i] = clamped(scores.data[i]! * factor);
  }
  return result;
}
