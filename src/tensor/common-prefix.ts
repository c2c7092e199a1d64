/** Numbers per comparison. */
const chunk = 4096;

/** Length of the common prefix of a[aStart …] and b[bStart …], at most `length`. Compares bits, so NaN equals itself. */
export function commonPrefix(a: Float32Array, aStart: number, b: Float32Array, bStart: number, length: number): number {
  // Node's byte comparison is many times faster than a loop, but does not say where the difference is.
  const left = bytesOf(a);
  const right = bytesOf(b);
  for (let at = 0; at < length; at += chunk) {
    const count = Math.min(chunk, length - at);
    const [from, to] = [4 * (aStart + at), 4 * (bStart + at)];
    if (left.compare(right, to, to + 4 * count, from, from + 4 * count) !== 0) {
      return at + firstDifference(a, aStart + at, b, bStart + at, count);
    }
  }
  return length;
}

function firstDifference(a: Float32Array, aStart: number, b: Float32Array, bStart: number, length: number): number {
  const left = new Int32Array(a.buffer, a.byteOffset, a.length);
  const right = new Int32Array(b.buffer, b.byteOffset, b.length);
  let at = 0;
  while (at < length && left[aStart + at] === right[bStart + at]) at++;
  return at;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
