import { blockRow, row, type Tensor } from '../../src/tensor/tensor.ts';

/** Largest distance between two rows of numbers; infinite when their lengths differ or one is NaN. */
export function distance(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < actual.length; i++) {
    const one = Math.abs((actual[i] ?? Number.NaN) - (expected[i] ?? Number.NaN));
    if (!(one <= largest)) largest = Number.isNaN(one) ? Number.POSITIVE_INFINITY : one;
  }
  return largest;
}

/** Block `block` of a tensor as nested arrays. */
export function block(t: Tensor, index: number): number[][] {
  return Array.from({ length: t.shape[1] ?? 0 }, (_, i) => [...blockRow(t, index, i)]);
}

/** A matrix as nested arrays. */
export function matrix(t: Tensor): number[][] {
  return Array.from({ length: t.shape[0] ?? 0 }, (_, i) => [...row(t, i)]);
}
