import { storedAt } from '../../tensor/stored.ts';
import type { Linear } from '../model.ts';
import type { CellPlace, Derived } from './derivation.ts';
import { cellName, cellOperand, constant } from './names.ts';
import { attentionRead, rowIn } from './reads.ts';
import { attentionAt, type RowSource } from './source.ts';
import { deriveNorm, projection } from './sums.ts';
import { term } from './terms.ts';

/** q, k or v: a column of x·W + b in the block of the head (for k and v, of its group), or the norm of that vector if it has one.
 *  x is the layer's input after its norm; for keys and values in cross-attention, the encoder's output. */
export function deriveVector(source: RowSource, place: CellPlace, stage: 'q' | 'k' | 'v'): Derived {
  const { queryNorm, keyNorm } = attentionAt(source, place.part, place.layer).attention;
  const norm = { q: queryNorm, k: keyNorm, v: null }[stage];
  if (norm === null || stage === 'v') return deriveProjected(source, place, stage);
  const at = { ...rowIn(place, stage === 'q' ? 'projectedQ' : 'projectedK'), head: place.head };
  return deriveNorm(source, at, norm, place.column);
}

/** A column of x·W + b in the block of the head, before any norm of the head's vector. */
export function deriveProjected(source: RowSource, place: CellPlace, stage: 'q' | 'k' | 'v'): Derived {
  const row = stage === 'v' ? swappedToken(source, place) : place.row;
  const { attention } = attentionAt(source, place.part, place.layer);
  const { wQ, wK, wV, headDim, valueDim } = attention;
  const linear = { q: wQ, k: wK, v: wV }[stage];
  const letter = stage.toUpperCase();
  const width = stage === 'v' ? valueDim : headDim;
  const { owner, sharing } = ownerOf(attention, place.head ?? 0, stage);
  const column = owner * width + place.column;
  const made = projection(source, attentionRead(source, { ...place, row }, stage), linear, letter, column);
  const swap = row === place.row ? '' : `; this is the value vector of token ${row}: the two tokens exchange theirs`;
  const name = sharing === '' ? 'head' : 'key/value head';
  const own = `column ${column} of W_${letter} = ${name} ${owner} × ${width} + ${place.column}`;
  return { kind: 'sum', ...made, note: `${own}${sharing}${fusedPlace(linear, column)}${swap}` };
}

/** Where a column lies in a tensor that holds other matrices, too; '' in a tensor of its own. */
function fusedPlace({ weight }: Linear, column: number): string {
  const [first, second] = [storedAt(weight, 0, column), storedAt(weight, 1, column)];
  if (first === null || second === null) return '';
  // The index that stays the same is that of the output.
  const axis = first.index[0] === second.index[0] ? 0 : 1;
  const at = first.index[axis];
  return at === column ? '' : `; ${axis === 0 ? 'row' : 'column'} ${at} of ${first.tensor}`;
}

/** The block of columns that a head reads: its own, or one that several heads share. */
function ownerOf(
  { numAttentionHeads, numKeyValueHeads }: { readonly numAttentionHeads: number; readonly numKeyValueHeads: number },
  head: number,
  stage: 'q' | 'k' | 'v',
): { owner: number; sharing: string } {
  const size = numAttentionHeads / numKeyValueHeads;
  if (stage === 'q' || size === 1) return { owner: head, sharing: '' };
  const owner = Math.floor(head / size);
  return { owner, sharing: `; query heads ${owner * size} to ${(owner + 1) * size - 1} share it` };
}

/** The token whose value vector is in the row of v. */
function swappedToken({ interventions, trace }: RowSource, { part, layer, row }: CellPlace): number {
  const swap = interventions.swappedValues;
  if (part !== 'encoder' || swap?.layer !== layer) return row;
  const [a, b] = swap.tokens;
  const count = trace.embedding.shape[0] ?? 0;
  if (a >= count || b >= count) return row;
  return row === a ? b : row === b ? a : row;
}

/** A dimension and its partner, rotated by the angle row · frequency; dimensions beyond the rotated ones stay.
 *  @throws RangeError when the model has no rotation. */
export function deriveRotated(source: RowSource, place: CellPlace, stage: 'q' | 'k'): Derived {
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
  const turned = `${stage}[${column}] × cos(p·θ_${pair}) ${isFirst ? '−' : '+'} ${stage}[${partner}] × sin(p·θ_${pair})`;
  return {
    kind: 'rotation',
    symbols: amplitude === 1 ? turned : `amplitude × (${turned})`,
    terms: [term(own, cos, ...factor), term(other, sine, ...factor)],
    angle,
    frequency,
    note: `token ${row} stands at position p = ${row}; ${cellName(source, { ...place, stage, column: partner })} is the partner`,
  };
}
