/** Values sampled: enough for the quantile, few enough for every keystroke. */
const sampleSize = 4096;
/** Share of the values drawn in proportion; the rest, mostly outlier dimensions, get the full colour. */
const quantile = 0.98;

/** The magnitude that maps to full colour: the 98 % quantile of |x|, over an even sample of more than 4096 values.
 *  A trained model's few outlier dimensions (three of 512 in use-lite) are left beyond it; in up to 50 values it is the largest.
 *  values, any shape; numbers that are not finite are passed over -> a number > 0; 1 where all values are zero. */
export function robustScale(values: Float32Array): number {
  const count = Math.min(values.length, sampleSize);
  const sizes = new Float32Array(count);
  let used = 0;
  for (let i = 0; i < count; i++) {
    // A fractional step does not align with the width of a row.
    const size = Math.abs(values[Math.floor((i * values.length) / count)]!);
    if (Number.isFinite(size)) sizes[used++] = size;
  }
  if (used === 0) return 1;
  const sorted = sizes.subarray(0, used).sort();
  const atQuantile = sorted[Math.ceil(quantile * used) - 1]!;
  // If nearly all are zero, the few others set the scale.
  return atQuantile || sorted[used - 1] || 1;
}

/** A value's place −1…1 on a signed scale: value / scale, cut at the ends. */
export function signedPosition(value: number, scale: number): number {
  return Math.max(-1, Math.min(1, value / scale));
}
