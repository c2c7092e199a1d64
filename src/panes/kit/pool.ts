/** Maximum-pools a matrix: each pixel is the largest value of its block, NaN if a block has none.
 *  values [rows, columns] row-major -> [heightPixels][widthPixels]; never more pixels than values. */
export function poolMaximum(
  values: Float32Array,
  rowCount: number,
  columnCount: number,
  widthPixels: number,
  heightPixels: number,
): Float32Array[] {
  const height = Math.min(rowCount, heightPixels);
  const width = Math.min(columnCount, widthPixels);
  const columnOf = Uint16Array.from({ length: columnCount }, (_, key) => Math.floor((key * width) / columnCount));
  const rows = Array.from({ length: height }, () => new Float32Array(width).fill(Number.NaN));
  for (let query = 0; query < rowCount; query++) {
    const pixels = rows[Math.floor((query * height) / rowCount)];
    if (pixels === undefined) continue;
    for (let key = 0; key < columnCount; key++) {
      const value = values[query * columnCount + key] ?? Number.NaN;
      const column = columnOf[key] ?? 0;
      const best = pixels[column] ?? Number.NaN;
      if (Number.isNaN(best) || value > best) pixels[column] = value;
    }
  }
  return rows;
}

/** Says how many values a pixel stands for, in a sentence and in a few letters; null if it stands for one. */
export function pooledText(
  rowCount: number,
  columnCount: number,
  pixels: number,
): { readonly full: string; readonly medium: string; readonly short: string } | null {
  const counts = [rowCount, columnCount];
  const block = counts.map((count) => Math.ceil(count / Math.min(count, pixels))).join('×');
  if (block === '1×1') return null;
  const isExact = counts.every((count) => count % Math.min(count, pixels) === 0);
  const upTo = isExact ? block : `up to ${block}`;
  return {
    full: `each square is the largest of ${upTo} weights`,
    medium: `square: the largest of ${upTo}`,
    short: `max ${isExact ? '' : '≤'}${block}`,
  };
}
