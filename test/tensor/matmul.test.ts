import { afterEach, describe, expect, test } from 'vitest';
import { configureKernels, kernelBuild } from '../../src/tensor/kernels.ts';
import { matmul as matmulWithMatrix } from '../../src/tensor/matmul.ts';
import { ShapeError, type Tensor, tensor } from '../../src/tensor/tensor.ts';
import { matrix, matrixOfTensor, pseudoRandom, rowsOf, vector } from '../support/tensors.ts';

const matmul = (x: Tensor, w: Tensor, bias: Tensor | null = null, axis?: string) =>
  matmulWithMatrix(x, matrixOfTensor(w), bias, axis);

afterEach(() => configureKernels({ relaxed: true, revectorize: true }));

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

  test('keeps the axis name of the rows and takes the one given for the columns', () => {
    const named = matmul(matrix([[1]], ['token', 'hidden']), matrix([[1]]), null, 'd_k');
    expect(named.axes).toEqual(['token', 'd_k']);
  });

  test('does not change its inputs', () => {
    const bias = vector([1, 1]);
    matmul(x, w, bias);
    expect([...bias.data]).toEqual([1, 1]);
    expect(rowsOf(x)[1]).toEqual([0, -1, 1]);
  });
});

describe('shapes', () => {
  test('throws an error with both shapes when inner sizes differ', () => {
    expect(() => matmul(matrix([[1, 2]]), matrix([[1, 2, 3]]))).toThrow(
      new ShapeError('cannot multiply [1, 2] by [1, 3]'),
    );
  });

  test('throws an error with both widths when the bias does not fit', () => {
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

test('a row of NaN stays NaN and does not affect its neighbours', () => {
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

const filled = (rows: number, columns: number, random: () => number) =>
  tensor(['row', 'column'], [rows, columns], Float32Array.from({ length: rows * columns }, random));

/** By the reference within float32 rounding, each of at most inner + 1 roundings being within half a unit of the last place. */
function expectAsReference(x: Tensor, w: Tensor, bias: Tensor, y: Tensor): void {
  const [rows, inner, columns] = [x.shape[0]!, x.shape[1]!, w.shape[1]!];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const { value, size } = reference(x, w, bias, i, j);
      expect(Math.abs(y.data[i * columns + j]! - value)).toBeLessThanOrEqual(size * (inner + 1) * 2 ** -24);
    }
  }
}

const builds = [
  { relaxed: false, revectorize: false },
  { relaxed: true, revectorize: false },
  { relaxed: true, revectorize: true },
];

describe('every grouping of rows, inner indices and columns', () => {
  const sizes = [1, 2, 3, 4, 5, 7, 8, 9];
  const random = pseudoRandom(1);
  test.each(builds.flatMap((options) => sizes.map((rows) => ({ ...options, rows }))))(
    'relaxed $relaxed, revectorize $revectorize, $rows rows: as the plain loop in float64',
    ({ rows, ...options }) => {
      configureKernels(options);
      for (const inner of [1, 2, 3, 8, 17]) {
        for (const columns of [1, 2, 7, 8, 9, 16, 23, 33]) {
          const [x, w] = [filled(rows, inner, random), filled(inner, columns, random)];
          const bias = tensor(['out'], [columns], Float32Array.from({ length: columns }, random));
          expectAsReference(x, w, bias, matmul(x, w, bias));
        }
      }
    },
  );
});

test('the error of a long inner axis is within 1e-6 of the sum of magnitudes', () => {
  const random = pseudoRandom(2);
  const [x, w] = [filled(5, 3072, random), filled(3072, 9, random)];
  const bias = tensor(['out'], [9]);
  const y = matmul(x, w, bias);
  for (let i = 0; i < 5; i++) {
    for (let j = 0; j < 9; j++) {
      const { value, size } = reference(x, w, bias, i, j);
      expect(Math.abs(y.data[i * 9 + j]! - value)).toBeLessThan(1e-6 * size);
    }
  }
});

describe('a row does not depend on the rows beside it', () => {
  const [inner, columns] = [65, 83];
  const random = pseudoRandom(3);
  const x = filled(13, inner, random);
  const w = matrixOfTensor(filled(inner, columns, random));
  const bias = tensor(['out'], [columns], Float32Array.from({ length: columns }, random));
  test.each(builds)('to the last bit: relaxed $relaxed, revectorize $revectorize', (options) => {
    configureKernels(options);
    const together = matmulWithMatrix(x, w, bias).data;
    for (let first = 0; first < 13; first++) {
      for (let last = first + 1; last <= 13; last++) {
        const part = tensor(['row', 'in'], [last - first, inner], x.data.slice(first * inner, last * inner));
        expect(matmulWithMatrix(part, w, bias).data).toEqual(together.slice(first * columns, last * columns));
      }
    }
  });

  test('nor on the number of rows in scratch memory at once', () => {
    // 2^20 numbers at a time: 600 rows of 1000 + 1000 go in two turns.
    const many = filled(600, 1000, random);
    const wide = matrixOfTensor(filled(1000, 1000, random));
    const all = matmulWithMatrix(many, wide).data;
    for (const row of [0, 519, 520, 523, 524, 599]) {
      const one = tensor(['row', 'in'], [1, 1000], many.data.slice(row * 1000, (row + 1) * 1000));
      expect(matmulWithMatrix(one, wide).data).toEqual(all.slice(row * 1000, (row + 1) * 1000));
    }
  });
});

test('the 256-bit builds give the same bits as the 128-bit builds', () => {
  const random = pseudoRandom(4);
  const [x, w] = [filled(11, 100, random), filled(100, 61, random)];
  for (const relaxed of [false, true]) {
    configureKernels({ relaxed, revectorize: false });
    const narrow = matmul(x, w);
    configureKernels({ revectorize: true });
    expect(matmul(x, w).data, kernelBuild()).toEqual(narrow.data);
  }
});

describe('NaN and infinity', () => {
  const infinity = Number.POSITIVE_INFINITY;
  const nan = Number.NaN;
  test('propagate as in plain arithmetic', () => {
    const x = matrix([
      [infinity, 1],
      [1, 0],
      [0, 1],
    ]);
    const w = matrix([
      [1, 0, -1, nan],
      [2, infinity, 1, 0],
    ]);
    expect(rowsOf(matmul(x, w))).toEqual([
      [infinity, nan, -infinity, nan],
      [1, nan, -1, nan],
      [2, infinity, 1, nan],
    ]);
  });

  test('overflow gives infinity', () => {
    expect(rowsOf(matmul(matrix([[3e38, 3e38]]), matrix([[1], [1]])))).toEqual([[infinity]]);
  });
});
