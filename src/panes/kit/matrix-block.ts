import { positionedLabel, type TokenView } from '../../explorer/token-view.ts';
import { blockRow, dim, type Tensor } from '../../tensor/tensor.ts';
import { cutEnd, padStart } from '../../text/fitted-text.ts';
import { cell, labelCell, type Row, valueCell } from './cells.ts';
import { compact, matrixFormat } from './format.ts';
import { robustScale, signedPosition } from './robust-scale.ts';
import { indicesIn, pageOf, type Window } from './viewport.ts';

export interface MatrixBlockInput {
  /** Its letter and the name of its rows: `Q queries`. */
  readonly name: string;
  /** [head, token, column]. */
  readonly matrix: Tensor;
  readonly head: number;
  readonly tokens: readonly TokenView[];
  /** The row marked as selected. */
  readonly selectedToken: number;
  /** The column marked in that row; null: no cell of this matrix is selected. */
  readonly selectedColumn: number | null;
  /** The column that stays in view. */
  readonly column: number;
  readonly widthCells: number;
  /** Rows for tokens, without the head line. */
  readonly tokenRows: number;
  readonly labelWidth: number;
}

/** A matrix with a row per token: numbers if they fit, else a coloured cell per column, scrolled to the selection. */
export function matrixBlock(input: MatrixBlockInput): Row[] {
  const { name, matrix, tokens, widthCells, labelWidth } = input;
  const width = dim(matrix, 2);
  const numberWidth = numbersWidth(input);
  const asNumbers = numberWidth * width <= widthCells - labelWidth;
  // Cells of a strip are as wide as possible with all columns in view.
  const stripWidth = Math.max(1, Math.min(4, Math.floor((widthCells - labelWidth) / width)));
  const columns = asNumbers
    ? { start: 0, end: width }
    : pageOf(width, Math.max(1, widthCells - labelWidth), input.column);
  const shown = pageOf(tokens.length, Math.max(1, input.tokenRows), input.selectedToken);
  const scale = robustScale(headValues(matrix, input.head));
  const shape = `${tokens.length} × ${width}`;
  const partOf = (part: Window, count: number) =>
    part.end - part.start === count ? null : `${part.start}–${part.end - 1}`;
  const [rowsPart, columnsPart] = [partOf(shown, tokens.length), partOf(columns, width)];
  const named = [rowsPart && ` · rows ${rowsPart}`, columnsPart && ` · columns ${columnsPart}`].join('');
  const short = [rowsPart, columnsPart].flatMap((part) => (part === null ? [] : [` · ${part}`])).join('');
  const colours = asNumbers ? '' : ` · scale −${compact(scale)} to ${compact(scale)}`;
  const room = Math.max(0, widthCells - name.length - 2);
  const fitting = [named + colours, named, short].map((part) => shape + part).find((text) => text.length <= room);
  const head: Row = [cell(`${name}  `, 'strong'), cell(fitting ?? cutEnd(shape + short, room), 'dim')];
  const cellWidth = asNumbers ? numberWidth : stripWidth;
  const format = asNumbers ? matrixFormat(headValues(matrix, input.head), width) : () => '';
  return [head, ...indicesIn(shown).map((token) => tokenRow(input, token, columns, scale, cellWidth, format))];
}

/** Cells that one number of the matrix needs, including a blank before it. */
export function numbersWidth({ matrix, head }: Pick<MatrixBlockInput, 'matrix' | 'head'>): number {
  // A wide matrix never fits as numbers: skip the search for its longest one.
  if (dim(matrix, 2) > 32) return 8;
  const values = headValues(matrix, head);
  const format = matrixFormat(values, dim(matrix, 2));
  return values.reduce((longest, value) => Math.max(longest, format(value).length), 1) + 1;
}

function headValues(matrix: Tensor, head: number): Float32Array {
  const size = dim(matrix, 1) * dim(matrix, 2);
  return matrix.data.subarray(head * size, (head + 1) * size);
}

function tokenRow(
  { matrix, head, tokens, selectedToken, selectedColumn, labelWidth }: MatrixBlockInput,
  token: number,
  columns: Window,
  scale: number,
  cellWidth: number,
  format: (value: number) => string,
): Row {
  const values = blockRow(matrix, head, token);
  const isSelected = token === selectedToken;
  const cells = indicesIn(columns).map((column) => {
    const value = values[column] ?? Number.NaN;
    return valueCell(
      padStart(format(value), cellWidth),
      { signed: signedPosition(value, scale) },
      isSelected && column === selectedColumn,
    );
  });
  return [labelCell(positionedLabel(tokens, token, labelWidth - 2), isSelected, labelWidth), ...cells];
}
