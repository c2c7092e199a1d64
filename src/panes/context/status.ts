import { replacementOf } from '../../core/interventions.ts';
import type { Explorer } from '../../explorer/explorer.ts';
import { dim } from '../../tensor/tensor.ts';
import { operandsFor } from '../kit/equation.ts';
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
  const [leading, others] = [terms.slice(0, 3), terms.slice(3)];
  const rest = others.reduce((sum, term) => sum + term.weight * term.value, 0);
  const { sign, write } = operandsFor(
    [value],
    4,
    (round) => [leading.reduce((sum, term) => sum + round(term.weight) * round(term.value), round(rest))],
    { from: 4 },
  );
  const shown = leading.map(
    (term) => `${write(term.weight)} × ${write(term.value)} (${tokenName(input.keys, term.key)})`,
  );
  const more = others.length === 0 ? '' : `${rest < 0 ? ' − ' : ' + '}${write(Math.abs(rest))} (${others.length} more)`;
  return [what, `${fixed(value, 4)} ${sign} ${shown.join(' + ')}${more}`];
}
