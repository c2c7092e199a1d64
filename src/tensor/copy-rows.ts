/** Copies `count` consecutive rows between arrays whose rows may differ in width; each copy has the smaller width. */
export function copyRows(
  from: Float32Array,
  fromStart: number,
  fromWidth: number,
  to: Float32Array,
  toStart: number,
  toWidth: number,
  count: number,
): void {
  if (fromWidth === toWidth) {
    to.set(from.subarray(fromStart, fromStart + count * fromWidth), toStart);
    return;
  }
  // Element by element: a view of a short row costs more than the copy.
  const width = Math.min(fromWidth, toWidth);
  for (let row = 0; row < count; row++) {
    const source = fromStart + row * fromWidth;
    const target = toStart + row * toWidth;
    for (let column = 0; column < width; column++) to[target + column] = from[source + column]!;
  }
}
