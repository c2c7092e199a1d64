import { cutEnd, padEnd, padStart } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { cell, type Row, type Size } from './cells.ts';
import { compact, fixed } from './format.ts';
import { sideBySide } from './side-by-side.ts';

export interface BarChartInput {
  readonly title: string;
  /** One number per place on the axis. */
  readonly values: readonly number[];
  /** What stands at each place. */
  readonly names: readonly string[];
  /** The marked place; null: none. */
  readonly selected: number | null;
  /** The top of the axis; defaults to the largest value. */
  readonly maximum?: number;
  readonly size: Size;
}

/** `0.191 ┤` */
const axisWidth = 7;
const eighths = ' ▁▂▃▄▅▆▇█';

/** A bar for each value from 0, true to an eighth of a row, under a title; below, names or positions, and numbers if they have room.
 *  A number below 0 has no bar. No rows if there is nothing to draw or no room. */
export function barChart(input: BarChartInput): Row[] {
  const { title, values, maximum, selected, size } = input;
  const room = size.widthCells - axisWidth;
  const top = maximum ?? Math.max(0, ...values.filter(Number.isFinite));
  if (size.heightCells < 4 || room < 3 || values.length === 0 || !(top > 0)) return [];
  const columns = Math.min(values.length, room);
  // Places that share a column show the largest of their numbers.
  const heights = Array.from({ length: columns }, (_, column) =>
    Math.max(
      ...slice(values, column, columns).map((value) => (Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value)),
    ),
  );
  const step = Math.min(14, Math.floor(room / columns));
  const marked = selected === null ? -1 : Math.floor((selected * columns) / values.length);
  const below = captions(input, columns, step, size.heightCells - 3);
  const rows = size.heightCells - 1 - below.length;
  const lines = Array.from({ length: rows }, (_, line): Row => {
    const axis = line === 0 ? `${axisNumber(top)} ┤` : line === rows - 1 ? '0 ┤' : '┤';
    const bars = heights.map((value) => {
      const filled = Math.round((value / top) * rows * 8) - (rows - 1 - line) * 8;
      const sign = eighths[Math.max(0, Math.min(8, filled))] ?? ' ';
      return padEnd(sign.repeat(Math.max(1, step - 1)), step);
    });
    return [cell(padStart(axis, axisWidth), 'dim'), ...markedCells(bars, marked)];
  });
  return [[cell(cutEnd(title, size.widthCells), 'dim')], ...lines, ...below];
}

/** Charts side by side, all from 0 to their common maximum; no rows if one of them cannot be drawn. */
export function chartsBeside(
  charts: readonly Pick<BarChartInput, 'title' | 'values'>[],
  size: Size,
  { names = [], selected = null }: Partial<Pick<BarChartInput, 'names' | 'selected'>> = {},
): Row[] {
  const width = Math.floor(size.widthCells / charts.length);
  const maximum = Math.max(...charts.flatMap(({ values }) => values.filter(Number.isFinite)));
  const part = { widthCells: width - 1, heightCells: size.heightCells };
  const drawn = charts.map((chart) => barChart({ ...chart, names, selected, maximum, size: part }));
  return drawn.some((chart) => chart.length === 0) ? [] : sideBySide(drawn, width);
}

function axisNumber(value: number): string {
  return value < 10 ? fixed(value, 3) : compact(value);
}

function markedCells(texts: readonly string[], marked: number): Row {
  if (marked < 0) return [cell(texts.join(''))];
  const joined = (from: number, to?: number) => texts.slice(from, to).join('');
  return [cell(joined(0, marked)), cell(texts[marked] ?? '', 'accent'), cell(joined(marked + 1))];
}

/** The lines below the bars, at most `most` of them: names, on two lines if they are long, else positions with the names that matter. */
function captions(input: BarChartInput, columns: number, step: number, most: number): Row[] {
  const { values, names, selected } = input;
  const line = (texts: readonly string[]): Row => [cell(' '.repeat(axisWidth)), ...markedCells(texts, selected ?? -1)];
  const isWhole = columns === values.length;
  const longest = Math.max(0, ...names.map((name) => widthOf(name)));
  const inStep = (text: string) => padEnd(text, step);
  const numbers =
    isWhole && step >= 4 && most >= 2 ? [line(values.map((value) => inStep(numberWithin(value, step))))] : [];
  if (isWhole && names.length > 0 && longest < step) return [line(names.map(inStep)), ...numbers];
  const roomAt = (at: number) => Math.min(2 * step, input.size.widthCells - axisWidth - at * step);
  const fits = longest < 2 * step && widthOf(names.at(-1) ?? '') <= roomAt(names.length - 1);
  if (isWhole && names.length > 0 && fits && most >= 2 + numbers.length) {
    // Every other name on a line of its own.
    const half = (rest: number): Row => {
      const texts = names.map((name, at) => (at % 2 === rest ? padEnd(name, roomAt(at)) : ''));
      return [cell(' '.repeat(axisWidth + rest * step)), ...markedCells(texts, selected ?? -1)];
    };
    return [half(0), half(1), ...numbers];
  }
  return [
    [cell(cutEnd(' '.repeat(axisWidth) + positions(values.length, columns, step), input.size.widthCells), 'dim')],
    ...named(input),
  ]
    .slice(0, Math.max(1, most - numbers.length))
    .concat(numbers);
}

/** The number in fewer than `step` cells; '' if it has no room. */
function numberWithin(value: number, step: number): string {
  const isShort = value >= 0 && value < 9.5;
  const text = isShort ? fixed(value, step >= 6 ? 3 : 2).replace(/^0/, '') : fixed(value, 1);
  return text.length < step ? text : '';
}

/** Positions at the places where they have room, from 0. */
function positions(count: number, columns: number, step: number): string {
  const every = Math.ceil((String(count).length + 1) / step);
  let text = '';
  for (let column = 0; column < columns; column += every)
    text = padEnd(text, column * step) + String(Math.floor((column * count) / columns));
  return text;
}

/** The names of the largest value and of the marked place. */
function named({ values, names, selected, size }: BarChartInput): Row[] {
  const nameOf = (at: number) =>
    `${at}${names[at] === undefined ? '' : ` ${names[at]}`} ${fixed(values[at] ?? Number.NaN, 3)}`;
  const largest = values.reduce(
    (best, value, at) => (value > (values[best] ?? Number.NEGATIVE_INFINITY) ? at : best),
    0,
  );
  const room = size.widthCells - axisWidth;
  const long = `largest ${nameOf(largest)}`;
  const text = widthOf(long) > room ? `max ${nameOf(largest)}` : long;
  const mark = selected === null || selected === largest ? '' : `▸${nameOf(selected)}`;
  const isShort = widthOf(text) + widthOf(mark) + 3 > room;
  return [[cell(' '.repeat(axisWidth) + cutEnd(text, room), 'dim'), cell(isShort ? '' : `   ${mark}`, 'accent')]];
}

function slice(row: readonly number[], column: number, columns: number): number[] {
  const start = Math.floor((column * row.length) / columns);
  return row.slice(start, Math.max(start + 1, Math.floor(((column + 1) * row.length) / columns)));
}
