import { commonPrefix } from '../../tensor/common-prefix.ts';
import { dim, type Tensor, tensor } from '../../tensor/tensor.ts';
import { isOverwritten } from './recycled.ts';

/** A function of matrices in which each row depends only on the same row of the input: [row, in] -> [row, out]. */
export type RowFunction = (x: Tensor) => Tensor;

/** The last input and its result. */
interface Known {
  readonly x: Tensor;
  readonly axes: readonly string[];
  readonly width: number;
  readonly rows: Float32Array;
}

/** Recomputes only the rows between the equal rows at the beginning and at the end of successive inputs.
 *  The result is valid until the next call, which writes into the same memory. */
export function rememberRows(compute: RowFunction): RowFunction {
  let known: Known | null = null;
  return (x) => {
    known = known === null || dim(known.x, 1) !== dim(x, 1) ? begin(x, compute, null) : proceed(known, x, compute);
    const count = dim(x, 0);
    return tensor(known.axes, [count, known.width], known.rows.subarray(0, count * known.width));
  };
}

/** Computes all rows, into the memory of `before` if it has room: fresh memory costs more than copying. */
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

/** Memory for `size` numbers with the known rows at its start: the same memory, or new memory with half as much again. */
function withRoom(rows: Float32Array, size: number): Float32Array {
  if (rows.length >= size) return rows;
  const roomier = new Float32Array(Math.ceil(1.5 * size));
  roomier.set(rows);
  return roomier;
}

/** Queries, keys and values come from the same rows: one comparison serves all three. */
let lastCompared: { readonly a: Tensor; readonly b: Tensor; readonly same: ReturnType<typeof compareRows> } | null =
  null;

function sameRows(a: Tensor, b: Tensor): ReturnType<typeof compareRows> {
  if (lastCompared?.a === a && lastCompared.b === b) return lastCompared.same;
  const same = compareRows(a, b);
  lastCompared = { a, b, same };
  return same;
}

/** Number of equal rows at the beginning, and of further ones at the end. Compares bits, so that NaN equals itself. */
function compareRows(a: Tensor, b: Tensor): { readonly head: number; readonly tail: number } {
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
