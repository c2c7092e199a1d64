import { blockRow } from '../../tensor/tensor.ts';
import { type AttentionMask, canAttend, seesOther } from '../chain/mask.ts';
import { isInverseRoot } from '../chain/scores.ts';
import type { CellPlace, Derived } from './derivation.ts';
import { cellOperand, constant, scoringIn, symbolOf } from './names.ts';
import { positionTerms } from './position-cells.ts';
import { changesScores, lastScores } from './scoring.ts';
import { attentionAt, interventionsOf, type RowSource } from './source.ts';
import { term } from './terms.ts';

/** q·k: the products of their dimensions, after rotation if the model has it. */
export function deriveScore(source: RowSource, place: CellPlace): Derived {
  const { attention } = attentionAt(source, place.part, place.layer);
  const [q, k] = attention.rotary === null ? (['q', 'k'] as const) : (['rotatedQ', 'rotatedK'] as const);
  const products = Array.from({ length: attention.headDim }, (_, column) =>
    term(
      cellOperand(source, { ...place, stage: q, column }),
      cellOperand(source, { ...place, stage: k, row: place.column, column }),
    ),
  );
  return {
    kind: 'sum',
    symbols: attention.rotary === null ? 'Σ_j q[j] × k[j]' : 'Σ_j rot(q)[j] × rot(k)[j]',
    terms: products,
  };
}

/** cap · tanh((score · scoreScale · scaleFactor + position) / cap), without the cap or position that the model lacks. */
export function deriveScaledScore(source: RowSource, place: CellPlace): Derived {
  const { attention } = attentionAt(source, place.part, place.layer);
  const { scoreScale, softCap: cap } = attention;
  const { scaleFactor } = source.interventions;
  const isRoot = isInverseRoot(attention);
  const factors = [
    ...(scoreScale === 1 ? [] : [constant(isRoot ? '1/√d_k' : 'factor', scoreScale)]),
    ...(scaleFactor === 1 ? [] : [constant('scale factor', scaleFactor)]),
  ];
  const positions = positionTerms(source, place);
  const scale = scoreScale === 1 ? '' : isRoot ? ' ÷ √d_k' : ' × factor';
  const sum = `q·k${scale}${scaleFactor === 1 ? '' : ' × scale factor'}${positions === null ? '' : ` + ${positions.symbols}`}`;
  return {
    kind: 'scaled',
    symbols: cap === null ? sum : `cap × tanh((${sum}) ÷ cap)`,
    terms: [term(cellOperand(source, { ...place, stage: 'scores' }), ...factors), ...(positions?.terms ?? [])],
    factor: scoreScale * scaleFactor,
    scoreScale,
    scaleFactor,
    positionTerm: positions === null ? null : positions.terms.reduce((total, { value }) => total + value, 0),
    cap,
    note: positions?.note ?? null,
  };
}

/** The score if the query can see the key, else −∞ with the reason. */
export function deriveMaskedScore(source: RowSource, place: CellPlace): Derived {
  const { attention } = attentionAt(source, place.part, place.layer);
  const { window } = attention;
  const isCausal = attention.isCausal || interventionsOf(source, place.part).mask === 'causal';
  const { row: query, column: key } = place;
  const canSee = canAttend({ isCausal, window }, query, key);
  const isVisible = canSee && !isHidden(source, place, { isCausal, window });
  const isAfter = isCausal && key > query;
  const reason = isAfter
    ? `hidden: ${attention.isCausal ? 'the layer' : 'the causal mask that is switched on'} lets a token see only itself and the ones before it`
    : `hidden: more than ${(window ?? 0) - 1} tokens away`;
  const before = {
    ...place,
    stage: changesScores('scaledScores', scoringIn(source, place)) ? 'scaledScores' : 'scores',
  } as const;
  return {
    kind: 'mask',
    symbols: isVisible ? symbolOf(source, before) : '−∞',
    terms: [term(cellOperand(source, before))],
    isVisible,
    note: isVisible ? null : canSee ? `hidden: token ${key} is among the hidden keys` : reason,
  };
}

/** Whether the key is hidden from the query: not if the query would then see nothing. */
function isHidden(source: RowSource, place: CellPlace, mask: AttentionMask): boolean {
  const hidden = source.interventions.hiddenKeys;
  if (place.part !== 'encoder' || !hidden.includes(place.column)) return false;
  const { scaledScores } = attentionAt(source, place.part, place.layer).trace;
  const scores = blockRow(scaledScores, place.head ?? 0, place.row);
  return seesOther(
    scores.map((score, key) => (canAttend(mask, place.row, key) ? score : -Infinity)),
    new Set(hidden),
  );
}

/** exp(score − max) / Σ exp over the keys of the row. */
export function deriveWeight(source: RowSource, place: CellPlace): Derived {
  const stage = lastScores(scoringIn(source, place));
  const scores = source.rowAt({ ...place, stage });
  const terms = Array.from(scores, (_, column) => term(cellOperand(source, { ...place, stage, column })));
  const present = terms.filter(({ value }) => !Number.isNaN(value));
  const maximum = present.reduce((most, { value }) => (value > most ? value : most), present[0]?.value ?? Number.NaN);
  const exponentials = terms.map(({ value }) => Math.exp(value - maximum));
  const missing = terms.length - present.length;
  const symbol = symbolOf(source, { ...place, stage });
  return {
    kind: 'softmax',
    symbols: `exp(${symbol} − max) ÷ Σ_key exp(${symbol} − max)`,
    terms,
    index: place.column,
    maximum,
    exponentials,
    sum: exponentials.reduce((total, one) => (Number.isNaN(one) ? total : total + one), 0),
    note: missing === 0 ? null : leftOut(missing),
  };
}

/** A note about keys without numbers. */
export function leftOut(keys: number): string {
  return keys === 1 ? 'a key without numbers is left out' : `${keys} keys without numbers are left out`;
}
