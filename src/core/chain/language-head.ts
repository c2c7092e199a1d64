import { activate } from '../../tensor/activations.ts';
import { mapped } from '../../tensor/elementwise.ts';
import { matmul } from '../../tensor/matmul.ts';
import { row, type Tensor, tensor } from '../../tensor/tensor.ts';
import type { LanguageHead } from '../model.ts';
import { softCap } from './position-terms.ts';
import { normalise, project } from './projection.ts';

/** A token of the vocabulary and its probability. */
export interface Prediction {
  readonly id: number;
  readonly probability: number;
}

/** logits = softCap(scale · T(x)·W + b) for every row.  x [token, hidden] -> [token, vocab] */
export function logits(x: Tensor, { transform, scale, weight, bias, softCap: cap }: LanguageHead): Tensor {
  const h = transform && normalise(activate(project(x, transform.linear), transform.activation), transform.norm);
  const scaled = scale === 1 ? (h ?? x) : mapped(h ?? x, (value) => value * scale);
  return softCap(matmul(scaled, weight, bias, 'vocab'), cap);
}

/** The `count` most probable tokens by softmax(logits), most probable first; on a tie, the smaller id first.  row: logits [vocab] */
export function topPredictions(row: Float32Array, count: number): Prediction[] {
  const best: number[] = [];
  let maximum = -Infinity;
  for (let id = 0; id < row.length; id++) {
    const logit = row[id]!;
    if (logit > maximum) maximum = logit;
    if (best.length === count && !(logit > row[best[count - 1]!]!)) continue;
    let place = best.length;
    while (place > 0 && logit > row[best[place - 1]!]!) place--;
    best.splice(place, 0, id);
    if (best.length > count) best.pop();
  }
  let sum = 0;
  for (const logit of row) sum += Math.exp(logit - maximum);
  return best.map((id) => ({ id, probability: Math.exp(row[id]! - maximum) / sum }));
}

/** The logits of one vector.  x [hidden] -> [vocab] */
export function logitsOf(x: Float32Array, head: LanguageHead): Float32Array {
  return logits(tensor(['token', 'hidden'], [1, x.length], x), head).data;
}

/** The predictions at a token.  x: the output of the stack [token, hidden] */
export function predictAt(x: Tensor, token: number, head: LanguageHead, count: number): Prediction[] {
  return topPredictions(logitsOf(row(x, token), head), count);
}
