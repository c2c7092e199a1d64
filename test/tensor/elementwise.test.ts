import { expect, test } from 'vitest';
import { add } from '../../src/tensor/elementwise.ts';
import { ShapeError } from '../../src/tensor/tensor.ts';
import { matrix, rowsOf } from '../support/tensors.ts';

test('a sum adds element by element and does not change its terms', () => {
  const x = matrix([
    [1, -2],
    [0.5, 4],
  ]);
  const y = matrix([
    [10, 2],
    [-0.25, 0],
  ]);
  expect(rowsOf(add(x, y))).toEqual([
    [11, 0],
    [0.25, 4],
  ]);
  expect(rowsOf(x)).toEqual([
    [1, -2],
    [0.5, 4],
  ]);
});

test('a sum keeps the names and the shape of its first term', () => {
  expect(add(matrix([[1]], ['token', 'hidden']), matrix([[2]]))).toMatchObject({
    axes: ['token', 'hidden'],
    shape: [1, 1],
  });
});

test('a missing number makes the sum missing', () => {
  expect(rowsOf(add(matrix([[Number.NaN, 1]]), matrix([[1, 1]])))).toEqual([[Number.NaN, 2]]);
});

test('two different shapes of equal size cannot be added', () => {
  expect(() => add(matrix([[1, 2]]), matrix([[1], [2]]))).toThrow(
    new ShapeError('cannot add [1, 2] and [2, 1] element by element'),
  );
});
