/** Half-precision bit patterns as float32.  bits [n] -> target [n] */
export function widenFloat16(bits: Uint16Array, target: Float32Array): void {
  const table = halfTable();
  const pairs = pairsOf(bits);
  for (let pair = 0; pair < pairs.length; pair += 1) {
    const both = pairs[pair]!;
    target[2 * pair] = table[both & 0xffff]!;
    target[2 * pair + 1] = table[both >>> 16]!;
  }
  for (let i = 2 * pairs.length; i < bits.length; i += 1) target[i] = table[bits[i]!]!;
}

/** bfloat16 bit patterns, which are the upper halves of float32, as float32.  bits [n] -> target [n] */
export function widenBFloat16(bits: Uint16Array, target: Float32Array): void {
  const words = new Int32Array(target.buffer, target.byteOffset, target.length);
  const pairs = pairsOf(bits);
  for (let pair = 0; pair < pairs.length; pair += 1) {
    const both = pairs[pair]!;
    words[2 * pair] = both << 16;
    words[2 * pair + 1] = both & 0xffff0000;
  }
  for (let i = 2 * pairs.length; i < bits.length; i += 1) words[i] = bits[i]! << 16;
}

/** The same memory two at a time, which halves the reading; empty where it is not aligned to 4 bytes. */
function pairsOf(bits: Uint16Array): Uint32Array {
  const aligned = bits.byteOffset % 4 === 0;
  return new Uint32Array(bits.buffer, aligned ? bits.byteOffset : 0, aligned ? bits.length >>> 1 : 0);
}

/** Index of the first NaN or infinity, or -1. */
export function firstNonFinite(values: Float32Array): number {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length);
  let seen = 0;
  // An exponent of all ones carries into bit 8: integers without a branch, four at a time, for millions of values.
  const carry = (i: number) => ((words[i]! >>> 23) & 0xff) + 1;
  const fours = words.length & ~3;
  for (let i = 0; i < fours; i += 4) seen |= carry(i) | carry(i + 1) | carry(i + 2) | carry(i + 3);
  for (let i = fours; i < words.length; i += 1) seen |= carry(i);
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
