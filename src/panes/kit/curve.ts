import { plot } from 'asciichart';
import { cutEnd } from '../../text/fitted-text.ts';
import { cell, type Row, type Size } from './cells.ts';

const axisWidth = 8;

export interface CurveInput {
  readonly title: string;
  /** One number a position, none of them NaN. */
  readonly values: readonly number[];
  /** The ends of the axis; without a maximum the largest value. */
  readonly minimum: number;
  readonly maximum?: number;
  readonly size: Size;
}

/** A line of numbers as a curve under its title; no rows where there is nothing to draw or no room for it. */
export function curveRows({ title, values, minimum, maximum, size }: CurveInput): Row[] {
  const room = Math.max(2, size.widthCells - axisWidth - 1);
  if (values.length < 2 || !values.every(Number.isFinite) || size.heightCells < 4) return [];
  // A step of several cells a position where there is room; where there is none, each cell shows its positions' largest number.
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

function slice(row: readonly number[], column: number, columns: number): number[] {
  const start = Math.floor((column * row.length) / columns);
  return row.slice(start, Math.max(start + 1, Math.floor(((column + 1) * row.length) / columns)));
}
