import { type TokenView, tokenLabel } from '../../explorer/token-view.ts';
import { cutMiddle } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { cell, type Row, type Size } from './cells.ts';
import { type ColumnPlaces, markLine, nameLines, positionLine } from './column-heads.ts';
import { weightCells } from './number-cells.ts';
import { type Window, windowAround, windowText } from './viewport.ts';

/** What stands along an axis of a matrix. */
export interface Axis {
  readonly names: readonly string[];
  /** Its numbers, as labels write them. */
  readonly positions: readonly string[];
  readonly selected: number;
  readonly isUnmarked?: boolean;
  /** The name of the selected one in full, if `names` abbreviate it. */
  readonly wholeName?: string;
}

/** Widths of the labels and cells of such a matrix, the part in view, and the lines around it. */
export interface MatrixPlan extends ColumnPlaces {
  readonly rows: Window;
  /** Cells right of the last column. */
  readonly spareCells: number;
  /** Lines above the matrix. */
  readonly heads: readonly Row[];
  /** Lines below it: the selected row's name, if its label is cut. */
  readonly below: readonly Row[];
}

/** Names with more cells are cut. */
export const longestName = 16;
const mostNameLines = 3;
const cellWidths = [8, 6, 5, 4, 3, 2, 1];
const windowedWidth = 2;

/** The axis of tokens. */
export function tokenAxis(tokens: readonly TokenView[], selected: number, isUnmarked = false): Axis {
  return {
    names: tokens.map(tokenLabel),
    positions: tokens.map((_, position) => String(position)),
    selected,
    isUnmarked,
  };
}

/** Takes the widest cells that show all columns, or else a window around the selected one. Heads are names if they stand whole, else
 *  positions, with the selected name above them. */
export function planMatrix(rowAxis: Axis, columnAxis: Axis, size: Size): MatrixPlan {
  const { widthCells, heightCells } = size;
  const rowCount = rowAxis.names.length;
  const columnCount = columnAxis.names.length;
  const labelWidth = labelWidthOf(rowAxis);
  const room = Math.max(1, widthCells - labelWidth);
  const cellWidth = widestCells(columnCount, room) ?? Math.min(room, windowedWidth);
  const columns = windowAround(columnCount, Math.floor(room / cellWidth), columnAxis.selected);
  const places = { columns, labelWidth, cellWidth, widthCells };
  const hasBelow = rowAxis.names.some(isCut) && heightCells > 4;
  const spare = heightCells - 1 - rowCount - Number(hasBelow);
  // If not all rows fit anyway, readable heads are worth a few of them.
  const headRoom = Math.max(1, spare, Math.floor(heightCells / 4));
  const heads = headLines(columnAxis, places, headRoom);
  const below = hasBelow ? [belowLine(rowAxis, widthCells)] : [];
  const rowRoom = Math.max(1, heightCells - heads.length - 1 - below.length);
  const spareCells = room - cellWidth * (columns.end - columns.start);
  return { ...places, spareCells, heads, below, rows: windowAround(rowCount, rowRoom, rowAxis.selected) };
}

/** Whether all weights of a matrix have numbers in so many cells. */
export function numbersFit(rowAxis: Axis, columnAxis: Axis, widthCells: number): boolean {
  const width = widestCells(columnAxis.names.length, widthCells - labelWidthOf(rowAxis));
  return width !== undefined && weightCells(width).digits !== null;
}

/** The widest cells that show all columns. */
function widestCells(columnCount: number, room: number): number | undefined {
  return cellWidths.find((width) => width * columnCount <= room);
}

/** Cells that the labels of rows need, with a pointer before and a blank after them. */
export function labelWidthOf(axis: Axis): number {
  return Math.max(...axis.names.map((_, row) => widthOf(rowLabel(axis, row)))) + 2;
}

/** Position and name, the name cut in the middle if it is very long: `7 bank`. */
export function rowLabel({ names, positions }: Axis, row: number): string {
  return `${positions[row] ?? ''} ${shortName(names[row] ?? '')}`;
}

/** `  rows 3–12 of 40  columns …`; '' if all is in view. */
export function cutsText({ rows, columns }: MatrixPlan, rowCount: number, columnCount: number): string {
  return windowText('rows', rows, rowCount) + windowText('columns', columns, columnCount);
}

function headLines(axis: Axis, places: ColumnPlaces, room: number): Row[] {
  const { names, positions, selected } = axis;
  const marked = axis.isUnmarked === true ? null : selected;
  const mark = marked === null ? [] : markLine(positions[selected] ?? '', wholeName(axis), selected, places);
  const hasMark = names.some(isCut) && room > 1;
  const lines = nameLines(names.map(shortName), marked, places, Math.min(mostNameLines, room - Number(hasMark)));
  if (lines !== null) return hasMark ? [mark, ...lines] : lines;
  return room === 1 ? [mark] : [mark, positionLine(positions, marked, places)];
}

function belowLine(axis: Axis, widthCells: number): Row {
  const isShown = axis.isUnmarked !== true && isCut(axis.names[axis.selected] ?? '');
  const text = isShown ? ` query ${axis.positions[axis.selected] ?? ''} ${wholeName(axis)}` : '';
  return [cell(cutMiddle(text, widthCells), 'accent')];
}

function wholeName({ names, selected, wholeName }: Axis): string {
  return wholeName ?? names[selected] ?? '';
}

function isCut(name: string): boolean {
  return widthOf(name) > longestName;
}

function shortName(name: string): string {
  return cutMiddle(name, longestName);
}
