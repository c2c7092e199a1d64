import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  differenceCells,
  differenceText,
  numberInCell,
  scaledCells,
  scaledText,
  weightCells,
  weightText,
  withMark,
} from '../../../src/panes/kit/number-cells.ts';

const none = Number.NaN;

describe('a weight in a cell', () => {
  test.each([
    [0.4223, 8, '0.422'],
    [0.4223, 6, '.422'],
    [0.4223, 5, '.42'],
    [0.4223, 4, '.42'],
    [0.4223, 3, ''],
    [0.4223, 2, ''],
    [1, 8, '1.000'],
    [1, 5, '1.00'],
    [1, 4, '1'],
    [0.9999, 5, '1.00'],
    [0.9999, 4, '≈1'],
    [0.001, 4, '.00'],
    [0, 4, '·'],
    [0, 2, ''],
    [none, 5, '—'],
    [none, 2, ''],
  ])('%d in %i cells', (weight, width, text) => expect(weightText(weight, weightCells(width))).toBe(text));
});

describe('a difference in a cell', () => {
  test.each([
    [0.1234, 8, '+.123'],
    [-0.1234, 6, '−.12'],
    [-0.1234, 5, '−.12'],
    [0.1234, 4, ''],
    [0, 3, '·'],
    [-0, 5, '·'],
    [none, 5, '—'],
    [-0.0001, 5, '−.00'],
    [1, 5, '+1'],
    [0.9999, 5, '≈+1'],
    [1, 6, '+1.00'],
    [-1, 8, '−1.000'],
    [12.5, 5, '+>1'],
    [12.5, 6, '+>1'],
  ])('%d in %d cells is %s', (value, width, text) => expect(differenceText(value, differenceCells(width))).toBe(text));
});

describe('a number of another scale', () => {
  test.each([
    [12.345, 20, 8, '12.345'],
    [12.345, 20, 6, '12.35'],
    [12.345, 20, 5, '12.3'],
    [1.234, 2, 5, '1.23'],
    [1.234, 2, 4, ''],
    [0.25, 0.5, 5, '.250'],
    [0.0001, 0.5, 5, ''],
    [0, 0.5, 5, '·'],
  ])('%d of at most %d in %i cells is %s', (value, maximum, width, text) =>
    expect(scaledText(value, scaledCells(width, maximum))).toBe(text),
  );
});

describe('points', () => {
  const pointOf = (text: string) => text.indexOf('.');

  test('of all weights in cells of one width stand in one column', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        fc.constantFrom(4, 5, 6, 8),
        (weights, width) => {
          const cells = weightCells(width);
          const points = weights.map((weight) => pointOf(numberInCell(weightText(weight, cells), cells)));
          expect(new Set(points.filter((point) => point >= 0)).size).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  test('of all differences, too, whatever their sign', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true })), fc.constantFrom(5, 6, 8), (all, width) => {
        const cells = differenceCells(width);
        const points = all.map((one) => pointOf(numberInCell(differenceText(one, cells), cells)));
        expect(new Set(points.filter((point) => point >= 0)).size).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('the mark of the selected number', () => {
  const marked = (texts: string[], index: number, spareCells: number) => withMark(texts, index, spareCells).join('');

  test('is a pair of brackets', () => {
    expect(marked([' .10 ', ' .20 ', ' .30 '], 1, 0)).toBe(' .10 [.20] .30 ');
  });

  test('is a pointer where brackets would touch a number or the border', () => {
    expect(marked([' .10 ', ' .20 ', '1.00 '], 1, 0)).toBe(' .10 ▸.20 1.00 ');
    expect(marked([' .10 ', ' .20 '], 1, 0)).toBe(' .10 ▸.20 ');
    expect(marked([' .10 ', ' .20 '], 1, 1)).toBe(' .10 [.20]');
  });

  test('is none where there is no room, and none around nothing', () => {
    expect(marked(['.10 ', '.20 '], 1, 5)).toBe('.10 .20 ');
    expect(marked(['     ', '     '], 1, 5)).toBe('          ');
  });
});
