import { ShapeError, type Tensor, tensor } from './tensor.ts';

/** x + y, element by element.  Both of one shape.  @throws ShapeError when the shapes differ. */
export function add(x: Tensor, y: Tensor): Tensor {
  if (x.shape.join() !== y.shape.join()) {
    throw new ShapeError(`cannot add [${x.shape.join(', ')}] and [${y.shape.join(', ')}]`);
  }
  const sum = new Float32Array(x.data.length);
  for (let i = 0; i < sum.length; i++) sum[i] = x.data[i]! + y.data[i]!;
  return tensor(x.axes, x.shape, sum);
}
