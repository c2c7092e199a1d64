import { activations, linear, type Matrix, map } from './decoder-maths.ts';
import { linearShapes, normShapes } from './shapes.ts';
import type { Shapes, Weights } from './weights.ts';

/** The head of a masked language model: W_vocab·LN(act(W h + b)) + c. */
export interface MaskedHead {
  readonly dense: string;
  readonly norm: string;
  /** Name of the logits' matrix, without `.weight` and `.bias`. */
  readonly decoder: string;
  /** Full name of the bias that replaces the decoder's when the two are tied. */
  readonly bias: string;
  /** Full name of the token table that replaces the decoder's weight when they are tied. */
  readonly table: string;
}

export interface HeadSizes {
  readonly hiddenSize: number;
  /** Width of the token table. */
  readonly width: number;
  readonly vocabSize: number;
  readonly tied: boolean;
}

/** As save_pretrained writes them. Untied, version 5 has two biases and uses the decoder's. */
export function maskedHeadShapes(head: MaskedHead, sizes: HeadSizes, hasOwnBias: boolean): Shapes {
  return {
    ...linearShapes(head.dense, sizes.hiddenSize, sizes.width),
    ...normShapes(head.norm, sizes.width),
    [head.bias]: [sizes.vocabSize],
    ...(sizes.tied ? {} : { [`${head.decoder}.weight`]: [sizes.vocabSize, sizes.width] }),
    ...(sizes.tied || !hasOwnBias ? {} : { [`${head.decoder}.bias`]: [sizes.vocabSize] }),
  };
}

export function maskedLogits(x: Matrix, weights: Weights, head: MaskedHead, activation: string, eps: number): Matrix {
  const inner = map(weights.linear(x, head.dense), activations[activation]!);
  const transformed = weights.layerNorm(inner, head.norm, eps);
  const own = (kind: string, otherwise: string) =>
    weights.has(`${head.decoder}.${kind}`) ? `${head.decoder}.${kind}` : otherwise;
  return linear(transformed, weights.matrix(own('weight', head.table)), weights.vector(own('bias', head.bias)));
}
