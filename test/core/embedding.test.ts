import { describe, expect, test } from 'vitest';
import { embed } from '../../src/core/embedding.ts';
import type { EmbeddingParameters } from '../../src/core/model.ts';
import { matrix, rowsOf, vector } from '../support/tensors.ts';

const none = Number.NaN;
const plain: EmbeddingParameters = {
  tokenEmbedding: matrix([
    [1, 2, 3, 4],
    [-1, 0, 0.5, 8],
  ]),
  tokenScale: 2,
  positionFrequencies: null,
};
const positioned = { ...plain, positionFrequencies: vector([1, 0.5]) };

describe('what enters layer 0', () => {
  test('is the scaled embedding of each token where positions are not marked', () => {
    expect(rowsOf(embed(plain, [1, 0, 1]))).toEqual([
      [-2, 0, 1, 16],
      [2, 4, 6, 8],
      [-2, 0, 1, 16],
    ]);
  });

  test('counts positions from 0: the first token gets sin 0 = 0 and cos 0 = 1', () => {
    expect(rowsOf(embed(positioned, [0]))).toEqual([[2, 4, 6 + 1, 8 + 1]]);
  });

  test('puts all sines first and all cosines after, one of each for every rate', () => {
    // Position 2, rates 1 and 0.5: angles 2 and 1. 2·[1, 2, 3, 4] + [sin 2, sin 1, cos 2, cos 1].
    const third = rowsOf(embed(positioned, [0, 0, 0]))[2]!;
    const expected = [2 + Math.sin(2), 4 + Math.sin(1), 6 + Math.cos(2), 8 + Math.cos(1)];
    expected.forEach((value, j) => {
      expect(third[j]).toBeCloseTo(value, 5);
    });
  });

  test('has no number for a word without an embedding, and the words around it keep theirs', () => {
    const rows = rowsOf(embed(positioned, [0, null, 0]));
    expect(rows[1]).toEqual([none, none, none, none]);
    expect([rows[0], rows[2]]).toEqual([rowsOf(embed(positioned, [0]))[0], rowsOf(embed(positioned, [0, 0, 0]))[2]]);
  });

  test('is empty for no token', () => {
    expect(embed(positioned, [])).toMatchObject({ shape: [0, 4] });
  });

  test.each([2, -1, none])('refuses the id %d, which no row has', (id) => {
    expect(() => embed(plain, [0, id])).toThrow(new RangeError(`token id ${id} is outside the vocabulary of 2`));
  });
});
