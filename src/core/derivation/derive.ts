import type { CellPlace, Derivation, Derived, DerivedStage } from './derivation.ts';
import { deriveEdited } from './edited-cells.ts';
import { deriveAttentionOutput, deriveConcat, deriveContext } from './output-cells.ts';
import { deriveMaskedScore, deriveScaledScore, deriveScore, deriveWeight } from './score-cells.ts';
import { type DerivationSource, valueAt } from './source.ts';
import { deriveEmbedding, deriveFinalNorm, deriveResidMid, deriveResidPost, deriveResidPre } from './stream-cells.ts';
import { deriveRotated, deriveVector } from './vector-cells.ts';

/** How the number at `place` was made: the cells and parameters behind it and the arithmetic, as plain data for `evaluate`.
 *  Reads the trace. For one row, it recomputes values that no stage keeps (norms before a projection, the feed-forward) by the functions
 *  of the chain.
 *  @throws RangeError when the trace has no such cell. */
export function derive(source: DerivationSource, place: CellPlace): Derivation {
  const value = valueAt(source, place);
  const derived = deriveEdited(source, place) ?? derivations[place.stage](source, place);
  const note = Number.isNaN(value) ? 'words that the model does not know have no numbers' : (derived.note ?? null);
  return { ...derived, place, value, inputNorm: derived.inputNorm ?? null, note };
}

const derivations: Readonly<Record<DerivedStage, (source: DerivationSource, place: CellPlace) => Derived>> = {
  embedding: deriveEmbedding,
  residPre: deriveResidPre,
  q: (source, place) => deriveVector(source, place, 'q'),
  k: (source, place) => deriveVector(source, place, 'k'),
  v: (source, place) => deriveVector(source, place, 'v'),
  rotatedQ: (source, place) => deriveRotated(source, place, 'q'),
  rotatedK: (source, place) => deriveRotated(source, place, 'k'),
  scores: deriveScore,
  scaledScores: deriveScaledScore,
  maskedScores: deriveMaskedScore,
  attentionWeights: deriveWeight,
  context: deriveContext,
  concat: deriveConcat,
  attentionOutput: deriveAttentionOutput,
  residMid: deriveResidMid,
  residPost: deriveResidPost,
  finalNorm: deriveFinalNorm,
};
