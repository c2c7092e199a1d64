import type { CellPlace, Derived } from './derivation.ts';
import { cellName, cellOperand, constant } from './names.ts';
import { cellRow, deriveRow, normedRow, partOfRow, projectedRow } from './rows.ts';
import { attentionAt, type DerivationSource } from './source.ts';
import { encodedRow } from './stream-cells.ts';
import { term } from './terms.ts';

/** q, k or v: a column of x·W + b in the block of the head (for k and v, of its group), then the norm of that vector if it has one.
 *  x is the layer's input after its norm; for keys and values in cross-attention, the encoder's output. */
export function deriveVector(source: DerivationSource, place: CellPlace, stage: 'q' | 'k' | 'v'): Derived {
  const { part, layer } = place;
  const row = stage === 'v' ? swappedToken(source, place) : place.row;
  const head = place.head ?? 0;
  const { attention } = attentionAt(source, part, layer);
  const { numAttentionHeads, numKeyValueHeads, headDim, valueDim } = attention;
  const group = Math.floor(head / (numAttentionHeads / numKeyValueHeads));
  const linear = { q: attention.wQ, k: attention.wK, v: attention.wV }[stage];
  const norm = { q: attention.queryNorm, k: attention.keyNorm, v: null }[stage];
  const width = stage === 'v' ? valueDim : headDim;
  const x =
    part === 'cross' && stage !== 'q'
      ? encodedRow(source, row)
      : normedRow(cellRow(source, { part, layer, row }, 'residPre'), attention.norm, row);
  const letter = stage.toUpperCase();
  const vector = partOfRow(
    projectedRow(x, linear, `W_${letter}`, `b_${letter}`),
    (stage === 'q' ? head : group) * width,
    width,
  );
  const note =
    stage !== 'q' && numKeyValueHeads < numAttentionHeads
      ? `heads share keys and values: head ${head} uses those of group ${group}`
      : null;
  const swapped = row === place.row ? null : `this is the value vector of token ${row}: the two tokens exchange theirs`;
  return { ...deriveRow(vector, norm, place.column), note: swapped ?? note };
}

/** The token whose value vector is in the row of v. */
function swappedToken({ interventions, trace }: DerivationSource, { part, layer, row }: CellPlace): number {
  const swap = interventions.swappedValues;
  if (part !== 'encoder' || swap?.layer !== layer) return row;
  const [a, b] = swap.tokens;
  const count = trace.embedding.shape[0] ?? 0;
  if (a >= count || b >= count) return row;
  return row === a ? b : row === b ? a : row;
}

/** A dimension and its partner, rotated by the angle row · frequency; dimensions beyond the rotated ones stay.
 *  @throws RangeError when the model has no rotation. */
export function deriveRotated(source: DerivationSource, place: CellPlace, stage: 'q' | 'k'): Derived {
  const { attention, trace } = attentionAt(source, place.part, place.layer);
  if (attention.rotary === null) throw new RangeError('the model has no rotary positions');
  const { frequencies: usual, longer, pairing, amplitude } = attention.rotary;
  const tokens = trace[stage].shape[1] ?? 0;
  const { data } = longer !== null && tokens > longer.after ? longer.frequencies : usual;
  const { row, column } = place;
  const own = cellOperand(source, { ...place, stage });
  if (column >= 2 * data.length) {
    return {
      kind: 'same',
      symbols: `${stage}[${column}]`,
      terms: [term(own)],
      note: `the first ${2 * data.length} dimensions are rotated`,
    };
  }
  const isFirst = pairing === 'halves' ? column < data.length : column % 2 === 0;
  const pair = pairing === 'halves' ? column % data.length : Math.floor(column / 2);
  const partner = column + (isFirst ? 1 : -1) * (pairing === 'halves' ? data.length : 1);
  const frequency = data[pair]!;
  // Rounded as in `rotate`: at far positions the rounding of the angle matters.
  const angle = Math.fround(row * frequency);
  const factor = amplitude === 1 ? [] : [constant('amplitude', amplitude)];
  const cos = constant(`cos(${row}·θ_${pair})`, Math.fround(Math.cos(angle)));
  const sin = Math.fround(Math.sin(angle));
  const sine = isFirst ? constant(`−sin(${row}·θ_${pair})`, -sin) : constant(`sin(${row}·θ_${pair})`, sin);
  const other = cellOperand(source, { ...place, stage, column: partner });
  const turned = `${stage}[${column}] · cos(p·θ_${pair}) ${isFirst ? '−' : '+'} ${stage}[${partner}] · sin(p·θ_${pair})`;
  return {
    kind: 'rotation',
    symbols: amplitude === 1 ? turned : `amplitude · (${turned})`,
    terms: [term(own, cos, ...factor), term(other, sine, ...factor)],
    angle,
    frequency,
    note: `token ${row} stands at position p = ${row}; ${cellName({ ...place, stage, column: partner })} is the partner`,
  };
}
