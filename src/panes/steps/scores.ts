import { scaleScores } from '../../core/chain/scores.ts';
import { blockRow, tensor } from '../../tensor/tensor.ts';
import { padEnd, padStart } from '../../text/fitted-text.ts';
import { cell, labelCell, type Row } from '../kit/cells.ts';
import { bar, compact, fixed } from '../kit/format.ts';
import { tokenName } from '../kit/names.ts';
import { indicesIn, pageOf } from '../kit/viewport.ts';
import type { StepName, StepsInput } from './steps.ts';

type ScoreStep = Extract<StepName, 'scores' | 'scale' | 'positions' | 'mask' | 'softmax'>;

/** The numbers of the selected query's row before and after a step, a line per key. */
export function scoreRows(name: ScoreStep, input: StepsInput): Row[] {
  const { keys, queries, selection, size } = input;
  const { before, after } = numbersOf(name, input);
  const hasSum = name === 'softmax';
  const page = pageOf(keys.length, Math.max(1, size.heightCells - (hasSum ? 2 : 1)), selection.key);
  const asking = `query ${tokenName(queries, selection.query, 12)}`;
  const header = before === null ? asking : `${asking}   before → after`;
  const rows = indicesIn(page).map((key): Row => {
    const number = after[key] ?? Number.NaN;
    // A low score can also give weight 0: only masked keys get a dot.
    const hidden = number === -Infinity || before?.[key] === -Infinity;
    return [
      labelCell(tokenName(keys, key, 12), key === selection.key, 17),
      ...(before === null ? [] : [cell(`${padStart(scoreText(before[key] ?? Number.NaN), 9)} → `, 'dim')]),
      cell(padStart(hidden ? '·' : scoreText(number), 9), 'strong'),
      cell(hasSum && !hidden ? ` ${bar(number, Math.max(0, size.widthCells - 42))}` : '', 'dim'),
    ];
  });
  const sum = Array.from(after).reduce((total, number) => total + (Number.isNaN(number) ? 0 : number), 0);
  const total = before === null ? 9 : 21;
  return [
    [cell(header, 'dim')],
    ...rows,
    ...(hasSum ? [[cell(padEnd(' sum', 17), 'dim'), cell(padStart(fixed(sum, 3), total), 'strong')]] : []),
  ];
}

function scoreText(value: number): string {
  if (Number.isNaN(value)) return '—';
  if (value === -Infinity) return '·';
  // A huge factor makes scores longer than the column.
  return Math.abs(value) < 1e4 ? fixed(value, 3) : compact(value);
}

function numbersOf(name: ScoreStep, { layer, attention, scaleFactor, selection }: StepsInput) {
  const { head, query } = selection;
  const of = (stage: 'scores' | 'scaledScores' | 'maskedScores' | 'attentionWeights') =>
    blockRow(layer[stage], head, query);
  const product = () => {
    const scores = of('scores');
    return scaleScores(tensor(['key'], [scores.length], scores), attention.scoreScale * scaleFactor).data;
  };
  const isProduct = attention.positionTerms === null && attention.softCap === null;
  switch (name) {
    case 'scores':
      return { before: null, after: of('scores') };
    case 'scale':
      return { before: of('scores'), after: isProduct ? of('scaledScores') : product() };
    case 'positions':
      return { before: product(), after: of('scaledScores') };
    case 'mask':
      return { before: of('scaledScores'), after: of('maskedScores') };
    case 'softmax':
      return { before: of('maskedScores'), after: of('attentionWeights') };
  }
}
