import { ShapeError, type Tensor, tensor } from './tensor.ts';

/** x + y, element by element.  Both of one shape.  @throws ShapeError when the shapes differ. */
export function add(x: Tensor, y: Tensor, make = tensor): Tensor {
  if (x.shape.join() !== y.shape.join()) {
    throw new ShapeError(`cannot add [${x.shape.join(', ')}] and [${y.shape.join(', ')}]`);
  }
  const result = make(x.axes, x.shape);
  const [sum, a, b] = [result.data, x.data, y.data];
  for (let i = 0; i < sum.length; i++) sum[i] = a[i]! + b[i]!;
  return result;
}
