import { ShapeError, type Tensor } from './tensor.ts';

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

/** A matrix of zeros. */
export function createMatrix(inWidth: number, outWidth: number): Matrix {
  return new PlainMatrix(inWidth, outWidth);
}

/** A matrix from all its values. */
export function matrixOf(values: Float32Array, inWidth: number, outWidth: number, order: StoredOrder): Matrix {
  if (values.length !== inWidth * outWidth) {
    throw new ShapeError(`a matrix of ${inWidth} × ${outWidth} cannot be made of ${values.length} numbers`);
  }
  const matrix = createMatrix(inWidth, outWidth);
  matrix.put(values, order);
  return matrix;
}

/** A matrix from a tensor [in, out]. */
export function matrixOfTensor(t: Tensor): Matrix {
  const [inWidth = 0, outWidth = 0] = t.shape;
  return matrixOf(t.data, inWidth, outWidth, 'in-out');
}

/** Row-major [in, out]. */
export class PlainMatrix implements Matrix {
  readonly inWidth: number;
  readonly outWidth: number;
  readonly data: Float32Array;

  constructor(inWidth: number, outWidth: number) {
    this.inWidth = inWidth;
    this.outWidth = outWidth;
    this.data = new Float32Array(inWidth * outWidth);
  }

  at(input: number, output: number): number {
    return this.data[input * this.outWidth + output]!;
  }

  column(output: number): Float32Array {
    return Float32Array.from({ length: this.inWidth }, (_, input) => this.at(input, output));
  }

  put(values: Float32Array, order: StoredOrder, firstRow = 0): void {
    const [rowLength, rows] = order === 'in-out' ? [this.outWidth, this.inWidth] : [this.inWidth, this.outWidth];
    const count = rowLength === 0 ? 0 : values.length / rowLength;
    if (!Number.isInteger(count) || firstRow < 0 || firstRow + count > rows) {
      throw new ShapeError(`${values.length} numbers are no whole rows of ${rowLength} from row ${firstRow} of ${rows}`);
    }
    if (order === 'in-out') {
      this.data.set(values, firstRow * rowLength);
      return;
    }
    for (let row = 0; row < count; row++) {
      for (let input = 0; input < rowLength; input++) {
        this.data[input * this.outWidth + firstRow + row] = values[row * rowLength + input]!;
      }
    }
  }
}
