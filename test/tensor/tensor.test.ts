import { describe, expect, test } from 'vitest';
import { blockRow, dim, row, ShapeError, sizeOf, tensor } from '../../src/tensor/tensor.ts';

describe('building a tensor', () => {
  test('without data it holds zeros', () => {
    expect(tensor(['row', 'column'], [2, 3]).data).toEqual(new Float32Array(6));
  });

  test('with data it keeps that memory', () => {
    const data = Float32Array.of(1, 2, 3, 4);
    expect(tensor(['row', 'column'], [2, 2], data).data).toBe(data);
  });

  test('a size of zero is a tensor without numbers', () => {
    expect(tensor(['token', 'width'], [0, 4]).data).toHaveLength(0);
  });

  test('throws an error with axes and shape when a name is missing', () => {
    expect(() => tensor(['row'], [2, 3])).toThrow(new ShapeError('axes [row] do not fit shape [2, 3]'));
  });

  test('throws an error with both sizes when the data does not fit', () => {
    expect(() => tensor(['row', 'column'], [2, 3], new Float32Array(5))).toThrow(
      new ShapeError('shape [2, 3] holds 6 numbers, the data has 5'),
    );
  });
});

test('the size is the product of the shape, 1 for a single number', () => {
  expect([sizeOf([2, 3, 4]), sizeOf([7]), sizeOf([]), sizeOf([3, 0])]).toEqual([24, 7, 1, 0]);
});

test('returns the size of an axis; throws when the axis is missing', () => {
  const t = tensor(['a', 'b'], [2, 5]);
  expect([dim(t, 0), dim(t, 1)]).toEqual([2, 5]);
  expect(() => dim(t, 2)).toThrow(new ShapeError('no axis 2 in shape [2, 5]'));
});

describe('rows', () => {
  const numbers = Float32Array.from({ length: 12 }, (_, i) => i);

  test('a row of a matrix is contiguous', () => {
    // Row 1 of four columns: numbers 4 to 7.
    expect([...row(tensor(['row', 'column'], [3, 4], numbers), 1)]).toEqual([4, 5, 6, 7]);
  });

  test('a row of a block is contiguous', () => {
    // Blocks of 2 × 3: block 1 begins at 6, its row 1 at 9.
    expect([...blockRow(tensor(['head', 'query', 'key'], [2, 2, 3], numbers), 1, 1)]).toEqual([9, 10, 11]);
  });

  test('a row is a view: it shows changes of the tensor', () => {
    const t = tensor(['row', 'column'], [2, 2]);
    const last = row(t, 1);
    t.data[3] = 9;
    expect([...last]).toEqual([0, 9]);
  });
});
