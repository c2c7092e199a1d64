import { describe, expect, test } from 'vitest';
import { layerNorm } from '../../src/tensor/layer-norm.ts';
import { ShapeError } from '../../src/tensor/tensor.ts';
import { matrix, rowsOf, vector } from '../support/tensors.ts';

describe('layer norm', () => {
  test('divides by the root of the biased variance', () => {
    // [1, 3, 5, 7]: mean 4; differences −3, −1, 1, 3; squares 9 + 1 + 1 + 9 = 20, over 4 (not 3): variance 5.
    const [normed] = rowsOf(layerNorm(matrix([[1, 3, 5, 7]]), vector([1, 1, 1, 1]), vector([0, 0, 0, 0]), 0));
    const root = Math.sqrt(5);
    [-3 / root, -1 / root, 1 / root, 3 / root].forEach((expected, j) => {
      expect(normed![j]).toBeCloseTo(expected, 6);
    });
  });

  test('multiplies by the scale and then adds the bias, column by column', () => {
    // [0, 2]: mean 1, variance 1, so −1 and 1; × [3, 5] = −3 and 5; + [10, 20] = 7 and 25.
    expect(rowsOf(layerNorm(matrix([[0, 2]]), vector([3, 5]), vector([10, 20]), 0))).toEqual([[7, 25]]);
  });

  test('adds epsilon to the variance, under the root', () => {
    // [0, 2]: variance 1; with epsilon 3 the divisor is √4 = 2.
    expect(rowsOf(layerNorm(matrix([[0, 2]]), vector([1, 1]), vector([0, 0]), 3))).toEqual([[-0.5, 0.5]]);
  });

  test('returns the bias for a row of equal numbers', () => {
    expect(rowsOf(layerNorm(matrix([[6, 6, 6]]), vector([9, 9, 9]), vector([1, 2, 3]), 1e-6))).toEqual([[1, 2, 3]]);
  });

  test('treats every row separately, also a row of NaN', () => {
    const x = matrix([
      [0, 2],
      [Number.NaN, Number.NaN],
      [200, 0],
    ]);
    expect(rowsOf(layerNorm(x, vector([1, 1]), vector([0, 0]), 0))).toEqual([
      [-1, 1],
      [Number.NaN, Number.NaN],
      [1, -1],
    ]);
  });

  test('does not lose the spread of numbers far from zero', () => {
    // 10000 ± 1: the mean of squares minus the square of the mean would lose it in float32.
    const [normed] = rowsOf(layerNorm(matrix([[9999, 10001]]), vector([1, 1]), vector([0, 0]), 0));
    expect(normed).toEqual([-1, 1]);
  });

  test('throws an error with both widths when they differ', () => {
    const x = matrix([[1, 2, 3]]);
    const expected = new ShapeError('a norm of width 2 does not fit rows of 3');
    expect(() => layerNorm(x, vector([1, 1]), vector([0, 0]), 0)).toThrow(expected);
    expect(() => layerNorm(x, vector([1, 1, 1]), vector([0, 0]), 0)).toThrow(ShapeError);
  });
});
