import { describe, expect, test } from 'vitest';
import { softmaxRow, softmaxRows } from '../../src/tensor/softmax.ts';

const none = Number.NaN;

const byRow = (scores: readonly number[]): number[] => {
  const weights = new Float32Array(scores.length).fill(77);
  softmaxRow(Float32Array.from(scores), weights, 0, scores.length);
  return [...weights];
};

const byKernel = (scores: readonly number[]): number[] => [...softmaxRows(Float32Array.from(scores), scores.length)];

describe.each([
  { name: 'plain', softmax: byRow },
  { name: 'by the kernel', softmax: byKernel },
])('softmax of a row, $name', ({ softmax }) => {
  test('worked by hand: scores log 1, log 2, log 5 share 8 parts as 1, 2 and 5', () => {
    const weights = softmax([0, Math.log(2), Math.log(5)]);
    [0.125, 0.25, 0.625].forEach((expected, j) => {
      expect(weights[j]).toBeCloseTo(expected, 6);
    });
  });

  test('of equal scores is uniform, exactly', () => {
    expect(softmax([3, 3, 3, 3])).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  test('of one score is 1, whatever it is', () => {
    expect([softmax([-500]), softmax([0]), softmax([500])]).toEqual([[1], [1], [1]]);
  });

  test('does not change when a number is added to all scores', () => {
    expect(softmax([1001, 1000, 999])).toEqual(softmax([1, 0, -1]));
  });

  test('survives scores whose exponentials overflow', () => {
    expect(softmax([2000, -2000])).toEqual([1, 0]);
  });

  test('gives a masked key exactly zero', () => {
    expect(softmax([5, -Infinity, 5, -Infinity])).toEqual([0.5, 0, 0.5, 0]);
  });

  test('skips NaN and keeps it NaN', () => {
    expect(softmax([none, 4, 4])).toEqual([none, 0.5, 0.5]);
    expect(softmax([4, none, -Infinity])).toEqual([1, none, 0]);
  });

  test('of a row of NaN is NaN', () => {
    expect(softmax([none, none])).toEqual([none, none]);
  });

  test('throws for a fully masked row, never returns zeros', () => {
    expect(() => softmax([-Infinity, -Infinity])).toThrow(RangeError);
    expect(() => softmax([-Infinity])).toThrow('every key of a row is masked');
    expect(() => softmax([none, -Infinity])).toThrow(RangeError);
  });

  test('of an empty row is empty', () => {
    expect(softmax([])).toEqual([]);
  });

  test('sums to 1 within float32, for a long row', () => {
    const weights = softmax(Array.from({ length: 128 }, (_, j) => Math.sin(j) * 10));
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6);
    expect(Math.min(...weights)).toBeGreaterThan(0);
  });
});

test('softmax of a row changes only its own range', () => {
  const weights = new Float32Array(4).fill(9);
  softmaxRow(Float32Array.of(9, 1, 1, -Infinity), weights, 1, 2);
  expect([...weights]).toEqual([9, 0.5, 0.5, 9]);
});

describe('softmax of all rows', () => {
  test('treats each row separately, whatever its width', () => {
    for (const width of [1, 2, 3, 4, 5, 8, 127, 128]) {
      const scores = Float32Array.from({ length: 3 * width }, (_, i) => 9 * Math.sin(i * i));
      scores[0] = 300;
      if (width > 1) scores[width] = none;
      const weights = softmaxRows(scores, width);
      for (let row = width === 1 ? 1 : 0; row < 3; row++) {
        byRow([...scores.subarray(row * width, (row + 1) * width)]).forEach((expected, j) => {
          const weight = weights[row * width + j]!;
          if (Number.isNaN(expected)) expect(weight).toBeNaN();
          else expect(Math.abs(weight - expected)).toBeLessThanOrEqual(2e-7);
        });
      }
    }
  });

  test('rounds the exact quotient to float32, over all exponents', () => {
    const scores = Float32Array.from({ length: 104 }, (_, i) => -i);
    const weights = softmaxRows(scores, scores.length);
    const sum = scores.reduce((total, score) => total + Math.exp(score), 0);
    scores.forEach((score, i) => {
      const exact = Math.exp(score) / sum;
      // Below 1.2e-38 float32 has fewer digits: steps of 1.4e-45.
      expect(Math.abs(weights[i]! - exact)).toBeLessThanOrEqual(3e-7 * exact + 2.9e-45);
    });
  });

  test('of an empty tensor is empty', () => {
    expect([...softmaxRows(new Float32Array(), 0)]).toEqual([]);
    expect([...softmaxRows(new Float32Array(), 4)]).toEqual([]);
  });
});
