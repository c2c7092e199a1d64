import { chainStages, layerStages } from '../chain/forward.ts';
import type { CellPlace, DerivedStage, Operand } from './derivation.ts';
import { type DerivationSource, valueAt } from './source.ts';

/** Symbols of the stages in formulas. */
export const stageNames: Readonly<Record<DerivedStage, string>> = {
  embedding: 'embedding',
  residPre: 'x',
  q: 'q',
  k: 'k',
  v: 'v',
  rotatedQ: 'rot(q)',
  rotatedK: 'rot(k)',
  scores: 'score',
  scaledScores: 'scaled',
  maskedScores: 'masked',
  attentionWeights: 'weight',
  context: 'context',
  concat: 'concat',
  attentionOutput: 'attn',
  residMid: 'x_mid',
  residPost: 'x_post',
  finalNorm: 'final',
};

/** Stages with a cell for each query and key; in the others, columns are dimensions. */
export const byQueryAndKey: ReadonlySet<DerivedStage> = new Set(
  layerStages.filter((stage) => chainStages[stage].axes.join(' ') === 'head query key'),
);

/** A number in subscript digits: 12 -> ₁₂ */
export function subscript(index: number): string {
  return String(index).replace(/\d/g, (digit) => String.fromCharCode(0x2080 + Number(digit)));
}

/** `q₇[3]`, or `score[7,3]` for the stages in `byQueryAndKey`. */
export function cellName({ stage, row, column }: CellPlace): string {
  const name = stageNames[stage];
  return byQueryAndKey.has(stage) ? `${name}[${row},${column}]` : `${name}${subscript(row)}[${column}]`;
}

/** A cell of the trace as an operand.  @throws RangeError when there is no such cell. */
export function cellOperand(source: DerivationSource, place: CellPlace): Operand {
  return { name: cellName(place), value: valueAt(source, place), place };
}

/** A number that is no cell, such as a parameter. */
export function constant(name: string, value: number): Operand {
  return { name, value, place: null };
}
