import { typedRow } from '../chain/cell-edits.ts';
import { type CellEdit, editableStages } from '../interventions.ts';
import type { CellPlace, Derived } from './derivation.ts';
import { constant } from './names.ts';
import { type DerivationSource, tensorAt, valueAt } from './source.ts';
import { term } from './terms.ts';

/** A typed number, or a weight of a row that was then divided by its sum; null where the reader changed neither. */
export function deriveEdited(source: DerivationSource, place: CellPlace): Derived | null {
  if (place.part !== 'encoder' || !editableStages.some((stage) => stage === place.stage)) return null;
  const { edits, isRenormalised } = source.interventions;
  const ofRow = edits.filter((edit) => isInRow(edit, place) && isInside(source, edit));
  if (ofRow.length === 0) return null;
  if (place.stage === 'attentionWeights' && isRenormalised) return deriveRenormalised(source, place, ofRow);
  return ofRow.some(({ column }) => column === place.column)
    ? { kind: 'given', symbols: 'typed', terms: [], note: 'typed in place of the computed number' }
    : null;
}

function isInRow(edit: CellEdit, { stage, layer, head, row }: CellPlace): boolean {
  return edit.stage === stage && edit.layer === layer && edit.head === head && edit.row === row;
}

/** Edits of places that the text does not have change nothing. */
function isInside(source: DerivationSource, { stage, layer, column }: CellEdit): boolean {
  const shape = tensorAt(source, { part: 'encoder', stage, layer })?.shape ?? [];
  return column < (shape[2] ?? 0);
}

/** weight ÷ Σ of the row. Where the sum is 0 the row was not divided: null then, except at a typed number. */
function deriveRenormalised(source: DerivationSource, place: CellPlace, edits: readonly CellEdit[]): Derived | null {
  const keys = tensorAt(source, place)?.shape[2] ?? 0;
  const scores = Float32Array.from({ length: keys }, (_, column) =>
    valueAt(source, { ...place, stage: 'maskedScores', column }),
  );
  const typed = new Map(edits.map(({ column, value }) => [column, value]));
  const { row, sum } = typedRow(scores, edits);
  if (sum === 0) {
    const own = typed.get(place.column);
    return own === undefined
      ? null
      : {
          kind: 'given',
          symbols: 'typed',
          terms: [],
          note: 'typed; the sum of the row is 0, so it is not divided',
        };
  }
  return {
    kind: 'renormalised',
    symbols: 'weight ÷ Σ_key weight',
    terms: Array.from(row, (value, key) =>
      term(constant(`${typed.has(key) ? 'typed' : 'softmax'}[${place.row},${key}]`, value)),
    ),
    index: place.column,
    sum,
    note: 'the row has typed numbers; the whole row is then divided by its sum',
  };
}
