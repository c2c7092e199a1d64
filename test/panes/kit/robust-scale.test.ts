import { expect, test } from 'vitest';
import { robustScale, signedPosition } from '../../../src/panes/kit/robust-scale.ts';

/** Rows of 512 values up to about 2, with use-lite's outlier dimensions. */
function layerOutput(rows: number): Float32Array {
  const values = new Float32Array(rows * 512);
  for (let i = 0; i < values.length; i++) values[i] = 2 * Math.sin(i * 12.9898 + i * i * 0.001);
  for (let r = 0; r < rows; r++) {
    values[r * 512 + 174] = 39.5;
    values[r * 512 + 5] = -21;
    values[r * 512 + 476] = 14;
  }
  return values;
}

test.each([1, 3, 12, 119])('outlier dimensions in %i rows do not stretch the scale', (rows) => {
  const scale = robustScale(layerOutput(rows));
  expect(scale).toBeGreaterThan(1.8);
  expect(scale).toBeLessThanOrEqual(2);
});

test('a few values are scaled by the largest', () => {
  expect(robustScale(Float32Array.of(1, 0, 2, 2, 2, -3))).toBe(3);
  expect(robustScale(Float32Array.of(-0.5))).toBe(0.5);
});

test('no values, or zeros alone, have the scale 1', () => {
  expect(robustScale(new Float32Array(0))).toBe(1);
  expect(robustScale(new Float32Array(600))).toBe(1);
});

test('one value among zeros is its own scale', () => {
  const values = new Float32Array(600);
  values[17] = -4;
  expect(robustScale(values)).toBe(4);
});

test('what is not finite is passed over', () => {
  expect(robustScale(Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, 2))).toBe(2);
});

test('a value beyond the scale sits at the end', () => {
  expect(signedPosition(39.5, 2)).toBe(1);
  expect(signedPosition(-21, 2)).toBe(-1);
  expect(signedPosition(-0.5, 2)).toBe(-0.25);
});
