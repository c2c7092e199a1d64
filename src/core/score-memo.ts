import { commonPrefix } from '../tensor/common-prefix.ts';
import { dim, type Tensor, tensor } from '../tensor/tensor.ts';
import { type CommonBlock, copyBlock, noteCommonBlock } from './common-block.ts';
import { isOverwritten, recycledTensors } from './recycled.ts';
import { dotProductScores } from './scores.ts';

/** So few queries are multiplied as if they were keys, which spares putting all keys into panels. */
const fewQueries = 8;

/** dotProductScores that takes over what it has just computed: of the first queries and keys that are as they were. */
export function rememberScores(): (q: Tensor, k: Tensor) => Tensor {
  const make = recycledTensors();
  let last: { readonly q: Tensor; readonly k: Tensor; readonly scores: Tensor } | null = null;
  return (q, k) => {
    const block =
      last === null || isOverwritten(last.scores)
        ? null
        : { queries: commonTokens(last.q, q), keys: commonTokens(last.k, k) };
    let scores: Tensor;
    if (last === null || block === null || block.queries === 0 || block.keys === 0) scores = dotProductScores(q, k);
    else {
      scores = extend(last.scores, make(last.scores.axes, [dim(q, 0), dim(q, 1), dim(k, 1)]), block, q, k);
      noteCommonBlock(scores, last.scores, block);
    }
    last = { q, k, scores };
    return scores;
  };
}

/** How many tokens at the beginning have the same vectors in every head.  Both [head, token, d] */
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

/** Tokens `from` up to, and without, `to` of every head.  x [head, token, d] */
export function tokensBetween(x: Tensor, from: number, to: number): Tensor {
  const [heads, tokens, width] = x.shape as [number, number, number];
  const part = new Float32Array(heads * (to - from) * width);
  for (let head = 0; head < heads; head++) {
    const start = head * tokens * width;
    part.set(x.data.subarray(start + from * width, start + to * width), head * (to - from) * width);
  }
  return tensor(x.axes, [heads, to - from, width], part);
}

function extend(before: Tensor, scores: Tensor, block: CommonBlock, q: Tensor, k: Tensor): Tensor {
  const [queries, keys] = [dim(q, 1), dim(k, 1)];
  copyBlock(before, scores, block.queries, block.keys);
  if (block.queries < queries) {
    const fresh = tokensBetween(q, block.queries, queries);
    const below =
      queries - block.queries <= fewQueries ? turned(dotProductScores(k, fresh)) : dotProductScores(fresh, k);
    place(below, scores, block.queries, 0);
  }
  if (block.keys < keys) {
    const beside = dotProductScores(tokensBetween(q, 0, block.queries), tokensBetween(k, block.keys, keys));
    place(beside, scores, 0, block.keys);
  }
  return scores;
}

/** The last two axes exchanged. */
function turned(x: Tensor): Tensor {
  const [blocks, rows, columns] = x.shape as [number, number, number];
  const y = tensor(x.axes, [blocks, columns, rows]);
  for (let block = 0, read = 0; block < blocks; block++)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        y.data[(block * columns + column) * rows + row] = x.data[read++]!;
  return y;
}

/** Puts a part of every head at a place. */
function place(part: Tensor, whole: Tensor, firstRow: number, firstColumn: number): void {
  const [heads, rows, columns] = part.shape as [number, number, number];
  const [, wholeRows, wholeColumns] = whole.shape as [number, number, number];
  let read = 0;
  for (let head = 0; head < heads; head++)
    for (let row = 0; row < rows; row++) {
      const start = (head * wholeRows + firstRow + row) * wholeColumns + firstColumn;
      for (let column = 0; column < columns; column++) whole.data[start + column] = part.data[read++]!;
    }
}
