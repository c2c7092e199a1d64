import { matmul } from '../../tensor/matmul.ts';
import { blockRow, dim, row, ShapeError, type Tensor, tensor } from '../../tensor/tensor.ts';
import type { Linear } from '../model.ts';
import { addTo, dot, norm, type Vector } from './vectors.ts';

/** The length of one part of a sum, and its share. */
export interface Share {
  /** ‖part‖ */
  readonly norm: number;
  /** part·sum / ‖sum‖²; a part below 0 works against the others. */
  readonly share: number;
}

export interface HeadContribution extends Share {
  readonly head: number;
  /** context_h · W_O^h, [hidden] */
  readonly part: Float32Array;
}

/** The attention output of a token as a sum of parts: one per head, and the bias. Their shares sum to 1. */
export interface HeadContributions {
  readonly heads: readonly HeadContribution[];
  /** Share of b_O; null without b_O. */
  readonly bias: Share | null;
  /** ‖output‖ */
  readonly outputNorm: number;
}

/** Splits the attention output of a token by head: concat · W_O + b_O = Σ_h context_h · W_O^h + b_O, where W_O^h is rows
 *  h·d_v … (h + 1)·d_v − 1 of W_O. Without W_O, the output is the concatenated heads, and each head owns its columns.
 *  Shares refer to the output before any norm. They sum to 1 up to float32 rounding; all are 0 for an output of zeros, and NaN for a
 *  token without numbers (an unknown word).
 *  context [head, token, d_v], W_O [h · d_v, hidden]; attentionOutput: the token's row [hidden], or null for the sum of the parts
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
  return {
    heads: parts.map((part, head) => ({ head, part, ...shareOf(part, output) })),
    bias: bias && shareOf(bias, output),
    outputNorm: norm(output),
  };
}

/** Length and share of one part of a sum; the share is 0 if the sum is zeros.  part, sum [hidden] */
export function shareOf(part: Vector, sum: Vector): Share {
  const square = dot(sum, sum);
  return { norm: norm(part), share: square === 0 ? 0 : dot(part, sum) / square };
}

/** The parts of all heads by one product: the row of each head has zeros outside its own columns. */
function partsOf(context: Tensor, token: number, wO: Linear | null): Float32Array[] {
  const [heads, valueDim] = [dim(context, 0), dim(context, 2)];
  const separate = tensor(['head', 'concat'], [heads, heads * valueDim]);
  for (let head = 0; head < heads; head++) row(separate, head).set(blockRow(context, head, token), head * valueDim);
  const mixed = wO === null ? separate : matmul(separate, wO.weight);
  return Array.from({ length: heads }, (_, head) => row(mixed, head));
}

function sumOf(parts: readonly Float32Array[]): Float32Array {
  const sum = new Float64Array(parts[0]?.length ?? 0);
  for (const part of parts) addTo(sum, part);
  return Float32Array.from(sum);
}
