import { activations, add, type Matrix, map } from './decoder-maths.ts';
import type { Weights } from './weights.ts';

export interface Convolution {
  /** Width in tokens, centred on the token itself. */
  readonly size: number;
  readonly activation: string;
  /** Groups of channels; each group's outputs depend only on its own inputs. */
  readonly groups: number;
}

/** LN(output + act(convolution of x along the text)).  x, output [token, hidden]
 *  @see transformers/models/deberta_v2/modeling_deberta_v2.py, ConvLayer */
export function addConvolution(
  { size, activation, groups }: Convolution,
  weights: Weights,
  prefix: string,
  x: Matrix,
  output: Matrix,
  eps: number,
): Matrix {
  const perGroup = x[0]!.length / groups;
  const kernel = weights.cube(`${prefix}conv.weight`);
  const bias = weights.vector(`${prefix}conv.bias`);
  const out = x.map((_, token) =>
    kernel.map((inputs, channel) => {
      const first = Math.floor(channel / perGroup) * perGroup;
      let sum = bias[channel]!;
      inputs.forEach((taps, input) => {
        taps.forEach((tap, i) => {
          sum += tap * (x[token + i - (size - 1) / 2]?.[first + input] ?? 0);
        });
      });
      return sum;
    }),
  );
  return weights.layerNorm(add(output, map(out, activations[activation]!)), `${prefix}LayerNorm`, eps);
}
