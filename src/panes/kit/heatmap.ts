import type { Selection } from '../../explorer/selection.ts';
import { positionedLabel, type TokenView, tokenLabel } from '../../explorer/token-view.ts';
import { blockRow, dim, type Tensor } from '../../tensor/tensor.ts';
import { center, cutMiddle, padEnd, wrapWords } from '../../text/fitted-text.ts';
import { graphemesOf, widthOf } from '../../text/graphemes.ts';
import { type Cell, cell, type Row, type Size } from './cells.ts';
import { compact, fixed, weightLabel } from './format.ts';
import { windowAround } from './viewport.ts';

export interface HeatmapInput {
  /** Softmax weights, [head, query, key]. */
  readonly weights: Tensor;
  /** What asks (rows) and what answers (columns): the same tokens but in attention to another text. */
  readonly queries: readonly TokenView[];
  readonly keys: readonly TokenView[];
  readonly selection: Selection;
  readonly size: Size;
  /** What the numbers are where they are not weights of 0 to 1: their name for the legend, and the largest of them. */
  readonly scale?: { readonly name: string; readonly maximum: number };
  /** Sentences about this head, shown below where there is room. */
  readonly notes?: readonly string[];
  /** Which of the numbers a reader typed; they have a star. */
  readonly isTyped?: (query: number, key: number) => boolean;
  /** Whether the selection's query and key are places to stay near to rather than ones to mark. */
  readonly isUnmarked?: { readonly query: boolean; readonly key: boolean };
}

/** What the arrangement of a matrix with labels on both axes follows from. */
export interface MatrixAxes {
  readonly rowCount: number;
  /** Cells that the longest label of a row needs, its position included. */
  readonly rowLabelWidth: number;
  readonly columnLabels: readonly string[];
  readonly selectedRow: number;
  readonly selectedColumn: number;
  readonly size: Size;
}

/** Where the labels and the cells of such a matrix stand, and what part of it is in view. */
export interface MatrixPlan {
  readonly labelWidth: number;
  readonly cellWidth: number;
  /** Lines that the labels of the columns are broken into. */
  readonly headerHeight: number;
  readonly rows: { readonly start: number; readonly end: number };
  readonly columns: { readonly start: number; readonly end: number };
}

const cellWidths = [8, 6, 5, 4, 3, 2];

/** The selected head's weights: a row a query, a column a key, labels on both axes, a legend below. */
export function heatmapView(input: HeatmapInput): Row[] {
  const { queries, keys, selection, size, weights, isUnmarked } = input;
  if (queries.length === 0) return [];
  const columnLabels = keys.map(tokenLabel);
  const plan = arrangeMatrix({
    rowCount: queries.length,
    rowLabelWidth: longest(queries.map(tokenLabel)) + String(queries.length - 1).length + 1,
    columnLabels,
    selectedRow: selection.query,
    selectedColumn: selection.key,
    size,
  });
  const markedKey = isUnmarked?.key === true ? null : selection.key;
  const rows: Row[] = headerRows(columnLabels, markedKey, plan);
  for (let query = plan.rows.start; query < plan.rows.end; query++) {
    const values = blockRow(weights, selection.head, query);
    const maximum = input.scale?.maximum ?? null;
    const isSelected = query === selection.query && isUnmarked?.query !== true;
    const pointer = isSelected ? '▸' : ' ';
    const label = pointer + positionedLabel(queries, query, plan.labelWidth - 2);
    const row: Cell[] = [cell(padEnd(label, plan.labelWidth), isSelected ? 'accent' : 'plain')];
    for (let key = plan.columns.start; key < plan.columns.end; key++) {
      const made = valueCell(values[key] ?? Number.NaN, maximum, plan.cellWidth, isSelected && key === markedKey);
      row.push(input.isTyped?.(query, key) === true ? starred(made, plan.cellWidth) : made);
    }
    rows.push(row);
  }
  rows.push(legend(input, plan, dim(weights, 1), dim(weights, 2)));
  const notes = (input.notes ?? []).flatMap((note) => wrapWords(note, size.widthCells - 1));
  if (rows.length + notes.length > size.heightCells) return rows;
  return [...rows, ...notes.map((line): Row => [cell(` ${line}`, 'dim')])];
}

/** The widest cells with which all columns are in view, else a window around the selected ones. */
export function arrangeMatrix(axes: MatrixAxes): MatrixPlan {
  const { rowCount, rowLabelWidth, columnLabels, selectedRow, selectedColumn, size } = axes;
  const labelWidth = Math.min(rowLabelWidth + 2, size.widthCells < 60 ? 12 : 16);
  const room = Math.max(2, size.widthCells - labelWidth);
  const cellWidth = cellWidths.find((width) => width * columnLabels.length <= room) ?? 2;
  const spareRows = size.heightCells - 1 - rowCount;
  const wanted = Math.ceil(longest(columnLabels) / (cellWidth - 1));
  // Where not all rows fit anyway, readable labels are worth a few of them.
  const headerRoom = spareRows > 0 ? spareRows : Math.floor(size.heightCells / 4);
  const headerHeight = Math.max(1, Math.min(wanted, 6, headerRoom));
  return {
    labelWidth,
    cellWidth,
    headerHeight,
    columns: windowAround(columnLabels.length, Math.floor(room / cellWidth), selectedColumn),
    rows: windowAround(rowCount, Math.max(1, size.heightCells - headerHeight - 1), selectedRow),
  };
}

/** Cells of the widest label. */
export function longest(labels: readonly string[]): number {
  return Math.max(...labels.map(widthOf));
}

/** The labels of the columns in view, each broken into lines; `selected` null: none is. */
export function headerRows(labels: readonly string[], selected: number | null, plan: MatrixPlan): Row[] {
  const { start, end } = plan.columns;
  return Array.from({ length: plan.headerHeight }, (_, line): Row => {
    const row: Cell[] = [cell(' '.repeat(plan.labelWidth))];
    for (let column = start; column < end; column++) {
      const text = headerText(labels[column] ?? '', line, plan);
      row.push(cell(text, column === selected ? 'accent' : 'dim'));
    }
    return row;
  });
}

/** `  rows 3–12 of 40  columns …`; '' where all is in view. */
export function windowText({ rows, columns }: MatrixPlan, rowCount: number, columnCount: number) {
  const cut = (name: string, shown: { start: number; end: number }, count: number) =>
    shown.end - shown.start < count ? `  ${name} ${shown.start}–${shown.end - 1} of ${count}` : '';
  return cut('rows', rows, rowCount) + cut('columns', columns, columnCount);
}

/** Line `line` of a label that is broken into pieces as wide as its column; the last piece stands on the matrix. */
function headerText(label: string, line: number, { headerHeight, cellWidth }: MatrixPlan): string {
  const room = cellWidth - 1;
  const pieces: string[] = [''];
  for (const grapheme of graphemesOf(cutMiddle(label, room * headerHeight))) {
    const piece = pieces.at(-1) ?? '';
    if (widthOf(piece + grapheme) <= room || piece === '') pieces[pieces.length - 1] = piece + grapheme;
    else pieces.push(grapheme);
  }
  return center(pieces[line - (headerHeight - pieces.length)] ?? '', cellWidth);
}

function valueCell(value: number, maximum: number | null, cellWidth: number, selected: boolean): Cell {
  const weight = maximum === null ? value : maximum === 0 ? 0 : value / maximum;
  const label = maximum === null ? anyWeightLabel(value, cellWidth) : normLabel(value, cellWidth);
  // Exactly zero is what a mask leaves, not a small number.
  const number = value === 0 && cellWidth >= 3 ? '·' : label;
  const hasBrackets = selected && cellWidth >= 5 && number.length + 2 <= cellWidth;
  const text = center(hasBrackets ? `[${number}]` : number, cellWidth);
  return selected ? { text, tone: 'accent', weight, selected: true } : { text, tone: 'plain', weight };
}

/** A cell whose number was typed, with a star behind it where there is room. */
function starred(made: Cell, cellWidth: number): Cell {
  const number = made.text.trim();
  return number.length + 1 > cellWidth ? made : { ...made, text: center(`${number}*`, cellWidth) };
}

/** A weight as a reader may have typed it: of any size. */
function anyWeightLabel(value: number, cellWidth: number): string {
  if (!(value < 0 || value > 1.0005)) return weightLabel(value, cellWidth);
  const texts = [fixed(value, 2), fixed(value, 1), compact(value), value < 0 ? '<0' : '>1'];
  return texts.find((text) => text.length < cellWidth) ?? '';
}

/** A number of any size from 0 on, for a cell of so many characters; '' where there is no room for a digit that says something. */
function normLabel(value: number, widthCells: number): string {
  if (Number.isNaN(value)) return widthCells < 3 ? '' : '—';
  const texts = [3, 2, 1, 0].map((digits) => fixed(value, digits).replace(/^0\./, '.'));
  return texts.find((one) => one.length < widthCells && /[1-9]/.test(one)) ?? '';
}

function legend({ size, scale }: HeatmapInput, plan: MatrixPlan, queryCount: number, keyCount: number): Row {
  const name = scale?.name ?? 'weight';
  const most = scale === undefined ? '1' : compact(scale.maximum);
  const cuts = windowText(plan, queryCount, keyCount);
  const note = cuts === '' ? '  row asks, column answers' : cuts;
  const steps = size.widthCells < 60 ? 8 : 16;
  const row: Cell[] = [cell(` ${name} 0 `, 'dim')];
  for (let step = 0; step < steps; step++) row.push({ text: ' ', tone: 'plain', weight: step / (steps - 1) });
  row.push(cell(` ${most}`, 'dim'));
  if (widthOf(name) + 4 + steps + 1 + most.length + note.length <= size.widthCells) row.push(cell(note, 'dim'));
  return row;
}
