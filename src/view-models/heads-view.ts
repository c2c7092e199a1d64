import { dim, type Tensor } from '../tensor/tensor.ts';
import { type Cell, cell, type Row, type Size } from './cells.ts';
import { poolMaximum } from './pool.ts';
import type { Selection } from './selection.ts';
import type { Symbols } from './symbols.ts';
import { center, padEnd } from './text.ts';
import { windowAround } from './viewport.ts';

export interface HeadsInput {
  /** Weights of each layer, [head, query, key]. */
  readonly layers: readonly Tensor[];
  readonly isAblated: (layer: number, head: number) => boolean;
  readonly selection: Pick<Selection, 'layer' | 'head'>;
  readonly size: Size;
  readonly symbols: Symbols;
}

/** Every head as a small heatmap, a band of rows a layer; the selected one between brackets. */
export function headsView({ layers, isAblated, selection, size, symbols }: HeadsInput): Row[] {
  const first = layers[0];
  if (first === undefined || dim(first, 1) === 0) return [];
  const count = dim(first, 1);
  const pixelsPerCell = symbols.halfBlock === null ? 1 : 2;
  const labelWidth = 3;
  const maxHeads = Math.max(...layers.map((layer) => dim(layer, 0)));
  const minimumWidth = 5;
  const perRow = Math.max(1, Math.min(maxHeads, Math.floor((size.widthCells - labelWidth) / minimumWidth)));
  const mapWidth = Math.max(1, Math.min(count, Math.floor((size.widthCells - labelWidth) / perRow) - 1));
  const square = Math.ceil(Math.min(count, mapWidth) / pixelsPerCell);
  const bandsWanted = layers.length * Math.ceil(maxHeads / perRow);
  const fitting = Math.max(1, Math.floor(size.heightCells / bandsWanted) - 1);
  const mapHeight = Math.max(1, Math.min(square, fitting));
  const bands = layers.flatMap((weights, layer) =>
    chunks(dim(weights, 0), perRow).map((heads) => ({ weights, layer, heads })),
  );
  const visibleBands = Math.max(1, Math.floor(size.heightCells / (mapHeight + 1)));
  const selectedBand = bands.findIndex((one) => one.layer === selection.layer && one.heads.includes(selection.head));
  const shown = windowAround(bands.length, visibleBands, selectedBand);
  return bands.slice(shown.start, shown.end).flatMap(({ weights, layer, heads }) => {
    const maps = heads.map((head) =>
      poolMaximum(
        weights.data.subarray(head * count * count, (head + 1) * count * count),
        count,
        mapWidth,
        mapHeight * pixelsPerCell,
      ),
    );
    const picture = Array.from({ length: mapHeight }, (_, line): Row => {
      const start = cell(line === 0 ? padEnd(`L${layer}`, labelWidth) : ' '.repeat(labelWidth), 'dim');
      return [start, ...maps.flatMap((map) => mapCells(map, line, mapWidth, pixelsPerCell, symbols))];
    });
    return [...picture, numbersRow(layer, heads, labelWidth, mapWidth, selection, isAblated)];
  });
}

function mapCells(map: Float32Array[], line: number, width: number, pixelsPerCell: number, symbols: Symbols): Cell[] {
  const upper = map[line * pixelsPerCell];
  const lower = pixelsPerCell === 2 ? map[line * 2 + 1] : undefined;
  const cells: Cell[] = [];
  for (let column = 0; column < width; column++) {
    const weight = upper?.[column];
    const lowerWeight = lower?.[column];
    if (weight === undefined) cells.push(cell(' '));
    else if (lowerWeight === undefined)
      cells.push({ text: pixelsPerCell === 2 ? (symbols.halfBlock ?? ' ') : ' ', tone: 'plain', weight });
    else cells.push({ text: symbols.halfBlock ?? ' ', tone: 'plain', weight, lowerWeight });
  }
  cells.push(cell(' '));
  return cells;
}

function numbersRow(
  layer: number,
  heads: readonly number[],
  labelWidth: number,
  mapWidth: number,
  selection: Pick<Selection, 'layer' | 'head'>,
  isAblated: (layer: number, head: number) => boolean,
): Row {
  return [
    cell(' '.repeat(labelWidth)),
    ...heads.map((head): Cell => {
      const isSelected = layer === selection.layer && head === selection.head;
      const name = `${isAblated(layer, head) ? 'x' : ''}${head}`;
      const text = `${center(isSelected ? `[${name}]` : name, mapWidth)} `;
      return isSelected ? { text, tone: 'accent', selected: true } : cell(text, 'dim');
    }),
  ];
}

function chunks(count: number, size: number): number[][] {
  return Array.from({ length: Math.ceil(count / size) }, (_, chunk) =>
    Array.from({ length: Math.min(size, count - chunk * size) }, (_, index) => chunk * size + index),
  );
}
