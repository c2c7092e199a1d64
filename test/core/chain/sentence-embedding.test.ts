import { describe, expect, test } from 'vitest';
import { meanOverTokens, sentenceEmbedding } from '../../../src/core/chain/sentence-embedding.ts';
import { tensor } from '../../../src/tensor/tensor.ts';
import { matrix, vector, weights } from '../../support/tensors.ts';

describe('the mean over tokens', () => {
  test('divides the sum by the number of tokens, not by its root', () => {
    // (1 + 3 + 5 + 7) / 4 = 4 and (0 + 0 + 0 − 2) / 4 = −0.5.
    expect([
      ...meanOverTokens(
        matrix([
          [1, 0],
          [3, 0],
          [5, 0],
          [7, -2],
        ]),
      ).data,
    ]).toEqual([4, -0.5]);
  });

  test('of one token is that token', () => {
    expect([...meanOverTokens(matrix([[0.25, -8]])).data]).toEqual([0.25, -8]);
  });

  test('sums without losing small numbers beside large ones', () => {
    // In float32, 2²⁴ + 1 is 2²⁴: a float32 sum of these five would lose all four ones.
    const mean = meanOverTokens(matrix([[2 ** 24], [1], [1], [1], [1]])).data[0];
    expect(mean).toBe(Math.fround((2 ** 24 + 4) / 5));
  });

  test('of no tokens is an error', () => {
    expect(() => meanOverTokens(tensor(['token', 'hidden'], [0, 3]))).toThrow(RangeError);
  });
});

describe('the sentence embedding', () => {
  const identity = {
    weight: weights([
      [1, 0],
      [0, 1],
    ]),
    bias: vector([0, 0]),
  };

  test('is the unit vector of tanh(pooled·W + b)', () => {
    // pooled·W + b = [1·2 − 1.5, 1·0 + 0.25] = [0.5, 0.25]; t = [tanh 0.5, tanh 0.25]; divided by its length.
    const projection = { weight: weights([[2, 0]]), bias: vector([-1.5, 0.25]) };
    const unit = sentenceEmbedding(vector([1]), { projection, squaredNormFloor: 1e-12 });
    const t = [Math.tanh(0.5), Math.tanh(0.25)];
    t.forEach((value, j) => {
      expect(unit.data[j]).toBeCloseTo(value / Math.hypot(...t), 6);
    });
    expect(unit.shape).toEqual([2]);
  });

  test('has length 1, however long the pooled vector is', () => {
    const unit = sentenceEmbedding(vector([50, -70]), { projection: identity, squaredNormFloor: 1e-12 });
    expect(Math.hypot(...unit.data)).toBeCloseTo(1, 6);
  });

  test('divides by the root of the floor where the squares sum to less', () => {
    // tanh x ≈ x for small x: Σt² = 1e-8 is below the floor 1e-4, so [1e-4, 0] is divided by √1e-4 = 0.01.
    const unit = sentenceEmbedding(vector([1e-4, 0]), { projection: identity, squaredNormFloor: 1e-4 });
    expect(unit.data[0]).toBeCloseTo(0.01, 8);
    expect(unit.data[1]).toBe(0);
  });

  test('of zeros is zeros, not a division by zero', () => {
    const unit = sentenceEmbedding(vector([0, 0]), { projection: identity, squaredNormFloor: 1e-12 });
    expect([...unit.data]).toEqual([0, 0]);
  });
});
