import { describe, expect, test } from 'vitest';
import { matmul } from '../../src/tensor/matmul.ts';
import { ShapeError, type Tensor, tensor } from '../../src/tensor/tensor.ts';
import { matrix, pseudoRandom, rowsOf, vector } from '../support/tensors.ts';

describe('a product worked by hand', () => {
  // [1, 2, 3] · columns [1, 0, 2] and [4, 1, 0]: 1 + 0 + 6 = 7 and 4 + 2 + 0 = 6.
  // [0, −1, 1]: 0 + 0 + 2 = 2 and 0 − 1 + 0 = −1.
  const x = matrix([
    [1, 2, 3],
    [0, -1, 1],
  ]);
  const w = matrix([
    [1, 4],
    [0, 1],
    [2, 0],
  ]);

  test('without a bias', () => {
    expect(rowsOf(matmul(x, w))).toEqual([
      [7, 6],
      [2, -1],
    ]);
  });

  test('with a bias, which is added to every row', () => {
    expect(rowsOf(matmul(x, w, vector([100, -6])))).toEqual([
      [107, 0],
      [102, -7],
    ]);
  });

  test('keeps the name of the rows and takes that of the columns', () => {
    const named = matmul(matrix([[1]], ['token', 'hidden']), matrix([[1]], ['in', 'd_k']));
    expect(named.axes).toEqual(['token', 'd_k']);
  });

  test('leaves what it reads alone', () => {
    const bias = vector([1, 1]);
    matmul(x, w, bias);
    expect([...bias.data]).toEqual([1, 1]);
    expect(rowsOf(x)[1]).toEqual([0, -1, 1]);
  });
});

describe('shapes', () => {
  test('inner sizes that differ are an error that says both shapes', () => {
    expect(() => matmul(matrix([[1, 2]]), matrix([[1, 2, 3]]))).toThrow(
      new ShapeError('cannot multiply [1, 2] by [1, 3]'),
    );
  });

  test('a bias of another width is an error that says both', () => {
    expect(() => matmul(matrix([[1]]), matrix([[1, 2]]), vector([1, 2, 3]))).toThrow(
      new ShapeError('a bias of 3 numbers does not fit 2 columns'),
    );
  });

  test('no rows give no rows', () => {
    expect(matmul(tensor(['row', 'in'], [0, 2]), matrix([[1], [2]]), vector([5])).shape).toEqual([0, 1]);
  });

  test('an inner size of zero gives the bias', () => {
    const nothing = tensor(['row', 'in'], [3, 0]);
    expect(rowsOf(matmul(nothing, tensor(['in', 'out'], [0, 2]), vector([1, 2])))).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
  });
});

test('a row without numbers stays without and does not touch its neighbours', () => {
  const x = matrix([
    [1, 1],
    [Number.NaN, Number.NaN],
    [2, 2],
    [3, 3],
  ]);
  expect(rowsOf(matmul(x, matrix([[1], [10]]), vector([100])))).toEqual([[111], [Number.NaN], [122], [133]]);
});

/** The definition, in float64: y_ij = Σ_k x_ik · w_kj + b_j, and Σ|x_ik · w_kj| for the size of rounding. */
function reference(x: Tensor, w: Tensor, bias: Tensor, i: number, j: number): { value: number; size: number } {
  const inner = x.shape[1]!;
  let value = bias.data[j]!;
  let size = Math.abs(value);
  for (let k = 0; k < inner; k++) {
    const term = x.data[i * inner + k]! * w.data[k * w.shape[1]! + j]!;
    value += term;
    size += Math.abs(term);
  }
  return { value, size };
}

describe('every way that rows and inner indices fall apart into groups', () => {
  const sizes = [1, 2, 3, 4, 5, 7, 8, 9];
  const random = pseudoRandom(1);
  const filled = (rows: number, columns: number) =>
    tensor(['row', 'column'], [rows, columns], Float32Array.from({ length: rows * columns }, random));
  test.each(sizes.flatMap((rows) => sizes.map((inner) => [rows, inner] as const)))(
    '%i rows, inner size %i: as the plain loop in float64',
    (rows, inner) => {
      for (const columns of [1, 2, 3, 5, 7]) {
        const [x, w] = [filled(rows, inner), filled(inner, columns)];
        const bias = tensor(['out'], [columns], Float32Array.from({ length: columns }, random));
        const y = matmul(x, w, bias);
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < columns; j++) {
            const { value, size } = reference(x, w, bias, i, j);
            // Each of at most inner + 1 roundings is within half a unit of float32's last place.
            expect(Math.abs(y.data[i * columns + j]! - value)).toBeLessThanOrEqual(size * (inner + 1) * 2 ** -24);
          }
        }
      }
    },
  );
});
