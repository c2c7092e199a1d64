import { dim, row as rowOf, ShapeError, type Tensor } from '../../tensor/tensor.ts';
import { cutEnd } from '../../text/fitted-text.ts';
import { type Cell, cell, labelCell, type Row, rowWidth, type Size, valueCell } from './cells.ts';
import { exponent } from './format.ts';
import { type Axis, cutsText, type MatrixPlan, planMatrix, rowLabel } from './matrix-plan.ts';
import { differenceCells, differenceText, numberInCell, withMark } from './number-cells.ts';
import { signedPosition } from './robust-scale.ts';
import { indicesIn } from './viewport.ts';

export interface DifferenceInput {
  /** Differences, [row, column]; NaN where there is no number. */
  readonly values: Tensor;
  readonly rows: Axis;
  readonly columns: Axis;
  /** Short words for numbers below and above 0: `A more`, `B more`. */
  readonly meaning: { readonly negative: string; readonly positive: string };
  /** Whether one side lacks this row or column: the cell stays blank. */
  readonly isAbsent?: (row: number, column: number) => boolean;
  readonly size: Size;
}

/** Signed differences: a row per query, a column per key; colours run from −max to max of |difference|.
 *  @throws ShapeError when axes and values differ in length. */
export function differenceHeatmap(input: DifferenceInput): Row[] {
  const { values, rows, columns, size } = input;
  const [rowCount, columnCount] = [rows.names.length, columns.names.length];
  if (dim(values, 0) !== rowCount || dim(values, 1) !== columnCount) {
    throw new ShapeError(`${rowCount} × ${columnCount} labels do not fit shape [${values.shape.join(', ')}]`);
  }
  if (rowCount === 0 || columnCount === 0) return [];
  const plan = planMatrix(rows, columns, size);
  const scale = largestMagnitude(values.data);
  return [
    ...plan.heads,
    ...indicesIn(plan.rows).map((index) => matrixRow(input, index, plan, scale)),
    ...plan.below,
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
  const { values, rows, columns, isAbsent } = input;
  const isSelected = index === rows.selected;
  const cells = differenceCells(plan.cellWidth);
  const numbers = rowOf(values, index);
  const shown = indicesIn(plan.columns);
  const texts = shown.map((column) => {
    const value = numbers[column] ?? Number.NaN;
    if (isAbsent?.(index, column) !== true) return numberInCell(differenceText(value, cells), cells);
    const isNamed = isSelected && column === columns.selected && cells.widthCells > 4;
    return numberInCell(isNamed ? 'none' : '', cells);
  });
  const marks = isSelected ? withMark(texts, columns.selected - plan.columns.start, plan.spareCells) : texts;
  return [
    labelCell(rowLabel(rows, index), isSelected, plan.labelWidth),
    ...shown.map((column, place) => {
      const value = numbers[column] ?? Number.NaN;
      const signed = Number.isNaN(value) ? {} : { signed: scale === 0 ? 0 : signedPosition(value, scale) };
      return valueCell(marks[place] ?? '', signed, isSelected && column === columns.selected);
    }),
  ];
}

/** What the colours and signs mean, and which part is in view if not all is. */
function legend({ meaning, size, values }: DifferenceInput, plan: MatrixPlan, scale: number): Row {
  const cuts = cutsText(plan, dim(values, 0), dim(values, 1));
  if (!(scale > 0)) {
    const words = scale === 0 ? ' no difference: all are 0' : ' no numbers to compare';
    return [cell(cutEnd(words + cuts, size.widthCells), 'dim')];
  }
  // A tiny scale needs an exponent: rounded, its ends would read 0.
  const most = scale < 0.0005 ? exponent(scale) : differenceText(scale, differenceCells(8)).slice(1);
  const full: [string, string] = [` ${meaning.negative} −${most} `, ` +${most} ${meaning.positive}${cuts}`];
  const short: [string, string] = [` −${most} `, ` +${most}${cuts}`];
  const candidates = [full, short].flatMap(([left, right]) =>
    [8, 4, 2, 1].map((steps): Row => [cell(left, 'dim'), ...differenceRamp(steps), cell(right, 'dim')]),
  );
  const fitting = candidates.find((row) => rowWidth(row) <= size.widthCells);
  return (
    fitting ?? [cell(cutEnd(cuts === '' ? full.join('').replace('  ', ' ') : cuts.slice(1), size.widthCells), 'dim')]
  );
}

function differenceRamp(steps: number): Cell[] {
  return Array.from({ length: 2 * steps + 1 }, (_, index) => {
    const step = index - steps;
    return { text: step === 0 ? '0' : ' ', tone: 'plain', signed: step / steps };
  });
}
