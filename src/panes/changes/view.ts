import type { RunChanges } from '../../core/measures/run-changes.ts';
import { positionedLabel } from '../../explorer/token-view.ts';
import { blockRow, dim, type Tensor, tensor } from '../../tensor/tensor.ts';
import { cutEnd, joinWithin } from '../../text/fitted-text.ts';
import { chartsBeside } from '../kit/bar-chart.ts';
import { awaited, cell, type Row, type Size, wrappedRows } from '../kit/cells.ts';
import { differenceHeatmap } from '../kit/difference-heatmap.ts';
import { tokenAxis } from '../kit/matrix-plan.ts';
import { headName } from '../kit/names.ts';
import { sideBySide } from '../kit/side-by-side.ts';
import { type ChangesTableInput, changesLegend, changesTable } from './table.ts';

export interface ChangesInput extends Omit<ChangesTableInput, 'changes'> {
  /** A sentence per change. */
  readonly interventions: readonly string[];
  /** How to change something, shown while nothing is changed. */
  readonly invitation: string;
  /** null: not computed yet. */
  readonly changes: RunChanges | null;
  /** The selected layer's weights, [head, query, key]; null: not computed yet. */
  readonly weights: { readonly before: Tensor; readonly after: Tensor } | null;
}

/** At this width and above, the heatmap is right of the numbers. */
const wideCells = 100;
const fewestHeatmapRows = 6;
const fewestChartRows = 6;
const mostChartRows = 14;
/** Rows of a heatmap besides its queries: title, two rows of labels, legend. */
const heatmapFrame = 4;

/** How the changed run differs from the unaltered one: the changes, numbers from the weights to the result, the difference of the
 *  weights, and the selected query's weights before and after. */
export function changesView(input: ChangesInput): Row[] {
  const { changes, size, weights } = input;
  const top = changedRows(input);
  const room = { widthCells: size.widthCells, heightCells: size.heightCells - top.length };
  if (changes === null) {
    const isAwaited = input.interventions.length > 0;
    return [...top, ...(isAwaited ? [awaited] : [])].slice(0, size.heightCells);
  }
  const body =
    weights === null
      ? changesTable({ ...input, changes }, room.widthCells, room.heightCells)
      : size.widthCells >= wideCells
        ? wideRows({ ...input, changes, weights }, room)
        : narrowRows({ ...input, changes, weights }, room);
  return [...top, ...body].slice(0, size.heightCells);
}

type Known = ChangesInput & { readonly changes: RunChanges; readonly weights: NonNullable<ChangesInput['weights']> };

/** Lists the changes in at most a third of the rows and counts the rest. */
function changedRows({ interventions, invitation, size }: ChangesInput): Row[] {
  const { widthCells, heightCells } = size;
  const most = Math.max(1, Math.floor(heightCells / 3));
  if (interventions.length === 0) {
    return wrappedRows(invitation, widthCells, 'dim').slice(0, Math.max(3, most));
  }
  const sentences = interventions.map((one) => cutEnd(one, widthCells));
  for (let count = sentences.length; ; count--) {
    const more = count < sentences.length ? [`+${sentences.length - count} more`] : [];
    const lines = joinWithin([...sentences.slice(0, count), ...more], { within: '; ', atEnd: ';' }, widthCells);
    if (lines.length > most && count > 0) continue;
    return lines.map((line): Row => [cell(cutEnd(line, widthCells), 'strong')]);
  }
}

/** Numbers, then the heatmap, then the chart, as room allows. */
function narrowRows(input: Known, { widthCells, heightCells }: Size): Row[] {
  const table = changesTable(input, widthCells, heightCells);
  const room = heightCells - table.length;
  if (room < fewestHeatmapRows) return [...table, ...changesLegend(widthCells, room)];
  const map = heatmap(input, { widthCells, heightCells: Math.min(room, input.queries.length + heatmapFrame) });
  const left = Math.min(mostChartRows, room - map.length - 1);
  const chart = left < fewestChartRows ? [] : chartOf(input, { widthCells, heightCells: left });
  const rows = [...table, ...map, ...(chart.length === 0 ? [] : [[], ...chart])];
  return [...rows, ...changesLegend(widthCells, heightCells - rows.length)];
}

/** Numbers left, heatmap right, chart below. */
function wideRows(input: Known, { widthCells, heightCells }: Size): Row[] {
  const leftWidth = Math.min(68, Math.max(58, Math.floor(0.45 * widthCells)));
  const chartRows = Math.min(mostChartRows, Math.floor(heightCells / 3));
  const chart = chartRows < fewestChartRows ? [] : chartOf(input, { widthCells, heightCells: chartRows });
  const upper = heightCells - (chart.length === 0 ? 0 : chart.length + 1);
  const table = changesTable(input, leftWidth, upper);
  const left = [...table, ...changesLegend(leftWidth, upper - table.length)];
  const right = heatmap(input, { widthCells: widthCells - leftWidth - 2, heightCells: upper });
  return [...sideBySide([left, right], [leftWidth + 2, 0]), ...(chart.length === 0 ? [] : [[], ...chart])];
}

/** Changed minus unaltered weights of the selected head. */
function heatmap({ weights, queries, keys, selection }: Known, { widthCells, heightCells }: Size): Row[] {
  const { head, query, key } = selection;
  const title = `weights of ${headName(selection)}: changed − unaltered`;
  const rows = differenceHeatmap({
    values: differenceOf(weights.before, weights.after, head),
    rows: tokenAxis(queries, query),
    columns: tokenAxis(keys, key),
    meaning: { negative: 'less', positive: 'more' },
    size: { widthCells, heightCells: heightCells - 1 },
  });
  return rows.length === 0 ? [] : [[cell(cutEnd(title, widthCells), 'dim')], ...rows];
}

/** after − before of one head; NaN where one has no number.  [head, query, key] -> [query, key] */
function differenceOf(before: Tensor, after: Tensor, head: number): Tensor {
  const [queries, keys] = [dim(after, 1), dim(after, 2)];
  const start = head * queries * keys;
  const result = tensor(['query', 'key'], [queries, keys]);
  for (let i = 0; i < result.data.length; i++) result.data[i] = after.data[start + i]! - before.data[start + i]!;
  return result;
}

/** The selected query's weights in both runs, on one scale. */
function chartOf({ weights, queries, selection }: Known, size: Size): Row[] {
  const who = positionedLabel(queries, selection.query, 16);
  const valuesOf = (run: Tensor) => Array.from(blockRow(run, selection.head, selection.query));
  const runs = [
    { title: `unaltered weights of ${who}`, values: valuesOf(weights.before) },
    { title: `changed weights of ${who}`, values: valuesOf(weights.after) },
  ];
  return chartsBeside(runs, size);
}
