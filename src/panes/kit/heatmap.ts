import { blockRow, dim, type Tensor } from '../../tensor/tensor.ts';
import { cutEnd, wrapWords } from '../../text/fitted-text.ts';
import { type Cell, cell, labelCell, type Row, rowWidth, valueCell, weightRamp } from './cells.ts';
import { compact } from './format.ts';
import type { CommonInput } from './inputs.ts';
import { cutsText, type MatrixPlan, planMatrix, rowLabel, tokenAxis } from './matrix-plan.ts';
import {
  type NumberCells,
  numberInCell,
  scaledCells,
  scaledText,
  weightCells,
  weightText,
  withMark,
} from './number-cells.ts';
import { indicesIn } from './viewport.ts';

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

/** The selected head's weights: a row per query, a column per key, labels on both axes, a legend below. */
export function heatmapView(input: HeatmapInput): Row[] {
  const { queries, keys, selection, size, weights, isUnmarked } = input;
  if (queries.length === 0) return [];
  const rowAxis = tokenAxis(queries, selection.query, isUnmarked?.query);
  const plan = planMatrix(rowAxis, tokenAxis(keys, selection.key, isUnmarked?.key), size);
  const maximum = input.scale?.maximum ?? null;
  const cells = maximum === null ? weightCells(plan.cellWidth) : scaledCells(plan.cellWidth, maximum);
  const rows: Row[] = [
    ...plan.heads,
    ...indicesIn(plan.rows).map((query): Row => {
      const isSelected = query === selection.query && isUnmarked?.query !== true;
      const label = labelCell(rowLabel(rowAxis, query), isSelected, plan.labelWidth);
      return [label, ...weightRow(input, query, isSelected, plan, cells)];
    }),
    ...plan.below,
    legend(input, plan, dim(weights, 1), dim(weights, 2)),
  ].slice(0, size.heightCells);
  const notes = (input.notes ?? []).flatMap((note) => wrapWords(note, size.widthCells - 1));
  if (rows.length + notes.length > size.heightCells) return rows;
  return [...rows, ...notes.map((line): Row => [cell(` ${line}`, 'dim')])];
}

function weightRow(
  { weights, selection, scale, isTyped, isUnmarked }: HeatmapInput,
  query: number,
  isSelected: boolean,
  { columns, spareCells }: MatrixPlan,
  cells: NumberCells,
): Cell[] {
  const values = blockRow(weights, selection.head, query);
  const marked = isSelected && isUnmarked?.key !== true ? selection.key : null;
  const shown = indicesIn(columns);
  const texts = shown.map((key) => {
    const value = values[key] ?? Number.NaN;
    const text = scale === undefined ? weightText(value, cells) : scaledText(value, cells);
    const star = isTyped?.(query, key) === true && text.length < cells.widthCells ? '*' : '';
    return numberInCell(text + star, cells);
  });
  const marks = marked === null ? texts : withMark(texts, marked - columns.start, spareCells);
  return shown.map((key, index) => {
    const value = values[key] ?? Number.NaN;
    const weight = scale === undefined ? value : scale.maximum === 0 ? 0 : value / scale.maximum;
    return valueCell(marks[index] ?? '', { weight }, key === marked);
  });
}

function legend({ size, scale }: HeatmapInput, plan: MatrixPlan, queryCount: number, keyCount: number): Row {
  const name = scale?.name ?? 'weight';
  const most = scale === undefined ? '1' : compact(scale.maximum);
  const cuts = cutsText(plan, queryCount, keyCount);
  const note = cuts === '' ? '  row asks, column answers' : cuts;
  const ramps = [16, 8, 4].filter((steps) => steps < 16 || size.widthCells >= 60);
  const rows = ramps.map(
    (steps): Row => [cell(` ${name} 0 `, 'dim'), ...weightRamp(steps), cell(` ${most}`, 'dim'), cell(note, 'dim')],
  );
  const fitting = rows.find((row) => rowWidth(row) <= size.widthCells);
  if (fitting !== undefined) return fitting;
  // What is out of view matters more than the colours.
  return cuts === '' ? (rows[0] ?? []).slice(0, -1) : [cell(cutEnd(cuts.slice(1), size.widthCells), 'dim')];
}
