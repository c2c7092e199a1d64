import { dim, type Tensor, tensor } from '../../tensor/tensor.ts';

/** The keys that a query can see. */
export interface AttentionMask {
  /** Whether a query sees only itself and the keys before it. */
  readonly isCausal: boolean;
  /** How many keys back a query sees, including itself; null if all (Beltagy et al. 2020, 3.1). */
  readonly window: number | null;
}

/** Whether the query can see the key. */
export function canAttend(mask: AttentionMask, query: number, key: number): boolean {
  const { start, end } = visibleKeys(mask, query, key + 1);
  return key >= start && key < end;
}

/** masked score = the scaled score if the query can see the key, else −∞. NaN (an unknown word) stays NaN.
 *  scaledScores [head, query, key] -> same shape */
export function maskScores(scaledScores: Tensor, mask: AttentionMask, out = tensor): Tensor {
  if (!mask.isCausal && mask.window === null) return scaledScores;
  const queries = dim(scaledScores, 1);
  const keys = dim(scaledScores, 2);
  const result = out(scaledScores.axes, scaledScores.shape);
  const masked = result.data;
  masked.set(scaledScores.data);
  for (let row = 0; row * keys < masked.length; row++) {
    const { start, end } = visibleKeys(mask, row % queries, keys);
    hide(masked, row * keys, row * keys + start);
    hide(masked, row * keys + end, (row + 1) * keys);
  }
  return result;
}

/** Sets hidden keys to −∞, except for a query that would then see nothing.
 *  maskedScores [head, query, key] -> same shape */
export function hideKeys(maskedScores: Tensor, hidden: ReadonlySet<number>): Tensor {
  if (hidden.size === 0) return maskedScores;
  const result = tensor(maskedScores.axes, maskedScores.shape, maskedScores.data.slice());
  const keys = dim(maskedScores, 2);
  for (let start = 0; start < result.data.length; start += keys) {
    const row = result.data.subarray(start, start + keys);
    if (!seesOther(row, hidden)) continue;
    for (const key of hidden) if (key < keys) hide(row, key, key + 1);
  }
  return result;
}

/** Whether a row of masked scores has a visible key besides the hidden ones. */
export function seesOther(maskedScores: Float32Array, hidden: ReadonlySet<number>): boolean {
  return maskedScores.some((score, key) => score > -Infinity && !hidden.has(key));
}

/** A query sees the keys start … end − 1. */
function visibleKeys({ isCausal, window }: AttentionMask, query: number, keys: number): { start: number; end: number } {
  const last = isCausal ? query : Number.POSITIVE_INFINITY;
  const reach = window === null ? Number.POSITIVE_INFINITY : window - 1;
  return { start: Math.max(0, Math.min(keys, query - reach)), end: Math.min(keys, last + 1, query + reach + 1) };
}

function hide(values: Float32Array, from: number, to: number): void {
  for (let i = from; i < to; i++) if (!Number.isNaN(values[i]!)) values[i] = -Infinity;
}
