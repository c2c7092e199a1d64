/** A dense float32 array with named axes: row-major, the last axis contiguous. */
export interface Tensor {
  readonly axes: readonly string[];
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A tensor whose axes or sizes are not those that an operation is defined for. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

/** Number of elements of a shape: the product of its sizes (1 for the empty shape). */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Builds a tensor over `data`, or over fresh zeros.
 *  axes and shape have one entry an axis.
 *  @throws ShapeError when the axes, the shape and the length of the data do not agree. */
export function tensor(axes: readonly string[], shape: readonly number[], data?: Float32Array): Tensor {
  if (axes.length !== shape.length) {
    throw new ShapeError(`axes [${axes.join(', ')}] do not fit shape [${shape.join(', ')}]`);
  }
  const size = sizeOf(shape);
  if (data !== undefined && data.length !== size) {
    throw new ShapeError(`shape [${shape.join(', ')}] holds ${size} numbers, the data ${data.length}`);
  }
  return { axes, shape, data: data ?? new Float32Array(size) };
}

/** Size of axis `axis` of `t`.  @throws ShapeError when there is no such axis. */
export function dim(t: Tensor, axis: number): number {
  const size = t.shape[axis];
  if (size === undefined) throw new ShapeError(`no axis ${axis} in shape [${t.shape.join(', ')}]`);
  return size;
}

/** Row `row` of a matrix, as a view that shares its memory.  t [row, column] -> [column] */
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
