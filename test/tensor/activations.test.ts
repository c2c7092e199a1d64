import { describe, expect, test } from 'vitest';
import { type Activation, activate } from '../../src/tensor/activations.ts';
import { multiply } from '../../src/tensor/elementwise.ts';
import { ShapeError } from '../../src/tensor/tensor.ts';
import { matrix, rowsOf, vector } from '../support/tensors.ts';

const nan = Number.NaN;

/** Φ(x) by its series ½ + φ(x)·Σ x^(2n+1) / (1·3·5…(2n+1)): exact to float64's rounding for x ≥ 0.  @see Abramowitz & Stegun 26.2.11 */
function cumulativeNormal(x: number): number {
  let term = Math.abs(x);
  let sum = 0;
  for (let n = 1; term > 1e-20; n++) {
    sum += term;
    term *= (x * x) / (2 * n + 1);
  }
  return 0.5 + (Math.sign(x) * sum * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI);
}

const definitions: Readonly<Record<string, (x: number) => number>> = {
  gelu: (x) => x * cumulativeNormal(x),
  gelu_new: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  quick_gelu: (x) => x / (1 + Math.exp(-1.702 * x)),
  silu: (x) => x / (1 + Math.exp(-x)),
};

describe.each(Object.entries(definitions))('%s', (name, definition) => {
  const apply = (numbers: readonly number[]) => [...activate(vector(numbers), name as Activation).data];

  test('matches its definition up to float32 rounding', () => {
    const x = Array.from({ length: 6001 }, (_, i) => Math.fround((i - 3000) / 300));
    apply(x).forEach((y, i) => {
      expect(Math.abs(y - definition(x[i]!)), `at ${x[i]}`).toBeLessThan(1.5e-7 * Math.max(1, Math.abs(x[i]!)));
    });
  });

  test('keeps large numbers and maps very negative ones to zero', () => {
    expect(apply([50, 1e6, 3e38])).toEqual([50, Math.fround(1e6), Math.fround(3e38)]);
    for (const y of apply([-200, -1e6])) expect(Math.abs(y)).toBeLessThan(1e-30);
    expect(apply([0])).toEqual([0]);
  });

  test('keeps NaN in place, for any number of elements', () => {
    for (const length of [0, 1, 3, 4, 5, 32769]) {
      const x = Array.from({ length }, (_, i) => (i === 2 ? nan : i % 3));
      const y = apply(x);
      expect(y).toHaveLength(length);
      expect(y.flatMap((value, i) => (Number.isNaN(value) ? i : []))).toEqual(length > 2 ? [2] : []);
    }
    const repeated = apply(Array.from({ length: 40_000 }, () => 1.5));
    expect(new Set(repeated).size).toBe(1);
  });
});

test('gelu keeps the tail below zero', () => {
  // Φ(−5) = 2.866515719e-7, from tables of the normal distribution.
  expect(activate(vector([-5]), 'gelu').data[0]! / (-5 * 2.866515719e-7)).toBeCloseTo(1, 5);
});

test('relu sets negative numbers to zero and keeps the others', () => {
  const relu = activate(vector([-3, -1e-30, -0, 0, 1e-30, 2, nan, -Infinity, Infinity]), 'relu');
  expect([...relu.data]).toEqual([0, 0, 0, 0, Math.fround(1e-30), 2, nan, 0, Infinity]);
});

test('relu2, tanh and identity', () => {
  const x = vector([-2, 0, 0.5, 3]);
  expect([...activate(x, 'relu2').data]).toEqual([0, 0, 0.25, 9]);
  expect([...activate(x, 'tanh').data]).toEqual([...Float32Array.from([-2, 0, 0.5, 3], Math.tanh)]);
  expect([...activate(x, 'identity').data]).toEqual([-2, 0, 0.5, 3]);
});

test('an activation keeps axes and shape, and does not change its input', () => {
  const x = matrix([[-1, 1]], ['token', 'inner']);
  expect(activate(x, 'gelu')).toMatchObject({ axes: ['token', 'inner'], shape: [1, 2] });
  expect(rowsOf(x)).toEqual([[-1, 1]]);
});

test('a product element by element', () => {
  expect(rowsOf(multiply(matrix([[2, 3]]), matrix([[4, nan]])))).toEqual([[8, nan]]);
  expect(() => multiply(matrix([[2, 3]]), matrix([[4], [5]]))).toThrow(ShapeError);
});
