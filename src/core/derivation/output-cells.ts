import { blockRow } from '../../tensor/tensor.ts';
import { contextVectors } from '../chain/context.ts';
import { isAblated } from '../interventions.ts';
import type { CellPlace, Derived } from './derivation.ts';
import { cellOperand, constant, subscript } from './names.ts';
import { cellRow, deriveRow, projectedRow } from './rows.ts';
import { leftOut } from './score-cells.ts';
import { attentionAt, type DerivationSource, valueAt } from './source.ts';
import { term } from './terms.ts';

/** Σ weight · value over the keys that have numbers; for a head that is switched off, 0 or the mean. */
export function deriveContext(source: DerivationSource, place: CellPlace): Derived {
  const { part, layer, row, column } = place;
  const head = place.head ?? 0;
  // Only heads of the model's own stack can be off. A query without numbers keeps none.
  const isOff = part === 'encoder' && isAblated(source.interventions.ablatedHeads, layer, head);
  if (isOff && !Number.isNaN(valueAt(source, place))) {
    if (source.interventions.ablation === 'mean') return deriveMeanContext(source, place);
    return { kind: 'ablated', symbols: '0', terms: [], note: 'the head is switched off: zeros replace weights · V' };
  }
  const keys = attentionAt(source, part, layer).trace.v.shape[1] ?? 0;
  const weights = Array.from({ length: keys }, (_, key) =>
    cellOperand(source, { ...place, stage: 'attentionWeights', column: key }),
  );
  const terms = weights.flatMap((weight, key) =>
    Number.isNaN(weight.value) ? [] : term(weight, cellOperand(source, { ...place, stage: 'v', row: key, column })),
  );
  const missing = keys - terms.length;
  return {
    kind: 'sum',
    symbols: `Σ_key weight[${row},key] · v_key[${column}]`,
    terms,
    note: missing === 0 ? null : leftOut(missing),
  };
}

/** The mean of weights · V over the tokens, computed again: the trace has no weights · V of a head that is off. */
function deriveMeanContext(source: DerivationSource, { part, layer, head, column }: CellPlace): Derived {
  const { attentionWeights: weights, v } = attentionAt(source, part, layer).trace;
  const own = contextVectors(weights, v);
  const sums = Array.from({ length: own.shape[1] ?? 0 }, (_, token) => blockRow(own, head ?? 0, token)[column]!);
  const known = sums.flatMap((value, token) => (Number.isNaN(value) ? [] : { value, token }));
  const share = constant('1 ÷ tokens', 1 / known.length);
  return {
    kind: 'sum',
    symbols: `Σ_token (weights · V)[${column}] ÷ tokens`,
    terms: known.map(({ value, token }) => term(constant(`(weights · V)${subscript(token)}[${column}]`, value), share)),
    note: 'the head is switched off: the mean over the tokens replaces weights · V',
  };
}

/** The number in the context of the head that owns the column. */
export function deriveConcat(source: DerivationSource, place: CellPlace): Derived {
  const { valueDim } = attentionAt(source, place.part, place.layer).attention;
  const head = Math.floor(place.column / valueDim);
  const column = place.column % valueDim;
  return {
    kind: 'same',
    symbols: `context[${column}] of head ${head}`,
    terms: [term(cellOperand(source, { ...place, stage: 'context', head, column }))],
  };
}

/** Σ_j concat[j] · W_O[j,column] + b_O[column].  @throws RangeError when the layer has no W_O. */
export function deriveAttentionOutput(source: DerivationSource, place: CellPlace): Derived {
  const { part, layer, column } = place;
  const { wO } = attentionAt(source, part, layer).attention;
  if (wO === null) throw new RangeError(`layer ${layer} has no W_O`);
  return deriveRow(projectedRow(cellRow(source, place, 'concat'), wO, 'W_O', 'b_O'), null, column);
}
