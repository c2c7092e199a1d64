import { batchedMatmulTransposed } from '../../tensor/batched-matmul.ts';
import { blockRow, dim, ShapeError, type Tensor, tensor } from '../../tensor/tensor.ts';
import type { Linear } from '../model.ts';
import { addTo } from './vectors.ts';

/** Columns of W_O per product, so that W_O is never copied as a whole. */
const outputsAtOnce = 256;

/** ‖α·f(x)‖ = α · ‖f(x)‖: the length of what a key adds to a query's output, which its weight α does not tell.
 *  f(x) = v · W_O^h without bias, where W_O^h is rows h·d_v … (h + 1)·d_v − 1 of W_O; f(x) = v without W_O.
 *  NaN (an unknown word) stays NaN.
 *  weights [head, query, key], v [head, key, d_v] (shared values repeated), W_O [h · d_v, hidden] -> [head, query, key]
 *  @throws ShapeError when heads, keys or widths differ.
 *  @see Kobayashi et al. 2020, "Attention is Not Only a Weight" */
export function valueNorms(weights: Tensor, v: Tensor, wO: Linear | null): Tensor {
  const [heads, queries, keys] = [dim(weights, 0), dim(weights, 1), dim(weights, 2)];
  if (dim(v, 0) !== heads || dim(v, 1) !== keys) {
    throw new ShapeError(`weights [${weights.shape.join(', ')}] do not fit values [${v.shape.join(', ')}]`);
  }
  const squares = wO === null ? squaresOfRows(v.data, heads * keys) : transformedSquares(v, wO);
  const norms = tensor(weights.axes, weights.shape);
  for (let row = 0; row < heads * queries; row++) {
    const first = Math.floor(row / queries) * keys;
    for (let key = 0; key < keys; key++) {
      const at = row * keys + key;
      norms.data[at] = weights.data[at]! * Math.sqrt(squares[first + key]!);
    }
  }
  return norms;
}

/** ‖v·W_O^h‖² for every head and key, [head · key]; products in float32, squares summed in float64. */
function transformedSquares(v: Tensor, { weight }: Linear): Float64Array {
  const [heads, keys, valueDim] = [dim(v, 0), dim(v, 1), dim(v, 2)];
  if (weight.inWidth !== heads * valueDim) {
    throw new ShapeError(`${heads} heads of ${valueDim} values do not fit a W_O of ${weight.inWidth} inputs`);
  }
  const squares = new Float64Array(heads * keys);
  for (let first = 0; first < weight.outWidth; first += outputsAtOnce) {
    const count = Math.min(outputsAtOnce, weight.outWidth - first);
    const part = tensor(['head', 'output', 'd_v'], [heads, count, valueDim]);
    for (let output = 0; output < count; output++) {
      const column = weight.column(first + output);
      for (let head = 0; head < heads; head++) {
        blockRow(part, head, output).set(column.subarray(head * valueDim, (head + 1) * valueDim));
      }
    }
    // By head, as one product padded with zeros would be h times the work.
    const products = squaresOfRows(batchedMatmulTransposed(v, part), heads * keys);
    addTo(squares, products);
  }
  return squares;
}

/** Sum of squares of every row, in float64. */
function squaresOfRows(values: Float32Array, rows: number): Float64Array {
  const width = rows === 0 ? 0 : values.length / rows;
  const sums = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    for (let i = row * width; i < (row + 1) * width; i++) sums[row]! += values[i]! * values[i]!;
  }
  return sums;
}
