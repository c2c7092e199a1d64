import { dim, type Tensor, tensor } from '../tensor/tensor.ts';

/** True where the query may see the key: everywhere, or under a causal mask at itself and before. */
export function canAttend(mask: 'none' | 'causal', query: number, key: number): boolean {
  return mask === 'none' || key <= query;
}

/** masked score = the scaled score where the query may see the key, −∞ elsewhere.
 *  A place without a number (NaN: an unknown word) stays without one.
 *  scaledScores [head, query, key] -> same shape */
export function maskScores(scaledScores: Tensor, mask: 'none' | 'causal'): Tensor {
  if (mask === 'none') return scaledScores;
  const queries = dim(scaledScores, 1);
  const keys = dim(scaledScores, 2);
  const masked = scaledScores.data.map((score, index) => {
    const key = index % keys;
    const query = Math.floor(index / keys) % queries;
    return canAttend(mask, query, key) || Number.isNaN(score) ? score : -Infinity;
  });
  return tensor(scaledScores.axes, scaledScores.shape, masked);
}
