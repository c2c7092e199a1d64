/** Half-precision bit patterns as float32.  bits [n] -> [n] */
export function widenFloat16(bits: Uint16Array): Float32Array {
  const table = halfTable();
  return Float32Array.from(bits, (pattern) => table[pattern]!);
}

/** bfloat16 bit patterns, which are the upper halves of float32, as float32.  bits [n] -> [n] */
export function widenBFloat16(bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i += 1) words[i] = bits[i]! << 16;
  return new Float32Array(words.buffer);
}

/** Index of the first NaN or infinity, or -1. */
export function firstNonFinite(values: Float32Array): number {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length);
  let seen = 0;
  // An exponent of all ones carries into bit 8: one pass of integers without a branch, which millions of values need.
  for (let i = 0; i < words.length; i += 1) seen |= ((words[i]! >>> 23) & 0xff) + 1;
  return seen < 0x100 ? -1 : values.findIndex((value) => !Number.isFinite(value));
}

let cachedHalfTable: Float32Array | undefined;

/** Every half-precision number by its bits: sign, 5 bits of exponent (bias 15), 10 of fraction. */
function halfTable(): Float32Array {
  cachedHalfTable ??= Float32Array.from({ length: 0x10000 }, (_, pattern) => {
    const sign = pattern & 0x8000 ? -1 : 1;
    const exponent = (pattern >> 10) & 0x1f;
    const fraction = (pattern & 0x3ff) / 1024;
    if (exponent === 0) return sign * 2 ** -14 * fraction;
    if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return sign * 2 ** (exponent - 15) * (1 + fraction);
  });
  return cachedHalfTable;
}
