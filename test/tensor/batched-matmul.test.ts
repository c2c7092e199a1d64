import { describe, expect, test } from 'vitest';
import { batchedMatmul, batchedMatmulTransposed } from '../../src/tensor/batched-matmul.ts';
import { ShapeError, type Tensor, tensor } from '../../src/tensor/tensor.ts';
import { blocks, pseudoRandom } from '../support/tensors.ts';

const random = pseudoRandom(5);
const filled = (...shape: [number, number, number]): Tensor =>
  tensor(['head', 'row', 'column'], shape, Float32Array.from({ length: shape[0] * shape[1] * shape[2] }, random));

const at = ({ data, shape }: Tensor, block: number, row: number, column: number) =>
  data[(block * shape[1]! + row) * shape[2]! + column]!;

/** Σ of products in float64, and of their magnitudes. */
function sumOf(inner: number, term: (k: number) => number): { value: number; size: number } {
  const terms = Array.from({ length: inner }, (_, k) => term(k));
  return { value: terms.reduce((a, b) => a + b, 0), size: terms.reduce((a, b) => a + Math.abs(b), 0) };
}

const shapes = [1, 3, 4, 5, 8, 13].flatMap((rows) =>
  [1, 2, 7, 8, 9, 17].flatMap((columns) => [1, 3, 8, 11].map((inner) => ({ rows, columns, inner }))),
);

describe('every row of x with every row of y', () => {
  test('worked by hand, two heads', () => {
    const x = blocks([[[1, 2]], [[3, 4]]]);
    const y = blocks([
      [
        [5, 6],
        [7, 8],
      ],
      [
        [1, 0],
        [0, 1],
      ],
    ]);
    // 5 + 12, 7 + 16; 3, 4
    expect([...batchedMatmulTransposed(x, y)]).toEqual([17, 23, 3, 4]);
  });

  test('of any sizes, as in float64', () => {
    for (const { rows, columns, inner } of shapes) {
      const [x, y] = [filled(2, rows, inner), filled(2, columns, inner)];
      const products = tensor(['h', 'i', 'j'], [2, rows, columns], batchedMatmulTransposed(x, y));
      for (let block = 0; block < 2; block++) {
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < columns; j++) {
            const { value, size } = sumOf(inner, (k) => at(x, block, i, k) * at(y, block, j, k));
            expect(Math.abs(at(products, block, i, j) - value)).toBeLessThanOrEqual(size * inner * 2 ** -23);
          }
        }
      }
    }
  });

  test('a row of NaN gives NaN', () => {
    const x = blocks([[[1], [Number.NaN], [2]]]);
    const nan = Number.NaN;
    expect([...batchedMatmulTransposed(x, x)]).toEqual([1, nan, 2, nan, nan, nan, 2, nan, 4]);
  });

  test('no rows give no products', () => {
    expect([...batchedMatmulTransposed(filled(2, 0, 3), filled(2, 4, 3))]).toEqual([]);
    expect([...batchedMatmulTransposed(filled(2, 4, 3), filled(2, 0, 3))]).toEqual([]);
  });

  test('throws when widths or blocks differ', () => {
    expect(() => batchedMatmulTransposed(filled(1, 2, 3), filled(1, 2, 4))).toThrow(
      new ShapeError('[1, 2, 3] does not fit the transposed [1, 2, 4]'),
    );
    expect(() => batchedMatmulTransposed(filled(1, 2, 3), filled(2, 2, 3))).toThrow(ShapeError);
  });
});

describe('weighted sums', () => {
  const nan = Number.NaN;
  test('worked by hand, two heads', () => {
    const weights = blocks([[[0.5, 0.5]], [[0.25, 0.75]]]);
    const values = blocks([
      [
        [2, 4],
        [6, 0],
      ],
      [
        [4, 8],
        [0, 4],
      ],
    ]);
    expect([...batchedMatmul(weights, values)]).toEqual([4, 2, 1, 5]);
  });

  test('of any sizes, as in float64', () => {
    for (const { rows, columns, inner } of shapes) {
      const [weights, values] = [filled(2, rows, inner), filled(2, inner, columns)];
      const sums = tensor(['h', 'i', 'j'], [2, rows, columns], batchedMatmul(weights, values));
      for (let block = 0; block < 2; block++) {
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < columns; j++) {
            const { value, size } = sumOf(inner, (k) => at(weights, block, i, k) * at(values, block, k, j));
            expect(Math.abs(at(sums, block, i, j) - value)).toBeLessThanOrEqual(size * inner * 2 ** -23);
          }
        }
      }
    }
  });

  test('zero weights give exactly zero', () => {
    const values = blocks([[[3], [1e30], [-1e30]]]);
    expect([...batchedMatmul(blocks([[[1, 0, 0]], [[1, 0, 0]]].slice(0, 1)), values)]).toEqual([3]);
  });

  test('skip missing weights; a row without weights gives NaN', () => {
    const weights = blocks([
      [
        [0.5, nan, 0.5],
        [nan, nan, nan],
        [0.25, 0.75, 0],
      ],
    ]);
    const values = blocks([[[2], [nan], [4]]]);
    expect([...batchedMatmul(weights, values)]).toEqual([3, nan, nan]);
  });

  test('throws when sizes differ', () => {
    expect(() => batchedMatmul(filled(1, 2, 3), filled(1, 2, 3))).toThrow(
      new ShapeError('weights [1, 2, 3] do not fit values [1, 2, 3]'),
    );
  });
});
