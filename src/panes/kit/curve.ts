import { plot } from 'asciichart';
import { cutEnd } from '../../text/fitted-text.ts';
import { cell, type Row, type Size } from './cells.ts';
import { sideBySide } from './side-by-side.ts';

const axisWidth = 8;

export interface CurveInput {
  readonly title: string;
  /** One number per position. */
  readonly values: readonly number[];
  /** The ends of the axis; the maximum defaults to the largest value. */
  readonly minimum: number;
  readonly maximum?: number;
  readonly size: Size;
}

/** A curve under its title; no rows if there is nothing to draw or no room. */
export function curveRows({ title, values, minimum, maximum, size }: CurveInput): Row[] {
  const room = Math.max(2, size.widthCells - axisWidth - 1);
  if (values.length < 2 || !values.every(Number.isFinite) || size.heightCells < 4) return [];
  // Draws several cells per position, or else the largest number of the positions that share a cell.
  const series =
    values.length <= room
      ? values.flatMap((value) => new Array<number>(Math.floor(room / values.length)).fill(value))
      : Array.from({ length: room }, (_, column) => Math.max(...slice(values, column, room)));
  const lines = plot(series, {
    height: size.heightCells - 2,
    min: minimum,
    max: maximum ?? Math.max(...values),
    format: (value: number) => value.toFixed(3).padStart(axisWidth - 2),
  }).split('\n');
  return [[cell(cutEnd(title, size.widthCells), 'dim')], ...lines.map((line): Row => [cell(line)])];
}

/** Curves side by side, all from 0 to their common maximum; no rows if one of them cannot be drawn. */
export function curvesBeside(curves: readonly Pick<CurveInput, 'title' | 'values'>[], size: Size): Row[] {
  const width = Math.floor(size.widthCells / curves.length);
  const maximum = Math.max(...curves.flatMap(({ values }) => values));
  const part = { widthCells: width - 1, heightCells: size.heightCells };
  const charts = curves.map((curve) => curveRows({ ...curve, minimum: 0, maximum, size: part }));
  return charts.some((chart) => chart.length === 0) ? [] : sideBySide(charts, width);
}

function slice(row: readonly number[], column: number, columns: number): number[] {
  const start = Math.floor((column * row.length) / columns);
  return row.slice(start, Math.max(start + 1, Math.floor(((column + 1) * row.length) / columns)));
}
