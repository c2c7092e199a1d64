import { describe, expect, test } from 'vitest';
import { logits, predictAt, topPredictions } from '../../../src/core/chain/language-head.ts';
import type { LanguageHead } from '../../../src/core/model.ts';
import { matrix, rowsOf, vector, weights } from '../../support/tensors.ts';

const plain: LanguageHead = {
  kind: 'causal',
  transform: null,
  scale: 1,
  weight: weights([
    [1, 0, 2],
    [0, 1, 1],
  ]),
  bias: null,
  softCap: null,
};

describe('logits', () => {
  test('are the products with the vectors of the tokens', () => {
    expect(rowsOf(logits(matrix([[1, 2]]), plain))).toEqual([[1, 2, 4]]);
  });

  test('with scale, bias and cap', () => {
    expect(rowsOf(logits(matrix([[1, 2]]), { ...plain, scale: 0.5, bias: vector([10, 0, 0]) }))).toEqual([
      [10.5, 1, 2],
    ]);
    const [capped] = rowsOf(logits(matrix([[1, 2]]), { ...plain, softCap: 2 }));
    expect(capped![2]).toBeCloseTo(2 * Math.tanh(2), 6);
  });

  test('after a transform with activation and norm', () => {
    const linear = {
      weight: weights([
        [1, 0],
        [0, -1],
      ]),
      bias: null,
    };
    const transform = { linear, activation: 'relu' as const, norm: null };
    // [1, 2]·W_T = [1, −2]; relu = [1, 0]; times the vectors [1, 0, 2].
    expect(rowsOf(logits(matrix([[1, 2]]), { ...plain, transform }))).toEqual([[1, 0, 2]]);
  });
});

describe('the most probable tokens', () => {
  test('come first, the smaller id first on a tie, with the softmax of their logits', () => {
    const top = topPredictions(Float32Array.from([0, 2, 1, 2, -5]), 3);
    const sum = [0, 2, 1, 2, -5].reduce((total, logit) => total + Math.exp(logit), 0);
    expect(top.map(({ id }) => id)).toEqual([1, 3, 2]);
    expect(top[0]!.probability).toBeCloseTo(Math.exp(2) / sum, 10);
    expect(top[2]!.probability).toBeCloseTo(Math.exp(1) / sum, 10);
  });

  test('are at most as many as there are tokens, and sum to 1 then', () => {
    const top = topPredictions(Float32Array.from([1000, -1000]), 5);
    expect(top.map(({ id }) => id)).toEqual([0, 1]);
    expect(top.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
  });

  test('at one place of a text are those of its row', () => {
    const x = matrix([
      [1, 0],
      [0, 5],
    ]);
    expect(predictAt(x, 0, plain, 1)[0]!.id).toBe(2);
    expect(predictAt(x, 1, plain, 3).map(({ id }) => id)).toEqual([1, 2, 0]);
  });
});
