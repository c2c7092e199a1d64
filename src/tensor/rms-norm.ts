import { dim, ShapeError, type Tensor, tensor } from './tensor.ts';

/** RMS(x) = x / √(mean of x² + epsilon) · scale over each row of the last axis.
 *  x […, width], scale [width] -> […, width]
 *  @throws ShapeError when the widths differ.  @see Zhang & Sennrich 2019 */
export function rmsNorm(x: Tensor, scale: Tensor, epsilon: number): Tensor {
  const width = dim(x, x.shape.length - 1);
  if (dim(scale, 0) !== width) throw new ShapeError(`a norm of width ${dim(scale, 0)} does not fit rows of ${width}`);
  const y = new Float32Array(x.data.length);
  for (let start = 0; start < y.length; start += width) {
    let squares = 0;
    for (let j = 0; j < width; j++) squares += x.data[start + j]! * x.data[start + j]!;
    const inverse = 1 / Math.sqrt(squares / width + epsilon);
    for (let j = 0; j < width; j++) y[start + j] = x.data[start + j]! * inverse * scale.data[j]!;
  }
  return tensor(x.axes, x.shape, y);
}
