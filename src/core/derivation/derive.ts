import type { CellPlace, Derivation, Derived } from './derivation.ts';
import { deriveEdited } from './edited-cells.ts';
import { deriveAttentionOutput, deriveConcat, deriveContext } from './output-cells.ts';
import { deriveMaskedScore, deriveScaledScore, deriveScore, deriveWeight } from './score-cells.ts';
import { type DerivationSource, valueAt } from './source.ts';
import { deriveEmbedding, deriveFinalNorm, deriveResidMid, deriveResidPost, deriveResidPre } from './stream-cells.ts';
import { deriveRotated, deriveVector } from './vector-cells.ts';

/** How the number at `place` was made: the cells and parameters that it came from, and the arithmetic, as plain data.
 *  Reads the trace; what no stage keeps (norms before a projection, the feed-forward) it computes again by the core's own functions, for
 *  the one row. `evaluate` does the arithmetic.
 *  @throws RangeError when the trace has no such cell. */
export function derive(source: DerivationSource, place: CellPlace): Derivation {
  const value = valueAt(source, place);
  const derived = deriveEdited(source, place) ?? deriveCell(source, place);
  const note = Number.isNaN(value) ? 'a word that the model does not know has no numbers' : (derived.note ?? null);
  return { ...derived, place, value, inputNorm: derived.inputNorm ?? null, note };
}

function deriveCell(source: DerivationSource, place: CellPlace): Derived {
  switch (place.stage) {
    case 'embedding':
      return deriveEmbedding(source, place);
    case 'residPre':
      return deriveResidPre(source, place);
    case 'q':
    case 'k':
    case 'v':
      return deriveVector(source, place, place.stage);
    case 'rotatedQ':
      return deriveRotated(source, place, 'q');
    case 'rotatedK':
      return deriveRotated(source, place, 'k');
    case 'scores':
      return deriveScore(source, place);
    case 'scaledScores':
      return deriveScaledScore(source, place);
    case 'maskedScores':
      return deriveMaskedScore(source, place);
    case 'attentionWeights':
      return deriveWeight(source, place);
    case 'context':
      return deriveContext(source, place);
    case 'concat':
      return deriveConcat(source, place);
    case 'attentionOutput':
      return deriveAttentionOutput(source, place);
    case 'residMid':
      return deriveResidMid(source, place);
    case 'residPost':
      return deriveResidPost(source, place);
    case 'finalNorm':
      return deriveFinalNorm(source, place);
  }
}
