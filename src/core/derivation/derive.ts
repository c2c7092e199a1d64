import type { CellPlace, Derivation, Derived, DerivedStage } from './derivation.ts';
import { deriveEdited } from './edited-cells.ts';
import { deriveAttentionOutput, deriveConcat, deriveContext } from './output-cells.ts';
import { deriveMaskedScore, deriveScaledScore, deriveScore, deriveWeight } from './score-cells.ts';
import { type DerivationSource, valueAt } from './source.ts';
import { deriveEmbedding, deriveFinalNorm, deriveResidMid, deriveResidPost, deriveResidPre } from './stream-cells.ts';
import { deriveRotated, deriveVector } from './vector-cells.ts';

/** How the number at `place` was made: the cells and parameters that it came from, and the arithmetic, as plain data.
 *  Reads the trace. What no stage keeps (norms before a projection, the feed-forward) it computes again for the one row, by the
 *  chain's own functions. `evaluate` does the arithmetic.
 *  @throws RangeError when the trace has no such cell. */
export function derive(source: DerivationSource, place: CellPlace): Derivation {
  const value = valueAt(source, place);
  const derived = deriveEdited(source, place) ?? derivations[place.stage](source, place);
  const note = Number.isNaN(value) ? 'a word that the model does not know has no numbers' : (derived.note ?? null);
  return { ...derived, place, value, inputNorm: derived.inputNorm ?? null, note };
}

/** How the cells of each stage are made. */
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
