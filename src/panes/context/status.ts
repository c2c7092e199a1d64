import { replacementOf } from '../../core/interventions.ts';
import type { Explorer } from '../../explorer/explorer.ts';
import { dim } from '../../tensor/tensor.ts';
import { fixed } from '../kit/format.ts';
import { tokenName } from '../kit/names.ts';
import { at, place, statusInput } from '../kit/status.ts';

/** The selected number of the context: the products of weights and values that it sums. */
export function contextStatus(explorer: Explorer): [string, string] {
  const input = statusInput(explorer);
  const { layer, selection, interventions } = input;
  const { head, query } = selection;
  const column = Math.min(selection.dimension, dim(layer.context, 2) - 1);
  const value = at(layer.context, head, query, column);
  const what = `${place(input)}context of ${tokenName(input.queries, query)}, dimension ${column} · ${fixed(value, 4)}`;
  const replacedBy = replacementOf(interventions, selection.layer, head);
  if (replacedBy !== null) {
    const by = replacedBy === 'zero' ? 'zeros' : 'the mean of its rows';
    return [what, `this head is switched off: its context counts as ${by}; its weights stay`];
  }
  const keys = dim(layer.attentionWeights, 2);
  const terms = Array.from({ length: keys }, (_, key) => ({
    key,
    weight: at(layer.attentionWeights, head, query, key),
    value: at(layer.v, head, key, column),
  }))
    .filter((term) => !Number.isNaN(term.weight))
    .toSorted((a, b) => Math.abs(b.weight * b.value) - Math.abs(a.weight * a.value));
  const shown = terms
    .slice(0, 3)
    .map((term) => `${fixed(term.weight, 3)} × ${fixed(term.value, 4)} (${tokenName(input.keys, term.key)})`);
  const rest = terms.slice(3).reduce((sum, term) => sum + term.weight * term.value, 0);
  if (terms.length > 3) shown.push(`${fixed(rest, 4)} (${terms.length - 3} more)`);
  return [what, `${fixed(value, 4)} = ${shown.join(' + ')}`];
}
