import type { Matrix } from './matrix.ts';
import { PanelMatrix } from './panel-matrix.ts';
import { multiplyRows } from './panel-product.ts';
import { dim, ShapeError, type Tensor, tensor } from './tensor.ts';

/** y = x·W + b for every row of x.
 *  x [row, in], weight in × out, bias [out] or null -> [row, out]; float32. No row's result depends on another row.
 *  @throws ShapeError when the inner sizes differ.  @throws RangeError when memory runs out. */
export function matmul(x: Tensor, weight: Matrix, bias: Tensor | null = null, axis = 'out'): Tensor {
  const rows = dim(x, 0);
  const inner = dim(x, 1);
  const columns = weight.outWidth;
  if (weight.inWidth !== inner) {
    throw new ShapeError(`cannot multiply [${x.shape.join(', ')}] by [${weight.inWidth}, ${columns}]`);
  }
  if (bias !== null && dim(bias, 0) !== columns) {
    throw new ShapeError(`a bias of ${dim(bias, 0)} numbers does not fit ${columns} columns`);
  }
  if (!(weight instanceof PanelMatrix)) throw new ShapeError('cannot multiply by a matrix of another layout');
  const y = new Float32Array(rows * columns);
  multiplyRows(weight, { data: x.data, start: 0 }, bias?.data ?? null, { data: y, start: 0 }, rows);
  return tensor([x.axes[0] ?? 'row', axis], [rows, columns], y);
}
