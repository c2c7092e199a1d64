import { copyRows } from './copy-rows.ts';
import type { KernelMemory } from './kernel-memory.ts';
import { panelColumns } from './kernel-types.ts';

/** How many numbers of x and y the scratch area holds at once; more rows take more turns. */
const scratchNumbers = 1 << 20;
const fewestRows = 4;

/** A matrix in panels. */
interface Panels {
  readonly memory: KernelMemory;
  /** Byte address of the first panel. */
  readonly address: number;
  readonly inWidth: number;
  readonly outWidth: number;
}

/** Rows of a larger array: row i begins at start + i·width. */
export interface Rows {
  readonly data: Float32Array;
  readonly start: number;
}

/** y = x·W + bias for `rows` rows.  x [row, in], bias [out] or null -> y [row, out]
 *  Leaves the first `keptBytes` of the scratch area untouched. */
export function multiplyRows(
  panels: Panels,
  x: Rows,
  bias: Float32Array | null,
  y: Rows,
  rows: number,
  keptBytes = 0,
): void {
  const { memory, address, inWidth, outWidth } = panels;
  const panelCount = Math.ceil(outWidth / panelColumns);
  const yWidth = panelCount * panelColumns;
  const rowsAtOnce = Math.max(fewestRows, Math.floor(scratchNumbers / (inWidth + yWidth) / fewestRows) * fewestRows);
  for (let first = 0; first < rows; first += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, rows - first);
    const biasAt = memory.scratch(keptBytes + 4 * (yWidth + count * (inWidth + yWidth))) + keptBytes;
    const yAt = biasAt + 4 * yWidth;
    const xAt = yAt + 4 * count * yWidth;
    const biasRow = memory.floats(biasAt, yWidth).fill(0);
    if (bias !== null) biasRow.set(bias);
    const from = x.start + first * inWidth;
    memory.floats(xAt, count * inWidth).set(x.data.subarray(from, from + count * inWidth));
    memory.product(xAt, address, biasAt, yAt, count, inWidth, panelCount, 4 * yWidth);
    copyRows(memory.floats(yAt, count * yWidth), 0, yWidth, y.data, y.start + first * outWidth, outWidth, count);
  }
}
