import { blockRow } from '../../tensor/tensor.ts';
import { typedRow } from '../chain/cell-edits.ts';
import { type CellEdit, editableStages } from '../interventions.ts';
import type { CellPlace, Derived } from './derivation.ts';
import { cellOperand, constant } from './names.ts';
import { attentionAt, type RowSource } from './source.ts';
import { term } from './terms.ts';

/** A typed number, or a weight in a row that was divided by its sum after typing; null if neither applies. */
export function deriveEdited(source: RowSource, place: CellPlace): Derived | null {
  if (place.part !== 'encoder' || !editableStages.some((stage) => stage === place.stage)) return null;
  const { edits, isRenormalised } = source.interventions;
  // An edit beyond the text changes nothing.
  const ofRow = edits.filter((edit) => isInRow(edit, place) && edit.column < source.rowAt(place).length);
  if (ofRow.length === 0) return null;
  if (place.stage === 'attentionWeights' && isRenormalised) return deriveRenormalised(source, place, ofRow);
  const isTyped = ofRow.some(({ column }) => column === place.column);
  return isTyped ? typedNumber('typed in place of the computed number') : null;
}

function typedNumber(note: string): Derived {
  return { kind: 'given', symbols: 'typed', terms: [], note };
}

function isInRow(edit: CellEdit, { stage, layer, head, row }: CellPlace): boolean {
  return edit.stage === stage && edit.layer === layer && edit.head === head && edit.row === row;
}

/** weight ÷ Σ of the row. A row with a sum of 0 is not divided: then null, except for a typed number. */
function deriveRenormalised(source: RowSource, place: CellPlace, edits: readonly CellEdit[]): Derived | null {
  const { maskedScores } = attentionAt(source, place.part, place.layer).trace;
  const typed = new Set(edits.map(({ column }) => column));
  const { row, sum } = typedRow(blockRow(maskedScores, place.head ?? 0, place.row), edits);
  if (sum === 0) {
    return typed.has(place.column) ? typedNumber('typed; the sum of the row is 0, so it is not divided') : null;
  }
  return {
    kind: 'renormalised',
    symbols: 'weight ÷ Σ_key weight',
    terms: Array.from(row, (value, column) =>
      term(
        typed.has(column)
          ? constant(`typed[${place.row},${column}]`, value)
          : cellOperand(source, { ...place, stage: 'softmax', column }),
      ),
    ),
    index: place.column,
    sum,
    note: 'the row has typed numbers; then each weight is divided by the sum of the row',
  };
}
