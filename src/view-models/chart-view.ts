import { plot } from 'asciichart';
import { blockRow, type Tensor } from '../tensor/tensor.ts';
import { cell, type Row, type Size } from './cells.ts';
import type { Selection } from './selection.ts';
import type { Symbols } from './symbols.ts';
import { cutEnd } from './text.ts';
import { labelAt, type TokenView } from './tokens.ts';

export interface ChartInput {
  /** [head, query, key]. */
  readonly weights: Tensor;
  /** What asks (rows) and what answers (columns): the same tokens but in attention to another text. */
  readonly queries: readonly TokenView[];
  readonly keys: readonly TokenView[];
  readonly selection: Selection;
  readonly size: Size;
  readonly symbols: Symbols;
}

const asciiSigns = ['-', '|', '-', '-', '-', '`', '.', '`', '.', '|'];
const axisWidth = 8;

/** The selected query's weights as a curve over the keys' positions. */
export function chartView({ weights, queries, selection, size, symbols }: ChartInput): Row[] {
  const row = Array.from(blockRow(weights, selection.head, selection.query));
  const room = Math.max(2, size.widthCells - axisWidth - 1);
  const isPlain = symbols.halfBlock === null;
  if (row.length < 2 || row.some(Number.isNaN) || size.heightCells < 4) return [];
  // A step of several cells a position where there is room; where there is none, each cell shows its positions' largest weight.
  const series =
    row.length <= room
      ? row.flatMap((weight) => new Array<number>(Math.floor(room / row.length)).fill(weight))
      : Array.from({ length: room }, (_, column) => Math.max(...slice(row, column, room)));
  const lines = plot(series, {
    height: size.heightCells - 2,
    min: 0,
    max: Math.max(...row),
    format: (value: number) => value.toFixed(3).padStart(axisWidth - 2),
    ...(isPlain ? { symbols: asciiSigns } : {}),
  }).split('\n');
  const title = `weight over positions 0${symbols.range}${row.length - 1}, seen from ${selection.query} ${labelAt(queries, selection.query)}`;
  return [[cell(cutEnd(title, size.widthCells, symbols.ellipsis), 'dim')], ...lines.map((line): Row => [cell(line)])];
}

function slice(row: readonly number[], column: number, columns: number): number[] {
  const start = Math.floor((column * row.length) / columns);
  return row.slice(start, Math.max(start + 1, Math.floor(((column + 1) * row.length) / columns)));
}
