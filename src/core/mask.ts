import { dim, type Tensor, tensor } from '../tensor/tensor.ts';

/** Which keys a query sees. */
export interface AttentionMask {
  /** Itself and those before it alone. */
  readonly isCausal: boolean;
  /** At most so many back, itself counted; null: all (Beltagy et al. 2020, 3.1). */
  readonly window: number | null;
}

/** True where the query may see the key. */
export function canAttend({ isCausal, window }: AttentionMask, query: number, key: number): boolean {
  if (isCausal && key > query) return false;
  return window === null || Math.abs(query - key) < window;
}

/** masked score = the scaled score where the query may see the key, −∞ elsewhere.
 *  A place without a number (NaN: an unknown word) stays without one.
 *  scaledScores [head, query, key] -> same shape */
export function maskScores(scaledScores: Tensor, mask: AttentionMask): Tensor {
  if (!mask.isCausal && mask.window === null) return scaledScores;
  const queries = dim(scaledScores, 1);
  const keys = dim(scaledScores, 2);
  const masked = scaledScores.data.slice();
  for (let row = 0; row * keys < masked.length; row++) {
    const query = row % queries;
    for (let key = 0, at = row * keys; key < keys; key++, at++) {
      if (!canAttend(mask, query, key) && !Number.isNaN(masked[at]!)) masked[at] = -Infinity;
    }
  }
  return tensor(scaledScores.axes, scaledScores.shape, masked);
}
