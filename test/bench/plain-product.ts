/** y = x·W + bias in plain JavaScript, two rows and four inner indices per pass: the baseline for the kernels.
 *  x [rows, inner], w [inner, columns], both row-major -> [rows, columns] */
export function plainProduct(
  x: Float32Array,
  w: Float32Array,
  bias: Float32Array,
  [rows, inner, columns]: readonly [number, number, number],
): Float32Array {
  const y = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) y.set(bias, i * columns);
  for (let i = 0; i < rows; i += 2) {
    const second = Math.min(i + 1, rows - 1);
    const y0 = y.subarray(i * columns, (i + 1) * columns);
    const y1 = second === i ? new Float32Array(columns) : y.subarray(second * columns, (second + 1) * columns);
    for (let k = 0; k < inner; k += 4) {
      const [x0, x1] = [i * inner + k, second * inner + k];
      const [a0, b0, c0, d0] = [x[x0]!, x[x0 + 1]!, x[x0 + 2]!, x[x0 + 3]!];
      const [a1, b1, c1, d1] = [x[x1]!, x[x1 + 1]!, x[x1 + 2]!, x[x1 + 3]!];
      const wa = k * columns;
      const [wb, wc, wd] = [wa + columns, wa + 2 * columns, wa + 3 * columns];
      for (let j = 0; j < columns; j++) {
        const p = w[wa + j]!;
        const q = w[wb + j]!;
        const r = w[wc + j]!;
        const s = w[wd + j]!;
        y0[j]! += a0 * p + b0 * q + c0 * r + d0 * s;
        y1[j]! += a1 * p + b1 * q + c1 * r + d1 * s;
      }
    }
  }
  return y;
}
