import { dim, ShapeError, type Tensor, tensor } from '../tensor/tensor.ts';

/** score = q·k: dot product of every query with every key, before scaling.
 *  q [head, query, d_k], k [head, key, d_k] -> [head, query, key]
 *  @throws ShapeError when heads or d_k differ.  @see Vaswani et al. 2017, eq. 1 */
export function dotProductScores(q: Tensor, k: Tensor): Tensor {
  const heads = dim(q, 0);
  const queries = dim(q, 1);
  const headDim = dim(q, 2);
  const keys = dim(k, 1);
  if (dim(k, 0) !== heads || dim(k, 2) !== headDim) {
    throw new ShapeError(`queries [${q.shape.join(', ')}] do not fit keys [${k.shape.join(', ')}]`);
  }
  const scores = new Float32Array(heads * queries * keys);
  for (let head = 0; head < heads; head++) {
    for (let query = 0; query < queries; query++) {
      const qStart = (head * queries + query) * headDim;
      for (let key = 0; key < keys; key++) {
        const kStart = (head * keys + key) * headDim;
        let sum = 0;
        for (let d = 0; d < headDim; d++) sum += q.data[qStart + d]! * k.data[kStart + d]!;
        scores[(head * queries + query) * keys + key] = sum;
      }
    }
  }
  return tensor(['head', 'query', 'key'], [heads, queries, keys], scores);
}

/** scaled score = scaleFactor × scoreScale × score; scoreScale is 1/√d_k in most models.
 *  scores [head, query, key] -> same shape */
export function scaleScores(scores: Tensor, scoreScale: number, scaleFactor: number): Tensor {
  const factor = scoreScale * scaleFactor;
  // A huge factor must not lead to infinities, whose softmax is undefined.
  const largest = 3.4028234e38;
  return tensor(
    scores.axes,
    scores.shape,
    scores.data.map((score) => Math.max(-largest, Math.min(largest, score * factor))),
  );
}
