/** A dense float32 array with named axes: row-major, the last axis contiguous. */
export interface Tensor {
  readonly axes: readonly string[];
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** An operation is not defined for the tensor's axes or sizes. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

/** Number of elements: the product of the sizes, 1 for the empty shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Makes a tensor over `data`, or over new zeros. axes and shape have one entry per axis.
 *  @throws ShapeError when axes, shape and data length disagree. */
export function tensor(axes: readonly string[], shape: readonly number[], data?: Float32Array): Tensor {
  if (axes.length !== shape.length) {
    throw new ShapeError(`axes [${axes.join(', ')}] do not fit shape [${shape.join(', ')}]`);
  }
  const size = sizeOf(shape);
  if (data !== undefined && data.length !== size) {
    throw new ShapeError(`shape [${shape.join(', ')}] holds ${size} numbers, the data has ${data.length}`);
  }
  return { axes, shape, data: data ?? new Float32Array(size) };
}

/** Size of an axis.  @throws ShapeError when the tensor has no such axis. */
export function dim(t: Tensor, axis: number): number {
  const size = t.shape[axis];
  if (size === undefined) throw new ShapeError(`no axis ${axis} in shape [${t.shape.join(', ')}]`);
  return size;
}

/** Row `index` of a matrix, as a view that shares its memory.  t [row, column] -> [column] */
export function row(t: Tensor, index: number): Float32Array {
  const width = dim(t, t.shape.length - 1);
  return t.data.subarray(index * width, (index + 1) * width);
}

/** Row `index` of block `block` of a three-axis tensor, as a view.  t [block, row, column] -> [column] */
export function blockRow(t: Tensor, block: number, index: number): Float32Array {
  const rows = dim(t, 1);
  const width = dim(t, 2);
  const start = (block * rows + index) * width;
  return t.data.subarray(start, start + width);
}
