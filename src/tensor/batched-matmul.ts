import { workMemory } from './kernel-memory.ts';
import { panelColumns } from './kernel-types.ts';
import { packInputs, packOutputs, panelNumbers } from './panel-matrix.ts';
import { multiplyRows } from './panel-product.ts';
import { dim, ShapeError, type Tensor } from './tensor.ts';

/** x·yᵀ for each block: the dot product of every row of x with every row of y.
 *  x [block, row, width], y [block, column, width] -> [block, row, column], row-major
 *  @throws ShapeError when blocks or widths differ. */
export function batchedMatmulTransposed(x: Tensor, y: Tensor): Float32Array {
  const [blocks, rows, width, columns] = [dim(x, 0), dim(x, 1), dim(x, 2), dim(y, 1)];
  if (dim(y, 0) !== blocks || dim(y, 2) !== width) {
    throw new ShapeError(`[${x.shape.join(', ')}] does not fit the transposed [${y.shape.join(', ')}]`);
  }
  return multiplyBlocks({ x: x.data, blocks, rows, inWidth: width, outWidth: columns }, (block, panels) => {
    packOutputs(y.data.subarray(block * columns * width, (block + 1) * columns * width), width, panels, 0);
  });
}

/** weights·values for each block: weighted sums of the rows of values. NaN marks a missing weight and adds nothing;
 *  a row whose weights are all NaN gives a row of NaN.
 *  weights [block, row, inner], values [block, inner, column] -> [block, row, column], row-major
 *  @throws ShapeError when blocks or inner sizes differ. */
export function batchedMatmul(weights: Tensor, values: Tensor): Float32Array {
  const [blocks, rows, inner, columns] = [dim(weights, 0), dim(weights, 1), dim(weights, 2), dim(values, 2)];
  if (dim(values, 0) !== blocks || dim(values, 1) !== inner) {
    throw new ShapeError(`weights [${weights.shape.join(', ')}] do not fit values [${values.shape.join(', ')}]`);
  }
  const sums = multiplyBlocks({ x: weights.data, blocks, rows, inWidth: inner, outWidth: columns }, (block, panels) => {
    packInputs(values.data.subarray(block * inner * columns, (block + 1) * inner * columns), inner, columns, panels, 0);
  });
  if (inner === 0) return sums;
  // One NaN among the weights makes the kernel's whole row NaN.
  for (let row = 0; row < blocks * rows; row++) {
    if (!Number.isNaN(sums[row * columns]!)) continue;
    sums.set(sumOfPresent(weights, values, Math.floor(row / rows), row), row * columns);
  }
  return sums;
}

interface Blocks {
  readonly x: Float32Array;
  readonly blocks: number;
  readonly rows: number;
  readonly inWidth: number;
  readonly outWidth: number;
}

/** Multiplies x of each block by the panels that `pack` writes for it. */
function multiplyBlocks(
  { x, blocks, rows, inWidth, outWidth }: Blocks,
  pack: (block: number, panels: Float32Array) => void,
): Float32Array {
  const memory = workMemory();
  const count = panelNumbers(inWidth, outWidth);
  const y = new Float32Array(blocks * rows * outWidth);
  for (let block = 0; block < blocks; block++) {
    const address = memory.scratch(4 * count);
    const panels = memory.floats(address, count);
    // The kernel also reads the unused columns of the last panel.
    if (outWidth % panelColumns !== 0) panels.fill(0);
    pack(block, panels);
    const [from, to] = [block * rows * inWidth, block * rows * outWidth];
    multiplyRows(
      { memory, address, inWidth, outWidth },
      { data: x, start: from },
      null,
      { data: y, start: to },
      rows,
      4 * count,
    );
  }
  return y;
}

/** Sums one row without its missing weights. */
function sumOfPresent(weights: Tensor, values: Tensor, block: number, row: number): Float64Array {
  const [inner, columns] = [dim(weights, 2), dim(values, 2)];
  const sum = new Float64Array(columns);
  let present = false;
  for (let k = 0; k < inner; k++) {
    const weight = weights.data[row * inner + k]!;
    if (Number.isNaN(weight)) continue;
    present = true;
    const start = (block * inner + k) * columns;
    for (let column = 0; column < columns; column++) sum[column]! += weight * values.data[start + column]!;
  }
  return present ? sum : sum.fill(Number.NaN);
}
