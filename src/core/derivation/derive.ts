import type { CellPlace, Derivation, Derived, DerivedStage } from './derivation.ts';
import { deriveEdited } from './edited-cells.ts';
import { deriveEmbedding, deriveNormedTokens, deriveProjectedTokens, deriveTokenSum } from './embedding-cells.ts';
import * as output from './output-cells.ts';
import { deriveRelative, deriveRelativeNorm } from './position-cells.ts';
import { rowIn } from './reads.ts';
import { rowSource } from './row-source.ts';
import { deriveMaskedScore, deriveScaledScore, deriveScore, deriveWeight } from './score-cells.ts';
import { attentionAt, type DerivationSource, numberAt, type RowSource } from './source.ts';
import * as stream from './stream-cells.ts';
import { deriveNorm } from './sums.ts';
import { deriveProjected, deriveRotated, deriveVector } from './vector-cells.ts';

/** How the number at `place` was made: the cells and parameters behind it and the arithmetic, as plain data for `evaluate`. Steps that
 *  the trace does not keep are computed again for one token, by the functions of the chain.
 *  `source`: a `rowSource` keeps those steps for further derivations.
 *  @throws RangeError when the run has no such cell. */
export function derive(source: DerivationSource | RowSource, place: CellPlace): Derivation {
  const rows = 'rowAt' in source ? source : rowSource(source);
  const value = numberAt(rows, place);
  const derived = Number.isNaN(value) ? missing : (deriveEdited(rows, place) ?? derivations[place.stage](rows, place));
  return { ...derived, place, value, note: derived.note ?? null };
}

const missing: Derived = {
  kind: 'missing',
  symbols: 'no number',
  terms: [],
  note: 'the vocabulary lacks this word, so it has no vector',
};

const derivations: Readonly<Record<DerivedStage, (source: RowSource, place: CellPlace) => Derived>> = {
  tokenSum: deriveTokenSum,
  projectedTokens: deriveProjectedTokens,
  normedTokens: deriveNormedTokens,
  embedding: deriveEmbedding,
  residPre: stream.deriveResidPre,
  attentionInput: deriveAttentionInput,
  projectedQ: (source, place) => deriveProjected(source, place, 'q'),
  projectedK: (source, place) => deriveProjected(source, place, 'k'),
  q: (source, place) => deriveVector(source, place, 'q'),
  k: (source, place) => deriveVector(source, place, 'k'),
  v: (source, place) => deriveVector(source, place, 'v'),
  rotatedQ: (source, place) => deriveRotated(source, place, 'q'),
  rotatedK: (source, place) => deriveRotated(source, place, 'k'),
  scores: deriveScore,
  relativeNorm: deriveRelativeNorm,
  relativeKeys: (source, place) => deriveRelative(source, place, 'K'),
  relativeQueries: (source, place) => deriveRelative(source, place, 'Q'),
  scaledScores: deriveScaledScore,
  maskedScores: deriveMaskedScore,
  softmax: deriveWeight,
  attentionWeights: deriveWeight,
  weightedValues: output.deriveWeightedValues,
  context: output.deriveContext,
  concat: output.deriveConcat,
  attentionOutput: output.deriveAttentionOutput,
  normedOutput: output.deriveNormedOutput,
  attentionSum: output.deriveAttentionSum,
  residMid: output.deriveAttentionSum,
  attended: output.deriveAttended,
  forwardInput: stream.deriveForwardInput,
  forwardUp: stream.deriveForwardUp,
  forwardGate: stream.deriveForwardGate,
  forwardActivated: stream.deriveForwardActivated,
  forwardHidden: stream.deriveForwardHidden,
  forwardDown: stream.deriveForwardDown,
  forwardOutput: stream.deriveForwardOutput,
  forwardSum: stream.deriveForwardSum,
  forwardLeft: stream.deriveForwardLeft,
  convolved: stream.deriveConvolved,
  convolvedActivated: stream.deriveConvolvedActivated,
  convolvedSum: stream.deriveConvolvedSum,
  residPost: stream.deriveResidPost,
  finalNorm: stream.deriveFinalNorm,
};

/** norm(residPre), which W_Q, W_K and W_V read.  @throws RangeError when the layer has no such norm. */
function deriveAttentionInput(source: RowSource, place: CellPlace): Derived {
  const { norm } = attentionAt(source, place.part, place.layer).attention;
  if (norm === null) throw new RangeError('the attention has no norm');
  return deriveNorm(source, rowIn(place, 'residPre'), norm, place.column);
}
