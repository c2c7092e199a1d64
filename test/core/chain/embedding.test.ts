import { describe, expect, test } from 'vitest';
import { embed } from '../../../src/core/chain/embedding.ts';
import type { EmbeddingParameters } from '../../../src/core/model.ts';
import { embeddingTable, matrix, rowsOf, vector, weights } from '../../support/tensors.ts';

const none = Number.NaN;
const plain: EmbeddingParameters = {
  tokens: embeddingTable([
    [1, 2, 3, 4],
    [-1, 0, 0.5, 8],
  ]),
  tokenScale: 2,
  positions: null,
  tokenTypes: null,
  norm: null,
  projection: null,
};
const positioned: EmbeddingParameters = { ...plain, positions: { kind: 'sinusoid', frequencies: vector([1, 0.5]) } };

const of = (ids: readonly (number | null)[], typeIds: readonly number[] | null = null) => ({ ids, typeIds });

describe('what enters layer 0', () => {
  test('is the scaled embedding of each token where positions are not marked', () => {
    expect(rowsOf(embed(plain, of([1, 0, 1])))).toEqual([
      [-2, 0, 1, 16],
      [2, 4, 6, 8],
      [-2, 0, 1, 16],
    ]);
  });

  test('counts positions from 0: the first token gets sin 0 = 0 and cos 0 = 1', () => {
    expect(rowsOf(embed(positioned, of([0])))).toEqual([[2, 4, 6 + 1, 8 + 1]]);
  });

  test('counts positions from another one: the rows are those of a longer text', () => {
    const table = matrix([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9, 1, 2],
      [3, 4, 5, 6],
    ]);
    const learned = { kind: 'table', table, offset: 1, paddingId: null } as const;
    for (const positions of [positioned.positions, learned]) {
      const parameters = { ...plain, positions };
      const longer = rowsOf(embed(parameters, of([1, 0, 1])));
      const moved = rowsOf(embed(parameters, { ...of([0, 1]), firstPosition: 1 }));
      expect(moved).toEqual(longer.slice(1));
    }
    const beyond = { ...of([0, 1]), firstPosition: 2 };
    expect(() => embed({ ...plain, positions: learned }, beyond)).toThrow('there is no position 4, only 4');
  });

  test('puts all sines first and all cosines after, one of each for every rate', () => {
    // Position 2, rates 1 and 0.5: angles 2 and 1. 2·[1, 2, 3, 4] + [sin 2, sin 1, cos 2, cos 1].
    const third = rowsOf(embed(positioned, of([0, 0, 0])))[2]!;
    const expected = [2 + Math.sin(2), 4 + Math.sin(1), 6 + Math.cos(2), 8 + Math.cos(1)];
    expected.forEach((value, j) => {
      expect(third[j]).toBeCloseTo(value, 5);
    });
  });

  test('has no number for a word without an embedding, and the words around it keep theirs', () => {
    const rows = rowsOf(embed(positioned, of([0, null, 0])));
    expect(rows[1]).toEqual([none, none, none, none]);
    expect([rows[0], rows[2]]).toEqual([
      rowsOf(embed(positioned, of([0])))[0],
      rowsOf(embed(positioned, of([0, 0, 0])))[2],
    ]);
  });

  test('is empty for no token', () => {
    expect(embed(positioned, of([]))).toMatchObject({ shape: [0, 4] });
  });

  test.each([2, -1, none])('refuses the id %d, which no row has', (id) => {
    expect(() => embed(plain, of([0, id]))).toThrow(new RangeError(`token id ${id} is outside the vocabulary of 2`));
  });

  test('adds a learned row for each position, counted from the offset, padding left out', () => {
    const table = matrix([0, 1, 2, 3, 4].map((row) => [row, 0, 0, 10 * row]));
    const learned: EmbeddingParameters = {
      ...plain,
      tokenScale: 1,
      positions: { kind: 'table', table, offset: 2, paddingId: 1 },
    };
    expect(rowsOf(embed(learned, of([0, 1, 0])))).toEqual([
      [1 + 2, 2, 3, 4 + 20],
      [-1 + 1, 0, 0.5, 8 + 10],
      [1 + 3, 2, 3, 4 + 30],
    ]);
    expect(() => embed(learned, of([0, 0, 0, 0]))).toThrow('there is no position 5, only 5');
  });

  test('adds the row of the segment', () => {
    const typed = {
      ...plain,
      tokenTypes: matrix([
        [0, 0, 0, 0],
        [1, 1, 1, 1],
      ]),
    };
    expect(rowsOf(embed(typed, of([0, 0], [0, 1])))).toEqual([
      [2, 4, 6, 8],
      [3, 5, 7, 9],
    ]);
    expect(embed(typed, of([0, 0])).data).toEqual(embed(typed, of([0, 0], [0, 0])).data);
  });

  test('is normalised, and widened before or after that', () => {
    // 2·[1, 2, 3, 4]: mean 5, variance 5.
    const norm = { kind: 'layer', scale: vector([1, 1, 1, 1]), bias: vector([0, 0, 0, 0]), epsilon: 0 } as const;
    const sum = { weight: weights([[1], [0], [0], [1]]), bias: vector([7]) };
    const after = { ...plain, norm, projection: { linear: sum, place: 'after norm' as const } };
    expect(rowsOf(embed(after, of([0])))[0]![0]).toBeCloseTo(7, 5);
    const before = { ...plain, projection: { linear: sum, place: 'before norm' as const } };
    expect(rowsOf(embed(before, of([0])))).toEqual([[2 + 8 + 7]]);
  });
});
