import { type MatrixStore, sharedStore } from './matrix-store.ts';
import { ShapeError } from './tensor.ts';

/** How rows of a stored matrix lie: of an input's weights, or (as PyTorch's Linear stores them) of an output's. */
export type StoredOrder = 'in-out' | 'out-in';

/** W of y = x·W, in × out, kept as the kernel multiplies with it. */
export interface Matrix {
  readonly inWidth: number;
  readonly outWidth: number;
  /** W[input, output] */
  at(input: number, output: number): number;
  /** All weights of one output, [in]: a row of an embedding table that is stored 'out-in'. */
  column(output: number): Float32Array;
  /** Takes over whole stored rows, `values` holding any number of them one after the other, the first being row `firstRow`.
   *  @throws ShapeError when they are no whole rows or lie outside. */
  put(values: Float32Array, order: StoredOrder, firstRow?: number): void;
}

/** A matrix of zeros, in the memory of `store`.
 *  @throws ShapeError when it is larger than a memory can be.  @throws RangeError when memory runs out. */
export function createMatrix(inWidth: number, outWidth: number, store: MatrixStore = sharedStore()): Matrix {
  return store.createMatrix(inWidth, outWidth);
}

/** A matrix from all its values.  @throws ShapeError when their number is another. */
export function matrixOf(
  values: Float32Array,
  inWidth: number,
  outWidth: number,
  order: StoredOrder,
  store: MatrixStore = sharedStore(),
): Matrix {
  if (values.length !== inWidth * outWidth) {
    throw new ShapeError(`a matrix of ${inWidth} × ${outWidth} cannot be made of ${values.length} numbers`);
  }
  const matrix = createMatrix(inWidth, outWidth, store);
  matrix.put(values, order);
  return matrix;
}
