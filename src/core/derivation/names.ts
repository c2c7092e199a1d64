import type { CellPlace, DerivedStage, Operand } from './derivation.ts';
import { type DerivationSource, valueAt } from './source.ts';

/** What a stage is called in formulas. */
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

/** Stages whose cells are of a query and a key; the columns of others are dimensions. */
export const byQueryAndKey: ReadonlySet<DerivedStage> = new Set([
  'scores',
  'scaledScores',
  'maskedScores',
  'attentionWeights',
]);

/** A number as small digits below the line: 12 -> ₁₂ */
export function subscript(index: number): string {
  return String(index).replace(/\d/g, (digit) => String.fromCharCode(0x2080 + Number(digit)));
}

/** `q₇[3]`, or of stages with a number for each query and key `score[7,3]`. */
export function cellName({ stage, row, column }: CellPlace): string {
  const name = stageNames[stage];
  return byQueryAndKey.has(stage) ? `${name}[${row},${column}]` : `${name}${subscript(row)}[${column}]`;
}

/** A cell of the trace as an operand.  @throws RangeError when there is no such cell. */
export function cellOperand(source: DerivationSource, place: CellPlace): Operand {
  return { name: cellName(place), value: valueAt(source, place), place };
}

/** A parameter or another number without a cell. */
export function constant(name: string, value: number): Operand {
  return { name, value, place: null };
}
