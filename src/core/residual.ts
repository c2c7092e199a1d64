import { add, relu } from '../tensor/elementwise.ts';
import { matmul } from '../tensor/matmul.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { FeedForwardParameters, Linear, ResidualParameters } from './model.ts';
import { normalise } from './projection.ts';

/** attentionOutput = Concat(head_1 … head_h)·W_O + b_O.  concat [token, h · d_v] -> [token, hidden]
 *  @throws ShapeError when widths differ.  @see Vaswani et al. 2017, 3.2.2 */
export function mixHeads(concat: Tensor, wO: Linear): Tensor {
  return matmul(concat, wO.weight, wO.bias);
}

/** residMid = attentionOutput + R(residPre); R is the identity, or x·W + b where the width changes.
 *  residPre [token, in], attentionOutput [token, hidden] -> [token, hidden]  @throws ShapeError when widths differ. */
export function addResidual(residPre: Tensor, attentionOutput: Tensor, residual: ResidualParameters): Tensor {
  const carried =
    residual.kind === 'identity' ? residPre : matmul(residPre, residual.linear.weight, residual.linear.bias);
  return add(attentionOutput, carried);
}

/** residPost = residMid + relu(LN(residMid)·W_1 + b_1)·W_2 + b_2.  residMid [token, hidden] -> same shape
 *  @see Vaswani et al. 2017, eq. 2 */
export function feedForward(residMid: Tensor, parameters: FeedForwardParameters): Tensor {
  const { norm, up, down } = parameters;
  const inner = relu(matmul(normalise(residMid, norm), up.weight, up.bias));
  return add(residMid, matmul(inner, down.weight, down.bias));
}
