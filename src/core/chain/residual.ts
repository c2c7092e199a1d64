import { activate } from '../../tensor/activations.ts';
import { add, mapped, multiply } from '../../tensor/elementwise.ts';
import { matmul } from '../../tensor/matmul.ts';
import { dim, row, type Tensor, tensor } from '../../tensor/tensor.ts';
import type { ConvolutionParameters, FeedForwardParameters, Linear, ResidualParameters } from '../model.ts';
import { normalise, project } from './projection.ts';

/** attentionOutput = Concat(head_1 … head_h)·W_O + b_O.  concat [token, h · d_v] -> [token, hidden]
 *  @throws ShapeError when widths differ.  @see Vaswani et al. 2017, 3.2.2 */
export function mixHeads(concat: Tensor, wO: Linear): Tensor {
  return project(concat, wO);
}

/** stream + added, both [token, hidden].  @throws ShapeError when the shapes differ. */
export function addStreams(stream: Tensor, added: Tensor, out = tensor): Tensor {
  return add(stream, added, out);
}

/** residMid = added + R(residPre), where R is the identity or, if the width changes, x·W + b.
 *  residPre [token, in], added [token, hidden] -> [token, hidden]  @throws ShapeError when widths differ. */
export function addResidual(residPre: Tensor, added: Tensor, residual: ResidualParameters, out = tensor): Tensor {
  return add(added, residual.kind === 'identity' ? residPre : project(residPre, residual.linear), out);
}

/** The output of the feed-forward block: outputNorm((activation(h·G) ⊙ (h·W_1 + b_1))·W_2 + b_2) with h = norm(x).
 *  x [token, hidden] -> same shape  @see Vaswani et al. 2017, eq. 2; Shazeer 2020 for the gate */
export function feedForward(x: Tensor, parameters: FeedForwardParameters): Tensor {
  const { norm, up, gate, activation, down, outputNorm } = parameters;
  const h = normalise(x, norm);
  const inner =
    gate === null
      ? activate(project(h, up), activation)
      : multiply(activate(project(h, gate), activation), project(h, up));
  return normalise(project(inner, down), outputNorm);
}

/** norm(residPost + activation(Σ_o residPre shifted by o · K_o + b)): each token also reads its neighbours.
 *  residPre, residPost [token, hidden] -> same shape  @see He et al. 2021 (DeBERTa-v2's ConvLayer) */
export function convolve(
  residPre: Tensor,
  residPost: Tensor,
  { kernel, bias, activation, norm }: ConvolutionParameters,
): Tensor {
  const middle = Math.floor((kernel.length - 1) / 2);
  const shifted = kernel.map((matrix, index) => matmul(shiftRows(residPre, index - middle), matrix));
  const width = dim(residPre, 1);
  const sum = shifted.reduce((total, part) => add(total, part));
  const biased = mapped(sum, (value, i) => value + bias.data[i % width]!);
  return normalise(add(residPost, activate(biased, activation)), norm);
}

/** Row t of the result is row t + offset of x, or zeros beyond the ends. */
function shiftRows(x: Tensor, offset: number): Tensor {
  const tokens = dim(x, 0);
  const width = dim(x, 1);
  const shifted = tensor(x.axes, x.shape);
  for (let token = Math.max(0, -offset); token < Math.min(tokens, tokens - offset); token++) {
    shifted.data.set(row(x, token + offset), token * width);
  }
  return shifted;
}
