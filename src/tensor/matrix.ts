import { type MatrixStore, sharedStore } from './matrix-store.ts';
import type { StoredOrder } from './panel-matrix.ts';
import { ShapeError } from './tensor.ts';

/** W of y = x·W, in × out. */
export interface Matrix {
  readonly inWidth: number;
  readonly outWidth: number;
  /** W[input, output] */
  at(input: number, output: number): number;
  /** All weights of one output, [in]: a row of an embedding table stored 'out-in'. */
  column(output: number): Float32Array;
  /** Copies in any number of whole consecutive stored rows, from row `firstRow` on.
   *  @throws ShapeError when `values` are not whole rows or the rows lie outside the matrix. */
  put(values: Float32Array, order: StoredOrder, firstRow?: number): void;
}

/** Makes a matrix of zeros in the memory of `store`.
 *  @throws ShapeError when no memory can hold it.  @throws RangeError when memory runs out. */
export function createMatrix(inWidth: number, outWidth: number, store: MatrixStore = sharedStore()): Matrix {
  return store.createMatrix(inWidth, outWidth);
}

/** Makes a matrix from all its values.  @throws ShapeError when their number is not inWidth · outWidth. */
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
