import { expect, test } from 'vitest';
import { pooledText, poolMaximum } from '../../../src/panes/kit/pool.ts';

const none = Number.NaN;
const pooled = (values: number[], count: number, width: number, height: number): number[][] =>
  poolMaximum(Float32Array.from(values), count, values.length / count, width, height).map((row) => [...row]);

const four = [
  [1, 2, 3, 4],
  [5, 6, 7, 8],
  [9, 1, 2, 3],
  [4, 5, 16, 7],
].flat();

test('as many pixels as values show each value', () => {
  expect(pooled([1, 2, 3, 4], 2, 2, 2)).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

test('never more pixels than values', () => {
  expect(pooled([1, 2, 3, 4], 2, 9, 9)).toEqual(pooled([1, 2, 3, 4], 2, 2, 2));
});

test('a pixel is the largest value of its block', () => {
  expect(pooled(four, 4, 2, 2)).toEqual([
    [6, 8],
    [9, 16],
  ]);
  expect(pooled(four, 4, 1, 1)).toEqual([[16]]);
  expect(pooled(four, 4, 4, 1)).toEqual([[9, 6, 16, 8]]);
});

test('sizes that do not divide lose no value and no pixel', () => {
  for (const count of [3, 5, 7, 119, 128]) {
    for (const pixels of [2, 3, 4, 26]) {
      for (const place of [0, 1, count * count - 1, Math.floor((count * count) / 2)]) {
        const values = new Array<number>(count * count).fill(0.1);
        values[place] = 1;
        const picture = pooled(values, count, pixels, pixels);
        expect(picture).toHaveLength(Math.min(count, pixels));
        expect(picture.flat().filter((value) => value === 1)).toHaveLength(1);
        expect(picture.flat().some(Number.isNaN)).toBe(false);
      }
    }
  }
});

test('a block without any number has none; one that has some shows the largest', () => {
  expect(pooled([none, none, none, 0.5], 2, 1, 2)).toEqual([[none], [0.5]]);
  expect(pooled([0.5, none, none, none], 2, 1, 1)).toEqual([[0.5]]);
});

test('words say how many values a pixel stands for, and nothing where it stands for one', () => {
  expect(pooledText(10, 10, 10)).toBeNull();
  expect(pooledText(4, 3, 9)).toBeNull();
  expect(pooledText(10, 10, 5)).toEqual({
    full: 'each square is the largest of 2×2 weights',
    medium: 'square: the largest of 2×2',
    short: 'max 2×2',
  });
  expect(pooledText(10, 7, 4)!.full).toBe('each square is the largest of up to 3×2 weights');
  expect(pooledText(10, 7, 4)!.short).toBe('max ≤3×2');
});
