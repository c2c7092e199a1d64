/** Float64 arithmetic for the references: a matrix is an array of rows, weights are [out, in] as PyTorch stores them. */
export type Matrix = number[][];

/** x·Wᵀ + b.  x [token, in], w [out, in] -> [token, out]. */
export function linear(x: Matrix, w: Matrix, bias: number[] | null = null): Matrix {
  return x.map((row) => w.map((column, out) => dot(row, column) + (bias?.[out] ?? 0)));
}

export function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

export const add = (...terms: Matrix[]): Matrix =>
  terms[0]!.map((row, i) => row.map((_, j) => terms.reduce((sum, term) => sum + term[i]![j]!, 0)));

export const multiply = (a: Matrix, b: Matrix): Matrix => a.map((row, i) => row.map((value, j) => value * b[i]![j]!));

export const scale = (x: Matrix, factor: number): Matrix => x.map((row) => row.map((value) => value * factor));

export const map = (x: Matrix, f: (value: number) => number): Matrix => x.map((row) => row.map(f));

/** Columns [start, end) of every row. */
export const columns = (x: Matrix, start: number, end: number): Matrix => x.map((row) => row.slice(start, end));

/** (x − mean) / √(variance + ε) · weight + bias, per row, with the population variance.
 *  @see Ba, Kiros, Hinton 2016 */
export function layerNorm(x: Matrix, weight: number[] | null, bias: number[] | null, eps: number): Matrix {
  return x.map((row) => {
    const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
    const factor = 1 / Math.sqrt(variance + eps);
    return row.map((value, i) => (value - mean) * factor * (weight?.[i] ?? 1) + (bias?.[i] ?? 0));
  });
}

/** x / √(mean(x²) + ε) · weight, per row.  @see Zhang, Sennrich 2019 */
export function rmsNorm(x: Matrix, weight: number[], eps: number): Matrix {
  return x.map((row) => {
    const factor = 1 / Math.sqrt(dot(row, row) / row.length + eps);
    return row.map((value, i) => value * factor * weight[i]!);
  });
}

/** Softmax per row; −∞ marks masked scores. */
export function softmax(scores: Matrix): Matrix {
  return scores.map((row) => {
    const largest = Math.max(...row);
    const powers = row.map((value) => Math.exp(value - largest));
    const sum = powers.reduce((total, value) => total + value, 0);
    return powers.map((value) => value / sum);
  });
}

/** erf by its Maclaurin series, and 1 − e^(−x²)/(x√π)·(continued fraction) from 3 on: exact to about 1e-15. */
function erf(x: number): number {
  const size = Math.abs(x);
  if (size < 3) {
    let term = x;
    let sum = x;
    for (let n = 1; n < 100; n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = size;
  for (let n = 60; n > 0; n--) fraction = size + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-size * size) / (Math.sqrt(Math.PI) * fraction));
}

const gelu = (x: number) => 0.5 * x * (1 + erf(x / Math.SQRT2));
const geluTanh = (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
const silu = (x: number) => x / (1 + Math.exp(-x));

/** The activations by Transformers' names.  @see transformers/activations.py, ACT2CLS */
export const activations: Record<string, (x: number) => number> = {
  gelu,
  gelu_python: gelu,
  gelu_accurate: geluTanh,
  gelu_new: geluTanh,
  gelu_fast: (x) => 0.5 * x * (1 + Math.tanh(x * 0.7978845608 * (1 + 0.044715 * x * x))),
  gelu_python_tanh: geluTanh,
  gelu_pytorch_tanh: geluTanh,
  linear: (x) => x,
  quick_gelu: (x) => x / (1 + Math.exp(-1.702 * x)),
  relu: (x) => Math.max(0, x),
  relu2: (x) => Math.max(0, x) ** 2,
  silu,
  swish: silu,
  tanh: Math.tanh,
};
