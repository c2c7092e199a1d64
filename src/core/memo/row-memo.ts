import { commonPrefix } from '../../tensor/common-prefix.ts';
import { dim, type Tensor, tensor } from '../../tensor/tensor.ts';
import { isOverwritten } from './recycled.ts';

/** A function whose every row depends only on that row of its input: [row, in] -> [row, out]. */
export type RowFunction = (x: Tensor) => Tensor;

/** Rows that were computed, in memory that grows with them. */
interface Known {
  readonly x: Tensor;
  readonly axes: readonly string[];
  readonly width: number;
  readonly rows: Float32Array;
}

/** Computes only the rows that changed since the last call: it keeps equal rows at the beginning and at the end.
 *  compute must give a row the same numbers whatever the other rows are. The result is good until the next call,
 *  which writes into the same memory. */
export function rememberRows(compute: RowFunction): RowFunction {
  let known: Known | null = null;
  return (x) => {
    known = known === null || dim(known.x, 1) !== dim(x, 1) ? begin(x, compute, null) : proceed(known, x, compute);
    const count = dim(x, 0);
    return tensor(known.axes, [count, known.width], known.rows.subarray(0, count * known.width));
  };
}

/** Uses the memory of `before` where it has room: fresh memory costs more than copying. */
function begin(x: Tensor, compute: RowFunction, before: Float32Array | null): Known {
  const y = compute(x);
  const isRoomy = before !== null && before.length >= y.data.length;
  if (isRoomy) before.set(y.data);
  return { x, axes: y.axes, width: dim(y, 1), rows: isRoomy ? before : y.data };
}

function proceed(known: Known, x: Tensor, compute: RowFunction): Known {
  const { axes, width } = known;
  const oldCount = dim(known.x, 0);
  const count = dim(x, 0);
  const { head, tail } = isOverwritten(known.x) ? { head: 0, tail: 0 } : sameRows(known.x, x);
  if (head + tail === 0) return begin(x, compute, known.rows);
  const rows = withRoom(known.rows, count * width);
  rows.copyWithin((count - tail) * width, (oldCount - tail) * width, oldCount * width);
  const fresh = count - head - tail;
  if (fresh > 0) {
    const inWidth = dim(x, 1);
    const between = tensor(x.axes, [fresh, inWidth], x.data.subarray(head * inWidth, (head + fresh) * inWidth));
    rows.set(compute(between).data, head * width);
  }
  return { x, axes, width, rows };
}

/** Room for `size` numbers, the known ones in front: the same memory, or half as much again as needed. */
function withRoom(rows: Float32Array, size: number): Float32Array {
  if (rows.length >= size) return rows;
  const roomier = new Float32Array(Math.ceil(1.5 * size));
  roomier.set(rows);
  return roomier;
}

interface SameRows {
  /** How many rows two matrices share at the beginning, and how many others at the end. */
  readonly head: number;
  readonly tail: number;
}

/** Queries, keys and values are made from the same rows, so one comparison serves them all. */
let lastCompared: { readonly a: Tensor; readonly b: Tensor; readonly same: SameRows } | null = null;

function sameRows(a: Tensor, b: Tensor): SameRows {
  if (lastCompared?.a === a && lastCompared.b === b) return lastCompared.same;
  const same = compareRows(a, b);
  lastCompared = { a, b, same };
  return same;
}

/** Bit for bit, so that NaN equals itself. */
function compareRows(a: Tensor, b: Tensor): SameRows {
  const width = dim(a, 1);
  const most = Math.min(dim(a, 0), dim(b, 0));
  if (width === 0) return { head: most, tail: 0 };
  const head = Math.floor(commonPrefix(a.data, 0, b.data, 0, most * width) / width);
  const left = bitsOf(a.data);
  const right = bitsOf(b.data);
  let back = 0;
  while (back < (most - head) * width && left[left.length - 1 - back] === right[right.length - 1 - back]) back++;
  return { head, tail: Math.floor(back / width) };
}

function bitsOf({ buffer, byteOffset, length }: Float32Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length);
}
