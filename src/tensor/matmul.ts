import { type Matrix, PlainMatrix } from './matrix.ts';
import { dim, ShapeError, type Tensor, tensor } from './tensor.ts';

/** y = x·W + b: every row of x times the matrix, plus the bias.
 *  x [row, in], weight in × out, bias [out] or null -> [row, out]; float32. A row's result does not depend on the other rows.
 *  The one place where the large products happen.
 *  @throws ShapeError when the inner sizes differ. */
export function matmul(x: Tensor, weight: Matrix, bias: Tensor | null = null, axis = 'out'): Tensor {
  const rows = dim(x, 0);
  const inner = dim(x, 1);
  const columns = weight.outWidth;
  if (weight.inWidth !== inner) {
    throw new ShapeError(`cannot multiply [${x.shape.join(', ')}] by [${weight.inWidth}, ${columns}]`);
  }
  if (bias !== null && dim(bias, 0) !== columns) {
    throw new ShapeError(`a bias of ${dim(bias, 0)} numbers does not fit ${columns} columns`);
  }
  if (!(weight instanceof PlainMatrix)) throw new ShapeError('a matrix of an unknown layout');
  const y = new Float32Array(rows * columns);
  if (bias !== null) for (let i = 0; i < rows; i++) y.set(bias.data, i * columns);
  let i = 0;
  for (; i + 1 < rows; i += 2) accumulateTwoRows(x.data, weight.data, y, i, inner, columns);
  if (i < rows) accumulateRow(x.data, weight.data, y, i, inner, columns);
  return tensor([x.axes[0] ?? 'row', axis], [rows, columns], y);
}

/** Adds rows i and i + 1 of x·W to y, four inner indices a pass: each weight that is read serves both rows. */
function accumulateTwoRows(
  x: Float32Array,
  w: Float32Array,
  y: Float32Array,
  i: number,
  inner: number,
  columns: number,
): void {
  const y0 = y.subarray(i * columns, (i + 1) * columns);
  const y1 = y.subarray((i + 1) * columns, (i + 2) * columns);
  const x0 = i * inner;
  const x1 = x0 + inner;
  let k = 0;
  for (; k + 3 < inner; k += 4) {
    const a0 = x[x0 + k]!;
    const b0 = x[x0 + k + 1]!;
    const c0 = x[x0 + k + 2]!;
    const d0 = x[x0 + k + 3]!;
    const a1 = x[x1 + k]!;
    const b1 = x[x1 + k + 1]!;
    const c1 = x[x1 + k + 2]!;
    const d1 = x[x1 + k + 3]!;
    const wa = k * columns;
    const wb = wa + columns;
    const wc = wb + columns;
    const wd = wc + columns;
    for (let j = 0; j < columns; j++) {
      const p = w[wa + j]!;
      const q = w[wb + j]!;
      const r = w[wc + j]!;
      const s = w[wd + j]!;
      y0[j]! += a0 * p + b0 * q + c0 * r + d0 * s;
      y1[j]! += a1 * p + b1 * q + c1 * r + d1 * s;
    }
  }
  for (; k < inner; k++) {
    const a0 = x[x0 + k]!;
    const a1 = x[x1 + k]!;
    const wa = k * columns;
    for (let j = 0; j < columns; j++) {
      const p = w[wa + j]!;
      y0[j]! += a0 * p;
      y1[j]! += a1 * p;
    }
  }
}

/** Adds row i of x·W to y, four inner indices a pass. */
function accumulateRow(
  x: Float32Array,
  w: Float32Array,
  y: Float32Array,
  i: number,
  inner: number,
  columns: number,
): void {
  const y0 = y.subarray(i * columns, (i + 1) * columns);
  const x0 = i * inner;
  let k = 0;
  for (; k + 3 < inner; k += 4) {
    const a = x[x0 + k]!;
    const b = x[x0 + k + 1]!;
    const c = x[x0 + k + 2]!;
    const d = x[x0 + k + 3]!;
    const wa = k * columns;
    const wb = wa + columns;
    const wc = wb + columns;
    const wd = wc + columns;
    for (let j = 0; j < columns; j++) y0[j]! += a * w[wa + j]! + b * w[wb + j]! + c * w[wc + j]! + d * w[wd + j]!;
  }
  for (; k < inner; k++) {
    const a = x[x0 + k]!;
    const wa = k * columns;
    for (let j = 0; j < columns; j++) y0[j]! += a * w[wa + j]!;
  }
}
