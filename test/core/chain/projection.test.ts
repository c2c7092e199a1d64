import { describe, expect, test } from 'vitest';
import { normalise, project, repeatGroups, splitHeads } from '../../../src/core/chain/projection.ts';
import type { Linear } from '../../../src/core/model.ts';
import { ShapeError, type Tensor } from '../../../src/tensor/tensor.ts';
import { blocks, blocksOf, matrix, rowsOf, vector, weights } from '../../support/tensors.ts';

const projectHeads = (x: Tensor, linear: Linear, heads: number, axis: 'd_k' | 'd_v') =>
  splitHeads(project(x, linear), heads, axis);

describe('queries, keys and values', () => {
  // [1, 2]·W: columns [1, 0], [0, 1], [1, 1], [0, −1] give 1, 2, 3, −2; the bias makes them 11, 22, 33, 38.
  // [3, 0]·W: 3, 0, 3, 0; with the bias 13, 20, 33, 40.
  const x = matrix([
    [1, 2],
    [3, 0],
  ]);
  const weight = weights([
    [1, 0, 1, 0],
    [0, 1, 1, -1],
  ]);
  const linear = { weight, bias: vector([10, 20, 30, 40]) };

  test('head h owns the h-th block of neighbouring columns', () => {
    expect(blocksOf(projectHeads(x, linear, 2, 'd_k'))).toEqual([
      [
        [11, 22],
        [13, 20],
      ],
      [
        [33, 38],
        [33, 40],
      ],
    ]);
  });

  test('one head owns all columns', () => {
    expect(blocksOf(projectHeads(x, { weight, bias: null }, 1, 'd_k'))).toEqual([
      [
        [1, 2, 3, -2],
        [3, 0, 3, 0],
      ],
    ]);
  });

  test('the axes are head, token and the width that was asked for', () => {
    expect(projectHeads(x, linear, 4, 'd_v')).toMatchObject({ axes: ['head', 'token', 'd_v'], shape: [4, 2, 1] });
  });

  test('a token without numbers has none in any head', () => {
    const projected = projectHeads(
      matrix([
        [1, 2],
        [Number.NaN, Number.NaN],
      ]),
      linear,
      2,
      'd_k',
    );
    expect(blocksOf(projected)).toEqual([
      [
        [11, 22],
        [Number.NaN, Number.NaN],
      ],
      [
        [33, 38],
        [Number.NaN, Number.NaN],
      ],
    ]);
  });

  test('a matrix for another width is an error', () => {
    expect(() => projectHeads(matrix([[1, 2, 3]]), linear, 2, 'd_k')).toThrow(ShapeError);
  });
});

test('heads that do not divide the width are an error', () => {
  expect(() => splitHeads(matrix([[1, 2, 3]]), 2, 'd_k')).toThrow(ShapeError);
});

test('neighbouring heads share a group of keys', () => {
  const grouped = blocks([[[1]], [[2]]]);
  expect(blocksOf(repeatGroups(grouped, 4))).toEqual([[[1]], [[1]], [[2]], [[2]]]);
  expect(repeatGroups(grouped, 2)).toBe(grouped);
});

describe('the norm before the projections', () => {
  test('is a layer norm where the layer has one', () => {
    // [0, 2]: mean 1, variance 1: −1 and 1; × 2 and + 1: −1 and 3.
    const norm = { kind: 'layer' as const, scale: vector([2, 2]), bias: vector([1, 1]), epsilon: 0 };
    expect(rowsOf(normalise(matrix([[0, 2]]), norm))).toEqual([[-1, 3]]);
  });

  test('by the root of the mean square has no mean to take off', () => {
    // [3, 4]: mean of squares 12.5.
    const [row] = rowsOf(normalise(matrix([[3, 4]]), { kind: 'rms', scale: vector([1, 2]), epsilon: 0 }));
    expect(row![0]).toBeCloseTo(3 / Math.sqrt(12.5), 6);
    expect(row![1]).toBeCloseTo(8 / Math.sqrt(12.5), 6);
  });

  test('leaves the input as it is where there is none', () => {
    const x = matrix([[0, 2]]);
    expect(normalise(x, null)).toBe(x);
  });
});
