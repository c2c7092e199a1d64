import { isAblated } from '../interventions.ts';
import type { CellPlace, Derived } from './derivation.ts';
import { cellOperand, constant } from './names.ts';
import { attentionSum, normedRead, type Read, rowIn } from './reads.ts';
import { leftOut } from './score-cells.ts';
import { attentionAt, type RowSource } from './source.ts';
import { deriveNorm, deriveSame, deriveSum, projection, single } from './sums.ts';
import { term } from './terms.ts';

/** Σ weight · value over the keys that have numbers; for a head that is switched off, 0 or the mean. */
export function deriveContext(source: RowSource, place: CellPlace): Derived {
  const { interventions } = source;
  // Only heads of the model's own stack can be off. A query without numbers keeps none.
  const isOff = place.part === 'encoder' && isAblated(interventions.ablatedHeads, place.layer, place.head ?? 0);
  if (!isOff) return deriveWeightedValues(source, place);
  if (interventions.ablation === 'mean') return deriveMeanContext(source, place);
  return { kind: 'ablated', symbols: '0', terms: [], note: 'the head is switched off: zeros replace weights × V' };
}

/** Σ weight · value over the keys that have numbers. */
export function deriveWeightedValues(source: RowSource, place: CellPlace): Derived {
  const { row, column } = place;
  const keys = attentionAt(source, place.part, place.layer).trace.v.shape[1] ?? 0;
  const weights = Array.from({ length: keys }, (_, key) =>
    cellOperand(source, { ...place, stage: 'attentionWeights', column: key }),
  );
  const terms = weights.flatMap((weight, key) =>
    Number.isNaN(weight.value) ? [] : term(weight, cellOperand(source, { ...place, stage: 'v', row: key, column })),
  );
  const missing = keys - terms.length;
  return {
    kind: 'sum',
    symbols: `Σ_key weight[${row},key] × v_key[${column}]`,
    terms,
    note: missing === 0 ? null : leftOut(missing),
  };
}

/** The mean of weights · V over the tokens, which the trace does not keep for a head that is off. */
function deriveMeanContext(source: RowSource, place: CellPlace): Derived {
  const tokens = attentionAt(source, place.part, place.layer).trace.context.shape[1] ?? 0;
  const sums = Array.from({ length: tokens }, (_, row) =>
    cellOperand(source, { ...place, stage: 'weightedValues', row }),
  ).filter(({ value }) => !Number.isNaN(value));
  const share = constant(`1 ÷ ${sums.length} tokens`, 1 / sums.length);
  return {
    kind: 'sum',
    symbols: `Σ_token (weights × V)[${place.column}] ÷ tokens`,
    terms: sums.map((one) => term(one, share)),
    note: 'the head is switched off: the mean over the tokens replaces weights × V',
  };
}

/** The number in the context of the head that owns the column. */
export function deriveConcat(source: RowSource, place: CellPlace): Derived {
  const { valueDim } = attentionAt(source, place.part, place.layer).attention;
  const head = Math.floor(place.column / valueDim);
  const column = place.column % valueDim;
  return {
    ...deriveSame(source, { ...place, stage: 'context', head, column }, `context[${column}] of head ${head}`),
    note: `column ${place.column} of the concatenation = head ${head} × ${valueDim} + ${column}`,
  };
}

/** Σ_j concat[j] · W_O[j,column] + b_O[column].  @throws RangeError when the layer has no W_O. */
export function deriveAttentionOutput(source: RowSource, place: CellPlace): Derived {
  const { wO, valueDim } = attentionAt(source, place.part, place.layer).attention;
  if (wO === null) throw new RangeError(`layer ${place.layer} has no W_O`);
  return {
    kind: 'sum',
    ...projection(source, { at: rowIn(place, 'concat'), factor: 1 }, wO, 'O', place.column),
    note: `row j of W_O = head × ${valueDim} + dimension: it reads concat[j]`,
  };
}

/** outputNorm(attentionOutput).  @throws RangeError when the layer has no such norm. */
export function deriveNormedOutput(source: RowSource, place: CellPlace): Derived {
  const { outputNorm } = attentionAt(source, place.part, place.layer).attention;
  if (outputNorm === null) throw new RangeError('the attention output has no norm');
  return deriveNorm(source, rowIn(place, 'attentionOutput'), outputNorm, place.column);
}

/** R(residPre) + outputNorm(attentionOutput).  @throws RangeError when the layer has no residual. */
export function deriveAttentionSum(source: RowSource, place: CellPlace): Derived {
  const { residual, outputNorm } = attentionAt(source, place.part, place.layer).attention;
  if (residual === null) throw new RangeError(`layer ${place.layer} has no residual connection around its attention`);
  const x: Read = { at: rowIn(place, 'residPre'), factor: 1 };
  const added = normedRead(rowIn(place, 'attentionOutput'), outputNorm, 'normedOutput');
  return deriveSum(
    residual.kind === 'identity'
      ? single(source, x, place.column)
      : projection(source, x, residual.linear, 'R', place.column),
    single(source, added, place.column),
  );
}

/** The stream after an attention and its norm.  @throws RangeError when there is no such norm. */
export function deriveAttended(source: RowSource, place: CellPlace): Derived {
  const { residualNorm } = attentionAt(source, place.part, place.layer).attention;
  if (residualNorm === null) throw new RangeError('the stream has no norm after this attention');
  return deriveNorm(source, attentionSum(source, place), residualNorm, place.column);
}
