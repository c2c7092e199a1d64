import { dim, ShapeError, type Tensor, tensor } from './tensor.ts';

/** LN(x) = (x − mean) / √(variance + epsilon) · scale + bias over each row of the last axis; with the biased variance.
 *  x […, width], scale [width], bias [width] -> […, width]
 *  @throws ShapeError when the widths differ.  @see Ba et al. 2016 */
export function layerNorm(x: Tensor, scale: Tensor, bias: Tensor, epsilon: number): Tensor {
  const width = dim(x, x.shape.length - 1);
  if (dim(scale, 0) !== width || dim(bias, 0) !== width) {
    throw new ShapeError(`a norm of width ${dim(scale, 0)} does not fit rows of ${width}`);
  }
  const y = new Float32Array(x.data.length);
  for (let start = 0; start < y.length; start += width) {
    let sum = 0;
    for (let j = 0; j < width; j++) sum += x.data[start + j]!;
    const mean = sum / width;
    let squares = 0;
    for (let j = 0; j < width; j++) {
      const difference = x.data[start + j]! - mean;
      squares += difference * difference;
    }
    const inverse = 1 / Math.sqrt(squares / width + epsilon);
    for (let j = 0; j < width; j++) {
      y[start + j] = (x.data[start + j]! - mean) * inverse * scale.data[j]! + bias.data[j]!;
    }
  }
  return tensor(x.axes, x.shape, y);
}
