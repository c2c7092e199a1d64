import { storedAt } from '../../tensor/stored.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { chainStages, layerStages } from '../chain/forward.ts';
import type { Linear } from '../model.ts';
import type { CellPlace, DerivedStage, Operand } from './derivation.ts';
import { type Scoring, scoringOf } from './scoring.ts';
import { attentionAt, type DerivationSource, interventionsOf, numberAt, type RowSource } from './source.ts';

/** Symbols of the stages in formulas. */
const stageNames: Readonly<Record<DerivedStage, string>> = {
  tokenSum: 'sum',
  projectedTokens: 'sum·W_E',
  normedTokens: 'norm(sum)',
  embedding: 'embedding',
  residPre: 'x',
  attentionInput: 'norm(x)',
  projectedQ: 'x·W_Q',
  projectedK: 'x·W_K',
  q: 'q',
  k: 'k',
  v: 'v',
  rotatedQ: 'rot(q)',
  rotatedK: 'rot(k)',
  scores: 'q·k',
  relativeNorm: 'norm(R)',
  relativeKeys: 'K_r',
  relativeQueries: 'Q_r',
  scaledScores: 'scaled',
  maskedScores: 'masked',
  softmax: 'softmax',
  attentionWeights: 'weight',
  weightedValues: 'weights·V',
  context: 'context',
  concat: 'concat',
  attentionOutput: 'attn',
  normedOutput: 'norm(attn)',
  attentionSum: 'x_mid',
  residMid: 'x_mid',
  attended: 'norm(x_mid)',
  forwardInput: 'h',
  forwardUp: 'up',
  forwardGate: 'gate',
  forwardActivated: 'act',
  forwardHidden: 'hidden',
  forwardDown: 'down',
  forwardOutput: 'norm(down)',
  forwardSum: 'x_sum',
  forwardLeft: 'norm(x_sum)',
  convolved: 'conv',
  convolvedActivated: 'act(conv)',
  convolvedSum: 'x_conv',
  residPost: 'x_post',
  finalNorm: 'final',
};

/** Stages with a cell for each query and key; in the others, columns are dimensions. */
export const byQueryAndKey: ReadonlySet<DerivedStage> = new Set([
  ...layerStages.filter((stage) => chainStages[stage].axes.join(' ') === 'head query key'),
  'softmax',
]);

/** A number in subscript digits: 12 -> ₁₂ */
export function subscript(index: number): string {
  return String(index).replace(/\d/g, (digit) => String.fromCharCode(0x2080 + Number(digit)));
}

/** What happens to the scores of a part's layer. */
export function scoringIn(source: DerivationSource, { part, layer }: Pick<CellPlace, 'part' | 'layer'>): Scoring {
  return scoringOf(attentionAt(source, part, layer).attention, interventionsOf(source, part));
}

/** The symbol of a stage: a score that nothing scaled is no scaled score. */
export function symbolOf(source: DerivationSource, place: Pick<CellPlace, 'part' | 'layer' | 'stage'>): string {
  if (place.stage === 'scaledScores' && !scoringIn(source, place).isScaled) return 'score';
  return stageNames[place.stage];
}

/** `q₇[3]`, or `q·k[7,3]` for the stages in `byQueryAndKey`. */
export function cellName(source: DerivationSource, place: CellPlace): string {
  const { stage, row, column } = place;
  const name = symbolOf(source, place);
  return byQueryAndKey.has(stage) ? `${name}[${row},${column}]` : `${name}${subscript(row)}[${column}]`;
}

/** A cell as an operand.  @throws RangeError when there is no such cell. */
export function cellOperand(source: RowSource, place: CellPlace): Operand {
  return { name: cellName(source, place), value: numberAt(source, place), place, stored: null };
}

/** A number that is no cell and in no file. */
export function constant(name: string, value: number): Operand {
  return { name, value, place: null, stored: null };
}

/** A number of a vector or table of the model, named `name[index]`. */
export function parameter(name: string, of: Tensor, ...index: readonly number[]): Operand {
  const at = index.reduce((place, one, axis) => place * (of.shape[axis] ?? 1) + one, 0);
  return { name: `${name}[${index.join(',')}]`, value: of.data[at]!, place: null, stored: storedAt(of, ...index) };
}

/** The weights of one output, named `name[input,output]`. */
export function columnOf(name: string, { weight }: Pick<Linear, 'weight'>, output: number): Operand[] {
  return Array.from(weight.column(output), (value, input) => ({
    ...{ name: `${name}[${input},${output}]`, value, place: null },
    stored: storedAt(weight, input, output),
  }));
}
