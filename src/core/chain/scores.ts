import { batchedMatmulTransposed } from '../../tensor/batched-matmul.ts';
import { dim, type Tensor, tensor } from '../../tensor/tensor.ts';
import type { AttentionParameters } from '../model.ts';

/** score = q·k: dot product of every query with every key, before scaling.
 *  q [head, query, d_k], k [head, key, d_k] -> [head, query, key]
 *  @throws ShapeError when heads or d_k differ.  @see Vaswani et al. 2017, eq. 1 */
export function dotProductScores(q: Tensor, k: Tensor): Tensor {
  const shape = [dim(q, 0), dim(q, 1), dim(k, 1)];
  return tensor(['head', 'query', 'key'], shape, batchedMatmulTransposed(q, k));
}

/** Whether scores are divided by √d_k, as float32 knows it. */
export function isInverseRoot({ scoreScale, headDim }: Pick<AttentionParameters, 'scoreScale' | 'headDim'>): boolean {
  return Math.abs(scoreScale * Math.sqrt(headDim) - 1) < 1e-6;
}

/** The parameters of an attention whose scores are not scaled, where that is switched off. */
export function asScaled(attention: AttentionParameters, isUnscaled: boolean): AttentionParameters {
  return isUnscaled && attention.scoreScale !== 1 ? { ...attention, scoreScale: 1 } : attention;
}

/** scaled score = scaleFactor × scoreScale × score; scoreScale is 1/√d_k in most models.
 *  scores [head, query, key] -> same shape */
export function scaleScores(scores: Tensor, scoreScale: number, scaleFactor: number, make = tensor): Tensor {
  const factor = scoreScale * scaleFactor;
  const result = make(scores.axes, scores.shape);
  const scaled = result.data;
  if (factor <= 1) {
    for (let i = 0; i < scaled.length; i++) scaled[i] = scores.data[i]! * factor;
  } else {
    // A huge factor must not lead to infinities, whose softmax is undefined.
    const largest = 3.4028234e38;
    for (let i = 0; i < scaled.length; i++) scaled[i] = Math.max(-largest, Math.min(largest, scores.data[i]! * factor));
  }
  return result;
}
