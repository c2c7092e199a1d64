import type { Explorer } from '../../explorer/explorer.ts';
import { blockRow, dim, type Tensor } from '../../tensor/tensor.ts';
import { fixed } from '../kit/format.ts';
import { tokenName } from '../kit/names.ts';
import { at, place, type StatusInput, statusInput } from '../kit/status.ts';
import { attentionLens } from './lens.ts';

/** The selected number of the shown lens, and the arithmetic that made it; null: the weight is shown, or there is no number. */
export function lensStatus(explorer: Explorer): [what: string, how: string] | null {
  const { view, sink, rollout } = attentionLens(explorer);
  const lens = view.value;
  if (lens === null) return null;
  const input = statusInput(explorer);
  const { head, query, key } = input.selection;
  const number = at(lens.values, lens.isOfAllHeads ? 0 : head, query, key);
  switch (explorer.inputs.lens.value) {
    case 'weights':
      return null;
    case 'norms':
      return Number.isNaN(number) ? null : normStatus(input, number);
    case 'no sink':
      return sink.value === null ? null : sinkStatus(input, number, sink.value.key);
    case 'rollout':
      return Number.isNaN(number) ? null : rolloutStatus(input, number, rollout.value);
  }
}

/** α · ‖f(x)‖ */
function normStatus(input: StatusInput, norm: number): [string, string] {
  const { layer, attention, keys, selection } = input;
  const weight = at(layer.attentionWeights, selection.head, selection.query, selection.key);
  const what = `${place(input)}${pairOf(input)} · ‖α·f(x)‖ ${fixed(norm, 3)}`;
  const vector = `${tokenName(keys, selection.key)}'s value${attention.wO === null ? '' : ' · W_O'}`;
  if (weight === 0) return [what, `${fixed(norm, 3)} = α·‖f(x)‖, as the weight α is 0`];
  const length = fixed(Math.abs(norm / weight), 3);
  return [what, `${fixed(norm, 3)} = α·‖f(x)‖ = ${fixed(weight, 3)} × ${length}   α: weight   f(x): ${vector}`];
}

/** The weight ÷ the sum of its row without the sink. */
function sinkStatus(input: StatusInput, number: number, sink: number): [string, string] | null {
  const { layer, keys, selection } = input;
  const row = blockRow(layer.attentionWeights, selection.head, selection.query);
  const weight = row[selection.key] ?? Number.NaN;
  if (Number.isNaN(weight)) return null;
  const name = tokenName(keys, sink);
  const where = `${place(input)}${pairOf(input)}`;
  if (Number.isNaN(number))
    return [`${where} · no number`, `without ${name}, nothing is left of this row to divide by`];
  const what = `${where} · without ${name} ${fixed(number, 3)}`;
  if (selection.key === sink) return [what, `this view leaves ${name} out; its weight is ${fixed(weight, 3)}`];
  const rest = row.reduce((sum, one, key) => sum + (key === sink ? 0 : one || 0), 0);
  const [own, sum] = [fixed(weight, 3), fixed(rest, 3)];
  return [what, `${fixed(number, 3)} = ${own} ÷ ${sum}   ${own}: weight   ${sum}: sum of the row without ${name}`];
}

/** R_l = ½·R_(l−1) + ½·(mean over heads of A_l)·R_(l−1), where rows of A sum to 1.  rollout [layer, query, key] */
function rolloutStatus(input: StatusInput, number: number, rollout: Tensor): [string, string] {
  const { layer, selection } = input;
  const { query, key } = selection;
  const weights = layer.attentionWeights;
  const heads = dim(weights, 0);
  const mean = (to: number) =>
    Array.from({ length: heads }, (_, head) => at(weights, head, query, to)).reduce((sum, one) => sum + (one || 0), 0) /
    heads;
  const total = Array.from({ length: dim(weights, 2) }, (_, one) => mean(one)).reduce((sum, one) => sum + one, 0);
  const layers = selection.layer === 0 ? 'L0' : `L0 to L${selection.layer}`;
  const what = `${layers}, all heads · ${pairOf(input)} · rollout ${fixed(number, 3)}`;
  // Then rows are divided by their sum, and the parts below do not add up.
  if (Math.abs(total - 1) > 1e-3)
    return [what, 'half the mean over heads, half the token itself, divided by their sum, through all layers'];
  const before = selection.layer === 0 ? Number(query === key) : at(rollout, selection.layer - 1, query, key);
  const mixed = 2 * number - before;
  const itself = query === key ? 'the token itself' : 'another token';
  const kept = selection.layer === 0 ? itself : `L${selection.layer - 1}'s rollout`;
  const from = selection.layer === 0 ? 'mean weight over heads' : `through L${selection.layer}'s heads`;
  const [own, more] = [fixed(before, 3), fixed(mixed, 3)];
  return [what, `${fixed(number, 3)} = (${own} + ${more}) ÷ 2   ${own}: ${kept}   ${more}: ${from}`];
}

function pairOf({ queries, keys, selection }: StatusInput): string {
  return `${tokenName(queries, selection.query)} → ${tokenName(keys, selection.key)}`;
}
