import { blockRow, dim, type Tensor } from '../tensor/tensor.ts';
import { graphemesOf, widthOf } from '../text/graphemes.ts';
import { type Cell, cell, type Row, type Size } from './cells.ts';
import { compact, fixed, weightLabel } from './format.ts';
import type { Selection } from './selection.ts';
import type { Symbols } from './symbols.ts';
import { center, cutMiddle, padEnd, wrapWords } from './text.ts';
import { labelAt, positionedLabel, type TokenView, tokenLabel } from './tokens.ts';
import { windowAround } from './viewport.ts';

export interface HeatmapInput {
  /** Softmax weights, [head, query, key]. */
  readonly weights: Tensor;
  /** What asks (rows) and what answers (columns): the same tokens but in attention to another text. */
  readonly queries: readonly TokenView[];
  readonly keys: readonly TokenView[];
  readonly selection: Selection;
  readonly size: Size;
  readonly symbols: Symbols;
  /** What the numbers are where they are not weights of 0 to 1: their name for the legend, and the largest of them. */
  readonly scale?: { readonly name: string; readonly maximum: number };
  /** Sentences about this head, shown below where there is room. */
  readonly notes?: readonly string[];
}

interface Plan {
  readonly labelWidth: number;
  readonly cellWidth: number;
  /** Lines that the labels of the columns are broken into. */
  readonly headerHeight: number;
  readonly keys: { readonly start: number; readonly end: number };
  readonly queries: { readonly start: number; readonly end: number };
}

const cellWidths = [8, 6, 5, 4, 3, 2];

/** The selected head's weights: a row a query, a column a key, labels on both axes, a legend below. */
export function heatmapView(input: HeatmapInput): Row[] {
  const { queries, selection, size, symbols, weights } = input;
  if (queries.length === 0) return [];
  const plan = arrangeHeatmap(input);
  const rows: Row[] = headerRows(input, plan);
  for (let query = plan.queries.start; query < plan.queries.end; query++) {
    const values = blockRow(weights, selection.head, query);
    const maximum = input.scale?.maximum ?? null;
    const isSelected = query === selection.query;
    const pointer = isSelected ? symbols.pointer : ' ';
    const label = pointer + positionedLabel(queries, query, plan.labelWidth - 2, symbols);
    const row: Cell[] = [cell(padEnd(label, plan.labelWidth), isSelected ? 'accent' : 'plain')];
    for (let key = plan.keys.start; key < plan.keys.end; key++) {
      row.push(
        valueCell(values[key] ?? Number.NaN, maximum, plan.cellWidth, isSelected && key === selection.key, symbols),
      );
    }
    rows.push(row);
  }
  rows.push(legend(input, plan, dim(weights, 1), dim(weights, 2)));
  const notes = (input.notes ?? []).flatMap((note) => wrapWords(note, size.widthCells - 1));
  if (rows.length + notes.length > size.heightCells) return rows;
  return [...rows, ...notes.map((line): Row => [cell(` ${line}`, 'dim')])];
}

function arrangeHeatmap({ queries, keys, selection, size }: HeatmapInput): Plan {
  const longest = longestLabel(keys);
  const digits = String(queries.length - 1).length;
  const labelWidth = Math.min(longestLabel(queries) + digits + 3, size.widthCells < 60 ? 12 : 16);
  const room = Math.max(2, size.widthCells - labelWidth);
  const cellWidth = cellWidths.find((width) => width * keys.length <= room) ?? 2;
  const spareRows = size.heightCells - 1 - queries.length;
  const wanted = Math.ceil(longest / (cellWidth - 1));
  // Where not all queries fit anyway, readable labels are worth a few rows.
  const headerRoom = spareRows > 0 ? spareRows : Math.floor(size.heightCells / 4);
  const headerHeight = Math.max(1, Math.min(wanted, 6, headerRoom));
  return {
    labelWidth,
    cellWidth,
    headerHeight,
    keys: windowAround(keys.length, Math.floor(room / cellWidth), selection.key),
    queries: windowAround(queries.length, Math.max(1, size.heightCells - headerHeight - 1), selection.query),
  };
}

function longestLabel(tokens: readonly TokenView[]): number {
  return Math.max(...tokens.map((token) => widthOf(tokenLabel(token))));
}

function headerRows({ keys, selection, symbols }: HeatmapInput, plan: Plan): Row[] {
  const { start, end } = plan.keys;
  const rows: Row[] = [];
  for (let line = 0; line < plan.headerHeight; line++) {
    const row: Cell[] = [cell(' '.repeat(plan.labelWidth))];
    for (let key = start; key < end; key++) {
      const text = headerText(labelAt(keys, key), line, plan, symbols);
      row.push(cell(text, key === selection.key ? 'accent' : 'dim'));
    }
    rows.push(row);
  }
  return rows;
}

/** Line `line` of a label that is broken into pieces as wide as its column; the last piece stands on the matrix. */
function headerText(label: string, line: number, { headerHeight, cellWidth }: Plan, symbols: Symbols): string {
  const room = cellWidth - 1;
  const pieces: string[] = [''];
  for (const grapheme of graphemesOf(cutMiddle(label, room * headerHeight, symbols.ellipsis))) {
    const piece = pieces.at(-1) ?? '';
    if (widthOf(piece + grapheme) <= room || piece === '') pieces[pieces.length - 1] = piece + grapheme;
    else pieces.push(grapheme);
  }
  return center(pieces[line - (headerHeight - pieces.length)] ?? '', cellWidth);
}

function valueCell(
  value: number,
  maximum: number | null,
  cellWidth: number,
  selected: boolean,
  symbols: Symbols,
): Cell {
  const weight = maximum === null ? value : maximum === 0 ? 0 : value / maximum;
  const label = maximum === null ? weightLabel(value, cellWidth, symbols) : normLabel(value, cellWidth, symbols);
  // Exactly zero is what a mask leaves, not a small number.
  const number = value === 0 && cellWidth >= 3 ? symbols.dot : label;
  const text = center(selected && cellWidth >= 5 ? `[${number}]` : number, cellWidth);
  return selected ? { text, tone: 'accent', weight, selected: true } : { text, tone: 'plain', weight };
}

/** A number of any size from 0 on, for a cell of so many characters; '' where there is no room for a digit that says something. */
function normLabel(value: number, widthCells: number, symbols: Symbols): string {
  if (Number.isNaN(value)) return widthCells < 3 ? '' : symbols.none;
  const texts = [3, 2, 1, 0].map((digits) => fixed(value, digits, symbols).replace(/^0\./, '.'));
  return texts.find((one) => one.length < widthCells && /[1-9]/.test(one)) ?? '';
}

function legend({ size, symbols, scale }: HeatmapInput, plan: Plan, queryCount: number, keyCount: number): Row {
  const { keys, queries } = plan;
  const name = scale?.name ?? 'weight';
  const most = scale === undefined ? '1' : compact(scale.maximum, symbols);
  const cut = (name: string, shown: { start: number; end: number }, count: number) =>
    shown.end - shown.start < count ? `  ${name} ${shown.start}${symbols.range}${shown.end - 1} of ${count}` : '';
  const cuts = cut('rows', queries, queryCount) + cut('columns', keys, keyCount);
  const note = cuts === '' ? '  row asks, column answers' : cuts;
  const steps = size.widthCells < 60 ? 8 : 16;
  const row: Cell[] = [cell(` ${name} 0 `, 'dim')];
  for (let step = 0; step < steps; step++) row.push({ text: ' ', tone: 'plain', weight: step / (steps - 1) });
  row.push(cell(` ${most}`, 'dim'));
  if (widthOf(name) + 4 + steps + 1 + most.length + note.length <= size.widthCells) row.push(cell(note, 'dim'));
  return row;
}
