import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BarChartInput, barChart, chartsBeside } from '../../../src/panes/kit/bar-chart.ts';
import { rowText } from '../../../src/panes/kit/cells.ts';
import { asciiRow } from '../../../src/terminal/ascii.ts';
import { widthOf } from '../../../src/text/graphemes.ts';

const eighths = ' ▁▂▃▄▅▆▇█';
const axisWidth = 7;

/** The lines of bars: those with the axis. */
const barLines = (lines: readonly string[]) => lines.filter((line) => line[axisWidth - 1] === '┤');

/** Height of the bar that stands in a column of the picture, in rows. */
function heightAt(lines: readonly string[], column: number): number {
  return barLines(lines).reduce((sum, line) => sum + eighths.indexOf(line[axisWidth + column] ?? ' ') / 8, 0);
}

const chart = (rest: Partial<BarChartInput>) =>
  barChart({
    title: 'weights',
    values: [0.5, 0.25, 0.25],
    names: ['please', 'study', 'man'],
    selected: 1,
    size: { widthCells: 60, heightCells: 8 },
    ...rest,
  });
const textOf = (rest: Partial<BarChartInput>) => chart(rest).map((row) => rowText(row).trimEnd());

test('every bar is as high as its value, within half an eighth of a row', () => {
  const weights = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(
      weights,
      fc.integer({ min: 5, max: 20 }),
      fc.integer({ min: 50, max: 120 }),
      (values, height, width) => {
        const top = Math.max(...values);
        fc.pre(top > 0);
        const size = { widthCells: width, heightCells: height };
        const lines = textOf({ values, names: values.map(String), selected: null, size });
        const rows = barLines(lines).length;
        const step = Math.min(14, Math.floor((width - axisWidth) / values.length));
        for (const [at, value] of values.entries())
          expect(Math.abs(heightAt(lines, at * step) - (value / top) * rows)).toBeLessThanOrEqual(1 / 16 + 1e-9);
      },
    ),
  );
});

test('the weight that was drawn at 0.061 is drawn at 0.034', () => {
  const lines = textOf({ values: [0.191, 0.034, 0.12], maximum: 0.191 });
  const rows = barLines(lines).length;
  const perRow = 0.191 / rows;
  expect(Math.abs(heightAt(lines, 14) * perRow - 0.034)).toBeLessThanOrEqual(perRow / 16);
});

describe('below the bars', () => {
  test('names and numbers', () => {
    expect(
      textOf({})
        .slice(-2)
        .map((line) => line.trim().split(/ +/)),
    ).toEqual([
      ['please', 'study', 'man'],
      ['.500', '.250', '.250'],
    ]);
  });

  test('long names stand on two lines, whole', () => {
    const names = ['a-long-name', 'b-long-name', 'c-long-name', 'd'];
    const lines = textOf({ values: [1, 2, 3, 4], names, size: { widthCells: 47, heightCells: 9 } });
    for (const name of names) expect(lines.join('\n')).toContain(name);
  });

  test('positions, the largest and the marked one if names have no room', () => {
    const values = Array.from({ length: 30 }, (_, at) => (at === 12 ? 0.5 : 0.01));
    const names = values.map((_, at) => `token${at}`);
    const lines = textOf({ values, names, selected: 3, size: { widthCells: 70, heightCells: 9 } });
    expect(lines.at(-2)).toMatch(/^ {7}0 +2 +4 +6/);
    expect(lines.at(-1)).toBe('       largest 12 token12 0.500   ▸3 token3 0.010');
  });
});

test('of more places than columns, each column shows its largest', () => {
  const values = Array.from({ length: 200 }, (_, at) => (at === 100 ? 1 : 0.001));
  const lines = textOf({ values, names: [], selected: null, size: { widthCells: 57, heightCells: 9 } });
  expect(heightAt(lines, 25)).toBe(barLines(lines).length);
  expect(heightAt(lines, 24)).toBeLessThan(0.2);
});

test('a number that is missing or below 0 has no bar, and one that is typed beyond the axis fills it', () => {
  const lines = textOf({ values: [Number.NaN, -0.5, 4, 2], names: ['a', 'b', 'c', 'd'], maximum: 2 });
  const rows = barLines(lines).length;
  expect([0, 13, 26, 39].map((column) => heightAt(lines, column))).toEqual([0, 0, rows, rows]);
  expect(lines.at(-1)).toContain('−0.5');
});

test('nothing is drawn without numbers or room', () => {
  for (const rest of [
    { values: [] },
    { values: [Number.NaN, Number.NaN] },
    { values: [0, 0] },
    { size: { widthCells: 60, heightCells: 3 } },
    { size: { widthCells: 9, heightCells: 9 } },
  ])
    expect(chart(rest)).toEqual([]);
});

test('lines keep to their room, also in ASCII', () => {
  for (let width = 12; width < 90; width += 7)
    for (let height = 4; height < 14; height++)
      for (const count of [1, 3, 10, 60]) {
        const values = Array.from({ length: count }, (_, at) => (at + 1) / count);
        const rows = chart({
          values,
          names: values.map((_, at) => `name${at}`),
          size: { widthCells: width, heightCells: height },
        });
        expect(rows.length).toBeLessThanOrEqual(height);
        for (const row of rows) {
          expect(
            widthOf(rowText(row).trimEnd()),
            `${count} in ${width}×${height}: ${rowText(row)}`,
          ).toBeLessThanOrEqual(width);
          expect(rowText(asciiRow(row, width))).toMatch(/^[\x20-\x7e]*$/);
        }
      }
});

test('charts side by side share their axis', () => {
  const charts = [
    { title: 'low', values: [0.1, 0.2] },
    { title: 'high', values: [0.4, 0.8] },
  ];
  const lines = chartsBeside(charts, { widthCells: 60, heightCells: 8 }).map(rowText);
  expect(lines[1]!.match(/0\.800 ┤/g)).toHaveLength(2);
});
