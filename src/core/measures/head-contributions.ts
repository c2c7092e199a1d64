import { matmul } from '../../tensor/matmul.ts';
import { blockRow, dim, row, ShapeError, type Tensor, tensor } from '../../tensor/tensor.ts';
import type { Linear } from '../model.ts';

/** How long a part of a sum is, and how much of the sum it makes up. */
export interface Share {
  /** ‖part‖ */
  readonly norm: number;
  /** part·output / ‖output‖²: the part along the output. Below 0 it works against the others. */
  readonly share: number;
}

export interface HeadContribution extends Share {
  readonly head: number;
  /** context_h · W_O^h, [hidden] */
  readonly part: Float32Array;
}

/** The attention output of a token, taken apart: the parts of the heads and the bias sum to it, their shares to 1. */
export interface HeadContributions {
  readonly heads: readonly HeadContribution[];
  /** Of b_O; null where there is none. */
  readonly bias: Share | null;
  /** ‖output‖ */
  readonly outputNorm: number;
}

/** What each head brings to the attention output of a token: concat · W_O + b_O = Σ_h context_h · W_O^h + b_O, with W_O^h
 *  rows h·d_v … (h + 1)·d_v of W_O. Where there is no W_O, the output is the heads side by side, and each owns its columns.
 *  Shares are of the output before any norm of it, and sum to 1 to float32 rounding; all are 0 where the output is zeros, which nothing is a
 *  share of. A token without numbers (NaN: an unknown word) has none here.
 *  context [head, token, d_v], W_O h · d_v × hidden; attentionOutput the token's row [hidden], null: the sum of the parts
 *  @throws ShapeError when widths differ.  @throws RangeError when there is no such token.
 *  @see Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits": heads as terms of a sum */
export function headContributions(
  context: Tensor,
  token: number,
  wO: Linear | null,
  attentionOutput: Float32Array | null,
): HeadContributions {
  const tokens = dim(context, 1);
  if (!(token >= 0 && token < tokens)) throw new RangeError(`there is no token ${token} of ${tokens}`);
  const parts = partsOf(context, token, wO);
  const bias = wO?.bias?.data ?? null;
  const output = attentionOutput ?? sumOf(bias === null ? parts : [...parts, bias]);
  for (const part of parts) {
    if (part.length === output.length) continue;
    throw new ShapeError(`parts of ${part.length} numbers do not sum to an output of ${output.length}`);
  }
  const square = dot(output, output);
  const shareOf = (part: Float32Array): Share => ({
    norm: Math.sqrt(dot(part, part)),
    share: square === 0 ? 0 : dot(part, output) / square,
  });
  return {
    heads: parts.map((part, head) => ({ head, part, ...shareOf(part) })),
    bias: bias === null ? null : shareOf(bias),
    outputNorm: Math.sqrt(square),
  };
}

/** The part of every head, by one product: a row a head, zeros outside the head's columns. */
function partsOf(context: Tensor, token: number, wO: Linear | null): Float32Array[] {
  const [heads, valueDim] = [dim(context, 0), dim(context, 2)];
  const alone = tensor(['head', 'concat'], [heads, heads * valueDim]);
  for (let head = 0; head < heads; head++) row(alone, head).set(blockRow(context, head, token), head * valueDim);
  const mixed = wO === null ? alone : matmul(alone, wO.weight);
  return Array.from({ length: heads }, (_, head) => row(mixed, head));
}

function sumOf(parts: readonly Float32Array[]): Float32Array {
  const sum = new Float64Array(parts[0]?.length ?? 0);
  for (const part of parts) for (let i = 0; i < sum.length; i++) sum[i]! += part[i]!;
  return Float32Array.from(sum);
}

/** In float64. */
function dot(x: Float32Array, y: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
}
