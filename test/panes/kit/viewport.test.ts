import { describe, expect, test } from 'vitest';
import { pageOf, windowAround } from '../../../src/panes/kit/viewport.ts';

describe.each([
  ['a window around the selection', windowAround],
  ['a page', pageOf],
] as const)('%s', (_, part) => {
  test('is all where all fits', () => {
    expect(part(3, 3, 2)).toEqual({ start: 0, end: 3 });
    expect(part(0, 5, 0)).toEqual({ start: 0, end: 0 });
  });

  test('has the selection in it, is full, and stays inside', () => {
    for (const count of [1, 2, 5, 128]) {
      for (const visible of [0, 1, 2, 3, 7, 127]) {
        for (let selected = 0; selected < count; selected++) {
          const { start, end } = part(count, visible, selected);
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(count);
          expect(end - start).toBe(Math.min(count, Math.max(1, visible)));
          expect(selected >= start && selected < end).toBe(true);
        }
      }
    }
  });
});

test('a window has the selection near its middle, except at the ends', () => {
  expect(windowAround(100, 10, 50)).toEqual({ start: 45, end: 55 });
  expect(windowAround(100, 10, 2)).toEqual({ start: 0, end: 10 });
  expect(windowAround(100, 10, 99)).toEqual({ start: 90, end: 100 });
});

test('a page stays while the selection moves inside it, and the last one is full', () => {
  for (const selected of [10, 14, 19]) expect(pageOf(100, 10, selected)).toEqual({ start: 10, end: 20 });
  expect(pageOf(100, 10, 20)).toEqual({ start: 20, end: 30 });
  expect(pageOf(64, 41, 63)).toEqual({ start: 23, end: 64 });
});
