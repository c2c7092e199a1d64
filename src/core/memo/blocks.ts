import { commonPrefix } from '../../tensor/common-prefix.ts';
import { dim, type Tensor, tensor } from '../../tensor/tensor.ts';
import { isOverwritten } from './recycled.ts';

/** Number of first tokens with the same vectors in every head.  a, b [head, token, d] */
export function commonTokens(a: Tensor, b: Tensor): number {
  if (isOverwritten(a)) return 0;
  const [heads, aTokens, width] = a.shape as [number, number, number];
  const [, bTokens] = b.shape as [number, number, number];
  if (dim(b, 0) !== heads || dim(b, 2) !== width || width === 0) return 0;
  let common = Math.min(aTokens, bTokens);
  for (let head = 0; head < heads && common > 0; head++) {
    const same = commonPrefix(a.data, head * aTokens * width, b.data, head * bTokens * width, common * width);
    common = Math.floor(same / width);
  }
  return common;
}

/** Tokens `from` … `to` − 1 of every head.  x [head, token, d] */
export function tokensBetween(x: Tensor, from: number, to: number): Tensor {
  const [heads, tokens, width] = x.shape as [number, number, number];
  const part = new Float32Array(heads * (to - from) * width);
  for (let head = 0; head < heads; head++) {
    const start = head * tokens * width;
    part.set(x.data.subarray(start + from * width, start + to * width), head * (to - from) * width);
  }
  return tensor(x.axes, [heads, to - from, width], part);
}

/** Copies the first `rows` × `columns` numbers of every head of `from` to a place in the same head of `to`; all of them by default. */
export function copyBlock(
  from: Tensor,
  to: Tensor,
  { rows = dim(from, 1), columns = dim(from, 2), firstRow = 0, firstColumn = 0 },
): void {
  const [heads, fromRows, fromWidth] = from.shape as [number, number, number];
  const [, toRows, toWidth] = to.shape as [number, number, number];
  const source = from.data;
  const target = to.data;
  for (let head = 0; head < heads; head++) {
    for (let row = 0; row < rows; row++) {
      let read = (head * fromRows + row) * fromWidth;
      let write = (head * toRows + firstRow + row) * toWidth + firstColumn;
      for (const end = read + columns; read < end; read++, write++) target[write] = source[read]!;
    }
  }
}
