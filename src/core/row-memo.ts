import { dim, row, type Tensor, tensor } from '../tensor/tensor.ts';

/** A function whose every row depends on that row of its input alone: [row, in] -> [row, out]. */
export type RowFunction = (x: Tensor) => Tensor;

/** Computes only the rows that it has not just computed: those at the beginning and at the end that are as they were are taken over.
 *  compute must give a row the same numbers whatever other rows it is given. */
export function rememberRows(compute: RowFunction): RowFunction {
  let last: { readonly x: Tensor; readonly y: Tensor } | null = null;
  return (x) => {
    const y = last === null ? compute(x) : extend(last.x, last.y, x, compute);
    last = { x, y };
    return y;
  };
}

function extend(oldX: Tensor, oldY: Tensor, x: Tensor, compute: RowFunction): Tensor {
  const width = dim(x, 1);
  if (dim(oldX, 1) !== width) return compute(x);
  const oldRows = dim(oldX, 0);
  const rows = dim(x, 0);
  const most = Math.min(oldRows, rows);
  let head = 0;
  while (head < most && sameRow(oldX, head, x, head)) head++;
  let tail = 0;
  while (tail < most - head && sameRow(oldX, oldRows - 1 - tail, x, rows - 1 - tail)) tail++;
  if (head + tail === 0) return compute(x);
  const fresh = rows - head - tail;
  const outWidth = dim(oldY, 1);
  const y = tensor(oldY.axes, [rows, outWidth]);
  y.data.set(oldY.data.subarray(0, head * outWidth));
  y.data.set(oldY.data.subarray((oldRows - tail) * outWidth), (rows - tail) * outWidth);
  if (fresh > 0) {
    const between = tensor(x.axes, [fresh, width], x.data.subarray(head * width, (head + fresh) * width));
    y.data.set(compute(between).data, head * outWidth);
  }
  return y;
}

/** Bit for bit, so that NaN equals itself. */
function sameRow(a: Tensor, i: number, b: Tensor, j: number): boolean {
  const left = bitsOf(row(a, i));
  const right = bitsOf(row(b, j));
  for (let k = 0; k < left.length; k++) if (left[k] !== right[k]) return false;
  return true;
}

function bitsOf({ buffer, byteOffset, length }: Float32Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length);
}
