import { ShapeError, type Tensor, tensor } from './tensor.ts';

/** x + y, element by element.  Both of one shape.  @throws ShapeError when the shapes differ. */
export function add(x: Tensor, y: Tensor): Tensor {
  if (x.shape.join() !== y.shape.join()) {
    throw new ShapeError(`cannot add [${x.shape.join(', ')}] and [${y.shape.join(', ')}]`);
  }
  return tensor(
    x.axes,
    x.shape,
    x.data.map((value, i) => value + y.data[i]!),
  );
}

/** relu(x) = max(x, 0), element by element, same shape. */
export function relu(x: Tensor): Tensor {
  return tensor(
    x.axes,
    x.shape,
    x.data.map((value) => (value > 0 ? value : Number.isNaN(value) ? value : 0)),
  );
}
