/** Maximum-pooled picture of a square matrix: each pixel the largest value of its block, NaN where a block has none.
 *  values [count, count] row-major -> [heightPixels][widthPixels]; never more pixels than values. */
export function poolMaximum(
  values: Float32Array,
  count: number,
  widthPixels: number,
  heightPixels: number,
): Float32Array[] {
  const height = Math.min(count, heightPixels);
  const width = Math.min(count, widthPixels);
  const columnOf = Uint16Array.from({ length: count }, (_, key) => Math.floor((key * width) / count));
  const rows = Array.from({ length: height }, () => new Float32Array(width).fill(Number.NaN));
  for (let query = 0; query < count; query++) {
    const pixels = rows[Math.floor((query * height) / count)];
    if (pixels === undefined) continue;
    for (let key = 0; key < count; key++) {
      const value = values[query * count + key] ?? Number.NaN;
      const column = columnOf[key] ?? 0;
      const best = pixels[column] ?? Number.NaN;
      if (Number.isNaN(best) || value > best) pixels[column] = value;
    }
  }
  return rows;
}
