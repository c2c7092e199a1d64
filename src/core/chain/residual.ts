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

/** The feed-forward block of some tokens, step by step: [token, hidden] where not said otherwise. */
export interface FeedForwardSteps {
  /** h = norm(x), or x if the block has no norm. */
  readonly input: Tensor;
  /** h·W_1 + b_1, [token, intermediate]: before the activation if there is no gate. */
  readonly up: Tensor;
  /** h·G + b_G before the activation, [token, intermediate]; null without a gate. */
  readonly gate: Tensor | null;
  /** activation(gate), or activation(up) without one, [token, intermediate]. */
  readonly activated: Tensor;
  /** The hidden layer that W_2 reads: activated ⊙ up, or activated without a gate, [token, intermediate]. */
  readonly hidden: Tensor;
  /** hidden·W_2 + b_2 */
  readonly down: Tensor;
  /** outputNorm(down), or down: what is added to the stream. */
  readonly output: Tensor;
}

/** outputNorm((activation(h·G) ⊙ (h·W_1 + b_1))·W_2 + b_2) with h = norm(x). No row's result depends on another row, so a single token
 *  gets the numbers that it has in the whole text, bit for bit.
 *  x [token, hidden]  @see Vaswani et al. 2017, eq. 2; Shazeer 2020 for the gate */
export function feedForwardSteps(x: Tensor, parameters: FeedForwardParameters): FeedForwardSteps {
  const { norm, up: first, gate: gating, activation, down: second, outputNorm } = parameters;
  const input = normalise(x, norm);
  const gate = gating === null ? null : project(input, gating);
  const up = project(input, first);
  const activated = activate(gate ?? up, activation);
  const hidden = gate === null ? activated : multiply(activated, up);
  const down = project(hidden, second);
  return { input, up, gate, activated, hidden, down, output: normalise(down, outputNorm) };
}

/** What the feed-forward block adds to the stream.  x [token, hidden] -> same shape */
export function feedForward(x: Tensor, parameters: FeedForwardParameters): Tensor {
  return feedForwardSteps(x, parameters).output;
}

/** The convolution of a layer, step by step, [token, hidden]. */
export interface ConvolutionSteps {
  /** Σ_o residPre shifted by o · K_o + b */
  readonly convolved: Tensor;
  readonly activated: Tensor;
  /** residPost + activated */
  readonly sum: Tensor;
  readonly output: Tensor;
}

/** norm(residPost + activation(Σ_o residPre shifted by o · K_o + b)): each token also reads its neighbours.
 *  residPre, residPost [token, hidden]  @see He et al. 2021 (DeBERTa-v2's ConvLayer) */
export function convolutionSteps(
  residPre: Tensor,
  residPost: Tensor,
  { kernel, bias, activation, norm }: ConvolutionParameters,
): ConvolutionSteps {
  const middle = Math.floor((kernel.length - 1) / 2);
  const shifted = kernel.map((matrix, index) => matmul(shiftRows(residPre, index - middle), matrix));
  const width = dim(residPre, 1);
  const products = shifted.reduce((total, part) => add(total, part));
  const convolved = mapped(products, (value, i) => value + bias.data[i % width]!);
  const activated = activate(convolved, activation);
  const sum = add(residPost, activated);
  return { convolved, activated, sum, output: normalise(sum, norm) };
}

/** The output of the convolution.  residPre, residPost [token, hidden] -> same shape */
export function convolve(residPre: Tensor, residPost: Tensor, parameters: ConvolutionParameters): Tensor {
  return convolutionSteps(residPre, residPost, parameters).output;
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
