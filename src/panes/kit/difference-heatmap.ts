import { dim, row as rowOf, ShapeError, type Tensor } from '../../tensor/tensor.ts';
import { center, cutEnd, cutMiddle } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { type Cell, cell, labelCell, type Row, type Size, valueCell } from './cells.ts';
import { arrangeMatrix, cutsText, headerRows, longest, type MatrixPlan } from './heatmap.ts';
import { signedPosition } from './robust-scale.ts';
import { indicesIn } from './viewport.ts';

export interface DifferenceInput {
  /** Differences, [row, column]; NaN where there is no number. */
  readonly values: Tensor;
  /** Row labels have positions: `7 bank`. */
  readonly rowLabels: readonly string[];
  readonly columnLabels: readonly string[];
  readonly selectedRow: number;
  readonly selectedColumn: number;
  /** Short words for numbers below and above 0: `A more`, `B more`. */
  readonly meaning: { readonly negative: string; readonly positive: string };
  /** Whether one side lacks this row or column: the cell stays blank. */
  readonly isAbsent?: (row: number, column: number) => boolean;
  readonly size: Size;
}

/** Signed differences: a row per query, a column per key; colours run from −max to max of |difference|.
 *  @throws ShapeError when labels and values differ in number. */
export function differenceHeatmap(input: DifferenceInput): Row[] {
  const { values, rowLabels, columnLabels, selectedRow, selectedColumn, size } = input;
  if (dim(values, 0) !== rowLabels.length || dim(values, 1) !== columnLabels.length) {
    throw new ShapeError(
      `${rowLabels.length} × ${columnLabels.length} labels do not fit shape [${values.shape.join(', ')}]`,
    );
  }
  if (rowLabels.length === 0 || columnLabels.length === 0) return [];
  const plan = arrangeMatrix({
    rowCount: rowLabels.length,
    rowLabelWidth: longest(rowLabels),
    columnLabels,
    selectedRow,
    selectedColumn,
    size,
  });
  const scale = largestMagnitude(values.data);
  return [
    ...headerRows(columnLabels, selectedColumn, plan),
    ...indicesIn(plan.rows).map((index) => matrixRow(input, index, plan, scale)),
    legend(input, plan, scale),
  ].slice(0, size.heightCells);
}

/** The largest |x|; NaN if there is no number. */
function largestMagnitude(values: Float32Array): number {
  let largest = Number.NaN;
  for (const value of values) {
    const magnitude = Math.abs(value);
    if (magnitude > largest || (Number.isNaN(largest) && !Number.isNaN(magnitude))) largest = magnitude;
  }
  return largest;
}

function matrixRow(input: DifferenceInput, index: number, plan: MatrixPlan, scale: number): Row {
  const { values, rowLabels, selectedRow, selectedColumn, isAbsent } = input;
  const isSelected = index === selectedRow;
  const label = cutMiddle(rowLabels[index] ?? '', plan.labelWidth - 2);
  const numbers = rowOf(values, index);
  const cells = indicesIn(plan.columns).map((column) => {
    const value = numbers[column] ?? Number.NaN;
    const text = isAbsent?.(index, column) === true ? '' : signedLabel(value, plan.cellWidth);
    return signedCell(value, text, scale, plan.cellWidth, isSelected && column === selectedColumn);
  });
  return [labelCell(label, isSelected, plan.labelWidth), ...cells];
}

function signedCell(value: number, text: string, scale: number, cellWidth: number, isSelected: boolean): Cell {
  const marks = isSelected ? [`[${text}]`, `▸${text}`, text] : [text];
  const shown = center(marks.find((one) => widthOf(one) <= cellWidth) ?? '', cellWidth);
  const signed = Number.isNaN(value) ? {} : { signed: scale === 0 ? 0 : signedPosition(value, scale) };
  return valueCell(shown, signed, isSelected);
}

/** A difference for a cell of that width, always with a sign: +.123, +.12 or +.1; a dot for exactly 0;
 *  '' if no significant digit fits. */
export function signedLabel(value: number, widthCells: number): string {
  if (widthCells < 3) return '';
  if (Number.isNaN(value)) return '—';
  if (value === 0) return '·';
  const room = widthCells >= 6 ? widthCells - 2 : widthCells - 1;
  const magnitude = Math.abs(value);
  const texts = [3, 2, 1, 0].map((digits) => signText(value) + magnitude.toFixed(digits).replace(/^0\./, '.'));
  return texts.find((text) => text.length <= room && /\.\d|[1-9]/.test(text)) ?? '';
}

function signText(value: number): string {
  return value < 0 ? '−' : '+';
}

/** What the colours and signs mean, and which part is in view if not all is. */
function legend({ meaning, size, values }: DifferenceInput, plan: MatrixPlan, scale: number): Row {
  const cuts = cutsText(plan, dim(values, 0), dim(values, 1));
  if (!(scale > 0)) {
    const words = scale === 0 ? ' no difference: all are 0' : ' no numbers to compare';
    return [cell(cutEnd(words + cuts, size.widthCells), 'dim')];
  }
  // A tiny scale needs an exponent: rounded, its ends would read 0.
  const most = scale < 0.0005 ? scale.toExponential(0) : signedLabel(scale, 8).slice(1);
  const left = ` ${meaning.negative} −${most} `;
  const right = ` +${most} ${meaning.positive}`;
  const room = size.widthCells - widthOf(left) - widthOf(right);
  const steps = [8, 4, 2, 1].find((count) => 2 * count + 1 <= room) ?? 0;
  if (steps === 0) return [cell(cutEnd(left + right.trimStart(), size.widthCells), 'dim')];
  const row: Cell[] = [cell(left, 'dim')];
  for (let step = -steps; step <= steps; step++) {
    row.push({ text: step === 0 ? '0' : ' ', tone: 'plain', signed: step / steps });
  }
  row.push(cell(right, 'dim'));
  if (2 * steps + 1 + widthOf(cuts) <= room) row.push(cell(cuts, 'dim'));
  return row;
}
