import { positionedLabel, tokenLabel } from '../../explorer/token-view.ts';
import { blockRow, dim, type Tensor } from '../../tensor/tensor.ts';
import { center, cutMiddle, wrapWords } from '../../text/fitted-text.ts';
import { graphemesOf, widthOf } from '../../text/graphemes.ts';
import { type Cell, cell, labelCell, type Row, type Size, valueCell, weightRamp } from './cells.ts';
import { compact, fixed, weightLabel } from './format.ts';
import type { CommonInput } from './inputs.ts';
import { indicesIn, type Window, windowAround, windowText } from './viewport.ts';

export interface HeatmapInput extends CommonInput {
  /** Softmax weights, [head, query, key]. */
  readonly weights: Tensor;
  /** For numbers that are not weights of 0 to 1: their name for the legend, and their maximum. */
  readonly scale?: { readonly name: string; readonly maximum: number };
  /** Sentences about this head, shown below if there is room. */
  readonly notes?: readonly string[];
  /** Which numbers the reader typed: they get a star. */
  readonly isTyped?: (query: number, key: number) => boolean;
  /** Whether the view stays near the selected query or key without marking it. */
  readonly isUnmarked?: { readonly query: boolean; readonly key: boolean };
}

/** What determines the arrangement of a matrix with labels on both axes. */
export interface MatrixAxes {
  readonly rowCount: number;
  /** Cells that the longest row label needs, including its position. */
  readonly rowLabelWidth: number;
  readonly columnLabels: readonly string[];
  readonly selectedRow: number;
  readonly selectedColumn: number;
  readonly size: Size;
}

/** Widths of the labels and cells of such a matrix, and the part in view. */
export interface MatrixPlan {
  readonly labelWidth: number;
  readonly cellWidth: number;
  /** Lines of each column label. */
  readonly headerHeight: number;
  readonly rows: Window;
  readonly columns: Window;
}

const cellWidths = [8, 6, 5, 4, 3, 2];

/** The selected head's weights: a row per query, a column per key, labels on both axes, a legend below. */
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
  const maximum = input.scale?.maximum ?? null;
  const rows: Row[] = [
    ...headerRows(columnLabels, markedKey, plan),
    ...indicesIn(plan.rows).map((query): Row => {
      const values = blockRow(weights, selection.head, query);
      const isSelected = query === selection.query && isUnmarked?.query !== true;
      const cells = indicesIn(plan.columns).map((key) => {
        const made = weightCell(values[key] ?? Number.NaN, maximum, plan.cellWidth, isSelected && key === markedKey);
        return input.isTyped?.(query, key) === true ? starred(made, plan.cellWidth) : made;
      });
      const label = positionedLabel(queries, query, plan.labelWidth - 2);
      return [labelCell(label, isSelected, plan.labelWidth), ...cells];
    }),
    legend(input, plan, dim(weights, 1), dim(weights, 2)),
  ];
  const notes = (input.notes ?? []).flatMap((note) => wrapWords(note, size.widthCells - 1));
  if (rows.length + notes.length > size.heightCells) return rows;
  return [...rows, ...notes.map((line): Row => [cell(` ${line}`, 'dim')])];
}

/** Takes the widest cells that show all columns, or else a window around the selected one. */
export function arrangeMatrix(axes: MatrixAxes): MatrixPlan {
  const { rowCount, rowLabelWidth, columnLabels, selectedRow, selectedColumn, size } = axes;
  const labelWidth = Math.min(rowLabelWidth + 2, size.widthCells < 60 ? 12 : 16);
  const room = Math.max(2, size.widthCells - labelWidth);
  const cellWidth = cellWidths.find((width) => width * columnLabels.length <= room) ?? 2;
  const spareRows = size.heightCells - 1 - rowCount;
  const wanted = Math.ceil(longest(columnLabels) / (cellWidth - 1));
  // If not all rows fit anyway, readable labels are worth a few of them.
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

export function longest(labels: readonly string[]): number {
  return Math.max(...labels.map(widthOf));
}

/** The labels of the columns in view, each broken into lines; `selected` null: none. */
export function headerRows(labels: readonly string[], selected: number | null, plan: MatrixPlan): Row[] {
  return Array.from(
    { length: plan.headerHeight },
    (_, line): Row => [
      cell(' '.repeat(plan.labelWidth)),
      ...indicesIn(plan.columns).map((column) =>
        cell(headerText(labels[column] ?? '', line, plan), column === selected ? 'accent' : 'dim'),
      ),
    ],
  );
}

/** `  rows 3–12 of 40  columns …`; '' if all is in view. */
export function cutsText({ rows, columns }: MatrixPlan, rowCount: number, columnCount: number): string {
  return windowText('rows', rows, rowCount) + windowText('columns', columns, columnCount);
}

/** Line `line` of a label broken into pieces of its column's width; the last piece touches the matrix. */
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

function weightCell(value: number, maximum: number | null, cellWidth: number, selected: boolean): Cell {
  const weight = maximum === null ? value : maximum === 0 ? 0 : value / maximum;
  const label = maximum === null ? anyWeightLabel(value, cellWidth) : normLabel(value, cellWidth);
  // A mask leaves exactly zero, not a small number.
  const number = value === 0 && cellWidth >= 3 ? '·' : label;
  const hasBrackets = selected && cellWidth >= 5 && number.length + 2 <= cellWidth;
  const text = center(hasBrackets ? `[${number}]` : number, cellWidth);
  return valueCell(text, { weight }, selected);
}

/** Adds a star to a typed number, if there is room. */
function starred(made: Cell, cellWidth: number): Cell {
  const number = made.text.trim();
  return number.length + 1 > cellWidth ? made : { ...made, text: center(`${number}*`, cellWidth) };
}

/** A weight of any size, since the reader may have typed it. */
function anyWeightLabel(value: number, cellWidth: number): string {
  if (!(value < 0 || value > 1.0005)) return weightLabel(value, cellWidth);
  const texts = [fixed(value, 2), fixed(value, 1), compact(value), value < 0 ? '<0' : '>1'];
  return texts.find((text) => text.length < cellWidth) ?? '';
}

/** A number ≥ 0 for a cell of that width; '' if no significant digit fits. */
function normLabel(value: number, widthCells: number): string {
  if (Number.isNaN(value)) return widthCells < 3 ? '' : '—';
  const texts = [3, 2, 1, 0].map((digits) => fixed(value, digits).replace(/^0\./, '.'));
  return texts.find((one) => one.length < widthCells && /[1-9]/.test(one)) ?? '';
}

function legend({ size, scale }: HeatmapInput, plan: MatrixPlan, queryCount: number, keyCount: number): Row {
  const name = scale?.name ?? 'weight';
  const most = scale === undefined ? '1' : compact(scale.maximum);
  const cuts = cutsText(plan, queryCount, keyCount);
  const note = cuts === '' ? '  row asks, column answers' : cuts;
  const steps = size.widthCells < 60 ? 8 : 16;
  const row = [cell(` ${name} 0 `, 'dim'), ...weightRamp(steps), cell(` ${most}`, 'dim')];
  const hasNote = widthOf(name) + 4 + steps + 1 + most.length + note.length <= size.widthCells;
  return hasNote ? [...row, cell(note, 'dim')] : row;
}
