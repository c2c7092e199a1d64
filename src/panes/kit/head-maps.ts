import type { HeadIndex } from '../../core/interventions.ts';
import type { Explorer } from '../../explorer/explorer.ts';
import { dim, type Tensor } from '../../tensor/tensor.ts';
import { center, padEnd } from '../../text/fitted-text.ts';
import { type Cell, cell, type Row, type Size, valueCell } from './cells.ts';
import { ablatedIn } from './inputs.ts';
import { isSameHead } from './names.ts';
import { pooledText, poolMaximum } from './pool.ts';
import { windowAround } from './viewport.ts';

export interface HeadMapsInput {
  /** Weights of each layer, [head, query, key]. */
  readonly layers: readonly Tensor[];
  readonly isAblated: (layer: number, head: number) => boolean;
  readonly selection: HeadIndex;
  readonly size: Size;
  /** Fewest pixels of a readable map: the view scrolls if not all heads fit at that size. */
  readonly fewestPixels?: number;
}

/** The maps of all shown heads. It reads neither query nor key, so that moving the cursor does not redraw them. */
export function headMaps(explorer: Explorer, size: Size, fewestPixels: number): Row[] {
  return headMapsView({
    layers: explorer.shown.value.layers.map((one) => one.attentionWeights),
    isAblated: ablatedIn(explorer),
    selection: explorer.place.value,
    size,
    fewestPixels,
  });
}

const labelWidth = 3;
const pixelsPerCell = 2;

interface MapPlan {
  readonly perRow: number;
  /** Pixels of a map, both ways. */
  readonly pixels: number;
  /** Cells a pixel is wide. */
  readonly scale: number;
  /** Width and height of a map on the screen. */
  readonly widthCells: number;
  readonly heightCells: number;
}

/** Every head as a small heatmap, a band of rows per layer; the selected head's number has brackets. Below, what is out of view and
 *  how many weights a pixel stands for. */
export function headMapsView(input: HeadMapsInput): Row[] {
  const { layers, size } = input;
  const first = layers[0];
  if (first === undefined || dim(first, 1) === 0) return [];
  let words: string[] = [];
  for (;;) {
    const heightCells = Math.max(1, size.heightCells - words.length);
    const found = mapsWithin(input, first, { ...size, heightCells });
    if (found.words.length <= words.length || words.length === size.heightCells - 1)
      return [...found.rows, ...found.words.map((text): Row => [cell(text, 'dim')])].slice(0, size.heightCells);
    words = found.words;
  }
}

/** The maps, and the words that belong below them. */
function mapsWithin({ layers, isAblated, selection, fewestPixels = 1 }: HeadMapsInput, first: Tensor, size: Size) {
  const [rowCount, columnCount] = [dim(first, 1), dim(first, 2)];
  const count = Math.max(rowCount, columnCount);
  const headCounts = layers.map((layer) => dim(layer, 0));
  const plan = planMaps(headCounts, count, size, Math.min(count, fewestPixels));
  const bands = layers.flatMap((weights, layer) =>
    chunks(dim(weights, 0), plan.perRow).map((heads) => ({ weights, layer, heads })),
  );
  const visibleBands = Math.max(1, Math.floor(size.heightCells / (plan.heightCells + 1)));
  const selectedBand = bands.findIndex((one) => one.layer === selection.layer && one.heads.includes(selection.head));
  const window = windowAround(bands.length, visibleBands, selectedBand);
  const shown = bands.slice(window.start, window.end);
  const rows = shown.flatMap(({ weights, layer, heads }) => {
    const maps = heads.map((head) => {
      const cells = rowCount * columnCount;
      const values = weights.data.subarray(head * cells, (head + 1) * cells);
      return poolMaximum(values, rowCount, columnCount, plan.pixels, plan.pixels);
    });
    const picture = Array.from({ length: plan.heightCells }, (_, line): Row => {
      const label = line === 0 && heads[0] === 0 ? `L${layer}` : '';
      const start = cell(padEnd(label, labelWidth), 'dim');
      return [start, ...maps.flatMap((map) => mapCells(map, line, plan))];
    });
    return [...picture, numbersRow(layer, heads, plan.widthCells, selection, isAblated)];
  });
  const shownCount = shown.reduce((sum, { heads }) => sum + heads.length, 0);
  const headCount = headCounts.reduce((sum, heads) => sum + heads, 0);
  const pooled = pooledText(rowCount, columnCount, plan.pixels);
  return { rows, words: wordsBelow(shownCount, headCount, pooled, size.widthCells) };
}

/** On one line if it fits: how many heads are in view, and how many weights a pixel stands for. */
function wordsBelow(shown: number, count: number, pooled: ReturnType<typeof pooledText>, widthCells: number): string[] {
  const isCut = shown < count;
  if (!isCut && pooled === null) return [];
  const more = isCut ? [`${shown} of ${count} heads`] : [];
  if (pooled === null) return more;
  const lines = [pooled.full, pooled.medium, pooled.short].map((text) => [...more, text].join(' · '));
  const short = isCut ? `${shown} of ${count}, ${pooled.short}` : pooled.short;
  const fitting = [...lines, short].find((line) => line.length <= widthCells);
  return fitting === undefined ? [...more, pooled.short] : [fitting];
}

/** The largest maps that keep all heads in view; if they would be tiny, small maps that scroll. */
function planMaps(headCounts: readonly number[], count: number, size: Size, fewestPixels: number): MapPlan {
  const maxHeads = Math.max(...headCounts);
  let best: MapPlan | null = null;
  for (let perRow = maxHeads; perRow >= 1; perRow--) {
    // Rows of equal length: a row of three and one of a single head would suggest a structure that the model lacks.
    if (Math.ceil(maxHeads / Math.ceil(maxHeads / perRow)) !== perRow) continue;
    const bands = headCounts.reduce((sum, heads) => sum + Math.ceil(heads / perRow), 0);
    const columns = Math.floor((size.widthCells - labelWidth) / perRow) - 1;
    const rows = Math.floor(size.heightCells / bands) - 1;
    const plan = mapPlan(perRow, count, Math.min(columns, rows * pixelsPerCell));
    const isEnough = rows >= 1 && columns >= 3 && plan.pixels >= fewestPixels;
    if (isEnough && (best === null || plan.widthCells > best.widthCells)) best = plan;
  }
  const room = Math.max(4, fewestPixels);
  const perRow = Math.max(1, Math.min(maxHeads, Math.floor((size.widthCells - labelWidth) / (room + 1))));
  return best ?? mapPlan(perRow, count, room);
}

/** A map of at most `room` pixels both ways: whole multiples of a smaller matrix, or a larger one pooled. */
function mapPlan(perRow: number, count: number, room: number): MapPlan {
  const pixels = Math.max(1, Math.min(count, room));
  const scale = Math.max(1, Math.floor(room / count));
  const side = pixels * scale;
  return { perRow, pixels, scale, widthCells: Math.max(3, side), heightCells: Math.ceil(side / pixelsPerCell) };
}

function mapCells(map: Float32Array[], line: number, plan: MapPlan): Cell[] {
  const pixel = (y: number, x: number) => map[Math.floor(y / plan.scale)]?.[Math.floor(x / plan.scale)];
  const cells: Cell[] = [];
  for (let column = 0; column < plan.widthCells; column++) {
    const weight = pixel(line * pixelsPerCell, column);
    const lowerWeight = pixel(line * pixelsPerCell + 1, column);
    const text = '▀';
    if (weight === undefined) cells.push(cell(' '));
    else cells.push({ text, tone: 'plain', weight, ...(lowerWeight === undefined ? {} : { lowerWeight }) });
  }
  return [...cells, cell(' ')];
}

function numbersRow(
  layer: number,
  heads: readonly number[],
  mapWidth: number,
  selection: HeadIndex,
  isAblated: (layer: number, head: number) => boolean,
): Row {
  return [
    cell(' '.repeat(labelWidth)),
    ...heads.flatMap((head): Cell[] => {
      const isSelected = isSameHead({ layer, head }, selection);
      const name = `${isAblated(layer, head) ? 'x' : ''}${head}`;
      const text = center(isSelected ? `[${name}]` : name, mapWidth);
      return [valueCell(text, {}, isSelected, 'dim'), cell(' ')];
    }),
  ];
}

function chunks(count: number, size: number): number[][] {
  return Array.from({ length: Math.ceil(count / size) }, (_, chunk) =>
    Array.from({ length: Math.min(size, count - chunk * size) }, (_, index) => chunk * size + index),
  );
}
