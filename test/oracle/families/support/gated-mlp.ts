import { activations, type Matrix, map, multiply } from './decoder-maths.ts';
import type { Weights } from './weights.ts';

/** W_down(act(W_gate x) ⊙ W_up x).  @see Shazeer 2020, "GLU Variants Improve Transformer" */
export function gatedMlp(weights: Weights, prefix: string, x: Matrix, activation: string): Matrix {
  const gate = map(weights.linear(x, `${prefix}gate_proj`), activations[activation]!);
  return weights.linear(multiply(gate, weights.linear(x, `${prefix}up_proj`)), `${prefix}down_proj`);
}
