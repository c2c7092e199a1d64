import { ShapeError, type Tensor, tensor } from './tensor.ts';

/** x + y, element by element.  @throws ShapeError when the shapes differ. */
export function add(x: Tensor, y: Tensor, make = tensor): Tensor {
  requireSameShape('add', x, y);
  const result = make(x.axes, x.shape);
  const [sum, a, b] = [result.data, x.data, y.data];
  for (let i = 0; i < sum.length; i++) sum[i] = a[i]! + b[i]!;
  return result;
}

/** x ⊙ y, element by element.  @throws ShapeError when the shapes differ. */
export function multiply(x: Tensor, y: Tensor): Tensor {
  requireSameShape('multiply', x, y);
  const product = new Float32Array(x.data.length);
  for (let i = 0; i < product.length; i++) product[i] = x.data[i]! * y.data[i]!;
  return tensor(x.axes, x.shape, product);
}

/** f of every element and its index. */
export function mapped(x: Tensor, f: (value: number, index: number) => number): Tensor {
  // Several times faster than the array's own map.
  const made = new Float32Array(x.data.length);
  for (let i = 0; i < made.length; i++) made[i] = f(x.data[i]!, i);
  return tensor(x.axes, x.shape, made);
}

function requireSameShape(verb: string, x: Tensor, y: Tensor): void {
  if (x.shape.join() === y.shape.join()) return;
  throw new ShapeError(`cannot ${verb} [${x.shape.join(', ')}] and [${y.shape.join(', ')}] element by element`);
}
