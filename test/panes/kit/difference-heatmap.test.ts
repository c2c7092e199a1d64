import { describe, expect, test } from 'vitest';
import { type Row, rowText } from '../../../src/panes/kit/cells.ts';
import { differenceHeatmap } from '../../../src/panes/kit/difference-heatmap.ts';
import { ShapeError } from '../../../src/tensor/tensor.ts';
import { asciiRow } from '../../../src/terminal/ascii.ts';
import { widthOf } from '../../../src/text/graphemes.ts';
import { matrix, pseudoRandom } from '../../support/tensors.ts';

const none = Number.NaN;
const axis = (names: readonly string[], selected: number) => ({
  names,
  positions: names.map((_, place) => String(place)),
  selected,
});
const meaning = { negative: 'less', positive: 'more than unaltered' };
const base = {
  values: matrix([
    [0.125, -0.5, 0],
    [none, 0.25, -0.001],
  ]),
  rows: axis(['the', '≠money'], 0),
  columns: axis(['the', '≠money', 'bank'], 1),
  meaning,
  size: { widthCells: 70, heightCells: 12 },
};
const texts = (rows: readonly Row[]) => rows.map(rowText);
const matrixRows = (rows: readonly Row[]) => rows.filter((row) => /^[ ▸>]\d/.test(rowText(row)));

describe('a heatmap of differences', () => {
  const rows = differenceHeatmap(base);

  test('has a signed number in each cell, a dot for exactly 0 and none for none', () => {
    expect(matrixRows(rows).map((row) => row.slice(1).map((one) => one.text.trim()))).toEqual([
      ['+.125', '[−.500]', '·'],
      ['—', '+.250', '−.001'],
    ]);
  });

  test('has the largest difference at the ends of its colours, 0 in their middle', () => {
    const signed = matrixRows(rows).map((row) => row.slice(1).map((one) => one.signed));
    expect(signed[0]).toEqual([0.25, -1, 0]);
    expect(signed[1]!.slice(0, 2)).toEqual([undefined, 0.5]);
    expect(signed[1]![2]).toBeCloseTo(-0.002, 6);
  });

  test('says in its legend what the colours and the signs mean', () => {
    const legend = rows.at(-1)!;
    expect(rowText(legend)).toMatch(/less −\.500 +0 +\+\.500 more than unaltered/);
    const colours = legend.flatMap((one) => (one.signed === undefined ? [] : [one.signed]));
    expect(colours[0]).toBe(-1);
    expect(colours.at(-1)).toBe(1);
    expect(legend.find((one) => one.text === '0')?.signed).toBe(0);
  });

  test('has the labels of both axes, and marks the selected row, column and one cell', () => {
    const lines = texts(rows);
    expect(lines.filter((line) => line.startsWith('▸'))).toEqual([expect.stringMatching(/^▸0 the /)]);
    expect(lines.some((line) => line.startsWith(' 1 ≠money'))).toBe(true);
    expect(lines[0]).toMatch(/^ +the +≠money +bank *$/);
    expect(rows.flat().filter((one) => one.selected === true)).toHaveLength(1);
    expect(rows.flat().find((one) => one.selected === true)?.signed).toBe(-1);
  });

  test('leaves blank what only one side has', () => {
    const shown = differenceHeatmap({ ...base, isAbsent: (row, column) => row === 1 && column === 0 });
    expect(matrixRows(shown)[1]![1]!.text.trim()).toBe('');
    expect(matrixRows(shown)[1]![1]!.signed).toBeUndefined();
    const selected = { rows: { ...base.rows, selected: 1 }, columns: { ...base.columns, selected: 0 } };
    const named = differenceHeatmap({ ...base, ...selected, isAbsent: (row, column) => row === 1 && column === 0 });
    expect(matrixRows(named)[1]![1]!.text.trim()).toBe('none');
    expect(texts(named).join()).not.toContain('[]');
  });

  test('says so where nothing differs, and where there is nothing to compare', () => {
    const zeros = differenceHeatmap({ ...base, values: matrix([[0, 0, 0], [0, 0, none]]) }); // biome-ignore format: one line
    expect(rowText(zeros.at(-1)!)).toContain('no difference');
    expect(zeros.flat().some((one) => one.signed !== undefined && one.signed !== 0)).toBe(false);
    const nothing = differenceHeatmap({ ...base, values: matrix([[none, none, none], [none, none, none]]) }); // biome-ignore format: one line
    expect(rowText(nothing.at(-1)!)).toContain('no numbers to compare');
    expect(texts(nothing).join()).not.toMatch(/NaN/);
  });

  test('does not call the ends of its colours zero', () => {
    const tiny = differenceHeatmap({ ...base, values: matrix([[2e-6, 0, 0], [0, 0, 0]]) }); // biome-ignore format: one line
    expect(rowText(tiny.at(-1)!)).toContain('+2e−6');
  });

  test('is empty without rows or columns, and refuses labels of another number', () => {
    expect(differenceHeatmap({ ...base, values: matrix([]), rows: axis([], 0), columns: axis([], 0) })).toEqual([]);
    expect(() => differenceHeatmap({ ...base, rows: axis(['the'], 0) })).toThrow(ShapeError);
  });

  test.each([
    ['Unicode', false],
    ['ASCII', true],
  ])('fits its room at every size, with the selected cell in view: %s', (_, isAscii) => {
    const random = pseudoRandom(3);
    for (const count of [1, 2, 9, 40]) {
      const values = matrix(Array.from({ length: count }, () => Array.from({ length: count + 1 }, random)));
      const labels = Array.from({ length: count + 1 }, (_, i) => ['the', '漢字', 'money/river', 'A:too'][i % 4]!);
      for (let width = 28; width <= 120; width += 7) {
        for (const height of [3, 4, 6, 12, 30]) {
          for (const selected of [0, count >> 1, count - 1]) {
            const size = { widthCells: width, heightCells: height };
            const made = differenceHeatmap({
              ...base,
              values,
              rows: axis(labels.slice(0, count), selected),
              columns: axis(labels, selected + 1),
              size,
            });
            const shown = isAscii ? made.map((row) => asciiRow(row, width)) : made;
            const where = `${count} at ${width}×${height}`;
            expect(shown.length, where).toBeLessThanOrEqual(height);
            expect(Math.max(...texts(shown).map(widthOf)), where).toBeLessThanOrEqual(width);
            expect(shown.flat().filter((one) => one.selected === true).length, where).toBe(1);
            if (isAscii) expect(texts(shown).join('').replaceAll(/漢|字/g, '')).toMatch(/^[\x20-\x7e]*$/);
          }
        }
      }
    }
  });
});
