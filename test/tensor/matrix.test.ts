import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { matmul } from '../../src/tensor/matmul.ts';
import { createMatrix, type Matrix, matrixOf } from '../../src/tensor/matrix.ts';
import { createMatrixStore } from '../../src/tensor/matrix-store.ts';
import { ShapeError, tensor } from '../../src/tensor/tensor.ts';
import { matrix, matrixOfTensor, pseudoRandom } from '../support/tensors.ts';

/** All numbers, [in][out]. */
const numbersOf = (m: Matrix) =>
  Array.from({ length: m.inWidth }, (_, input) =>
    Array.from({ length: m.outWidth }, (_, output) => m.at(input, output)),
  );

const counted = (length: number) => Float32Array.from({ length }, (_, i) => i + 1);

describe('stored rows', () => {
  test('of inputs', () => {
    expect(numbersOf(matrixOf(Float32Array.of(1, 2, 3, 4, 5, 6), 2, 3, 'in-out'))).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  test('of outputs, as PyTorch stores them', () => {
    expect(numbersOf(matrixOf(Float32Array.of(1, 2, 3, 4, 5, 6), 2, 3, 'out-in'))).toEqual([
      [1, 3, 5],
      [2, 4, 6],
    ]);
  });

  test('of a tensor', () => {
    expect(numbersOf(matrixOfTensor(matrix([[1, 2]])))).toEqual([[1, 2]]);
  });

  const shapes = [1, 7, 8, 9, 16, 19].flatMap((outWidth) => [1, 3, 8].map((inWidth) => ({ inWidth, outWidth })));
  test.each(shapes)('$inWidth × $outWidth, in pieces and whole, either way', ({ inWidth, outWidth }) => {
    const values = counted(inWidth * outWidth);
    for (const order of ['in-out', 'out-in'] as const) {
      const [rows, rowLength] = order === 'in-out' ? [inWidth, outWidth] : [outWidth, inWidth];
      const expected = Array.from({ length: inWidth }, (_, input) =>
        Array.from({ length: outWidth }, (_, output) =>
          order === 'in-out' ? input * outWidth + output + 1 : output * inWidth + input + 1,
        ),
      );
      expect(numbersOf(matrixOf(values, inWidth, outWidth, order))).toEqual(expected);
      for (const piece of [1, 2, 9]) {
        const m = createMatrix(inWidth, outWidth);
        for (let row = 0; row < rows; row += piece) {
          m.put(values.subarray(row * rowLength, Math.min(row + piece, rows) * rowLength), order, row);
        }
        expect(numbersOf(m)).toEqual(expected);
      }
      const whole = matrixOf(values, inWidth, outWidth, order);
      for (let output = 0; output < outWidth; output++) {
        expect([...whole.column(output)]).toEqual(expected.map((row) => row[output]));
      }
    }
  });

  test('throw when they are not whole or do not fit', () => {
    const m = createMatrix(2, 3);
    expect(() => m.put(counted(4), 'in-out')).toThrow(
      new ShapeError('4 numbers are not whole rows of 3 from row 0 of 2'),
    );
    expect(() => m.put(counted(6), 'out-in', 1)).toThrow(
      new ShapeError('6 numbers are not whole rows of 2 from row 1 of 3'),
    );
    expect(() => m.put(counted(3), 'in-out', -1)).toThrow(ShapeError);
    expect(() => matrixOf(counted(5), 2, 3, 'in-out')).toThrow(
      new ShapeError('a matrix of 2 × 3 cannot be made of 5 numbers'),
    );
  });

  test('of an empty matrix', () => {
    expect(matrixOf(new Float32Array(), 0, 3, 'in-out').inWidth).toBe(0);
    expect(matrixOf(new Float32Array(), 3, 0, 'out-in').outWidth).toBe(0);
  });
});

describe('a store', () => {
  test('starts every matrix with zeros, even over used scratch memory', () => {
    const store = createMatrixStore();
    const first = matrixOf(counted(64), 8, 8, 'in-out', store);
    matmul(tensor(['row', 'in'], [9, 8], counted(72)), first);
    expect(
      numbersOf(createMatrix(20, 30, store))
        .flat()
        .every((value) => value === 0),
    ).toBe(true);
    expect(first.at(7, 7)).toBe(64);
  });

  test('reports its size in whole panels of 8 columns', () => {
    const store = createMatrixStore();
    store.createMatrix(16, 9);
    expect(store.sizeBytes).toBe(4 * 16 * 16);
  });

  test('refuses a matrix that no memory can hold', () => {
    expect(() => createMatrixStore().createMatrix(65536, 65536)).toThrow(
      new ShapeError('a matrix of 65536 × 65536 is larger than 3.5 GB'),
    );
  });

  test('takes another memory when one is full, and multiplies with both', () => {
    const store = createMatrixStore();
    // Untouched pages cost nothing: this uses little of 3.2 GB.
    const large = store.createMatrix(8, 100_000_000);
    const next = store.createMatrix(1000, 100_000);
    expect(store.sizeBytes).toBe(4 * (8e8 + 1e8));
    large.put(counted(8), 'out-in', 99_999_999);
    next.put(counted(1000), 'out-in', 3);
    expect([...large.column(99_999_999)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(next.at(999, 3)).toBe(1000);
  });

  test('leaves no memory behind', { timeout: 60_000 }, () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const random = pseudoRandom(1);
    const row = Float32Array.from({ length: 1000 }, random);
    const use = () => {
      const store = createMatrixStore();
      const m = store.createMatrix(1000, 10_000);
      for (let output = 0; output < 10_000; output++) m.put(row, 'out-in', output);
      return matmul(tensor(['row', 'in'], [1, 1000], row), m).data[0]!;
    };
    use();
    collect();
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 5; i++) {
      use();
      collect();
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });
});
