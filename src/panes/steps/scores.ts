import { scaleScores } from '../../core/chain/scores.ts';
import { blockRow, tensor } from '../../tensor/tensor.ts';
import { cutEnd, padEnd, padStart } from '../../text/fitted-text.ts';
import { cell, labelCell, type Row } from '../kit/cells.ts';
import { operandsFor } from '../kit/equation.ts';
import { bar, compact, fixed } from '../kit/format.ts';
import { tokenName } from '../kit/names.ts';
import { indicesIn, pageOf, windowText } from '../kit/viewport.ts';
import type { StepName, StepsInput } from './steps.ts';

type ScoreStep = Extract<StepName, 'scores' | 'scale' | 'positions' | 'mask' | 'softmax'>;

/** The numbers of the selected query's row before and after a step, a line per key. The scale and the sum of the softmax can be checked
 *  with the printed numbers. */
export function scoreRows(name: ScoreStep, input: StepsInput): Row[] {
  const { keys, queries, selection, size, attention, scaleFactor } = input;
  const { before, after } = numbersOf(name, input);
  const isKnown = (_: number, key: number) => Number.isFinite(after[key]);
  const known = Array.from(after).filter(isKnown);
  const total = known.reduce((sum, number) => sum + number, 0);
  const hasSum = name === 'softmax';
  const made = operandsFor([total], 3, (round) => [known.reduce((sum, number) => sum + round(number), 0)]);
  const scaled = operandsFor(known, 3, (round) =>
    Array.from(before ?? [])
      .filter(isKnown)
      .map((score) => round(score) * attention.scoreScale * scaleFactor),
  );
  const beforeDigits = name === 'scale' ? scaled.digits : 3;
  const page = pageOf(keys.length, Math.max(1, size.heightCells - (hasSum ? 2 : 1)), selection.key);
  const asking = `query ${tokenName(queries, selection.query, 12)}`;
  const more = windowText('keys', page, keys.length);
  const header = cutEnd(`${asking}${before === null ? '' : '   before → after'}${more}`, size.widthCells);
  const rows = indicesIn(page).map((key): Row => {
    const number = after[key] ?? Number.NaN;
    // A low score can also give weight 0: only masked keys get a dot.
    const hidden = number === -Infinity || before?.[key] === -Infinity;
    const score = before === null ? '' : scoreText(before[key] ?? Number.NaN, beforeDigits);
    return [
      labelCell(tokenName(keys, key, 12), key === selection.key, 17),
      ...(before === null ? [] : [cell(`${padStart(score, 9)} → `, 'dim')]),
      cell(padStart(hidden ? '·' : scoreText(number, hasSum ? made.digits : 3), 9), 'strong'),
      ...(hasSum && !hidden && size.widthCells > 42 ? [cell(` ${bar(number, size.widthCells - 42)}`, 'dim')] : []),
    ];
  });
  const sum = padEnd(made.sign === '=' ? ' sum' : ' sum, about', 17);
  return [
    [cell(header, 'dim')],
    ...rows,
    ...(hasSum ? [[cell(sum, 'dim'), cell(padStart(fixed(total, 3), 21), 'strong')]] : []),
  ];
}

function scoreText(value: number, digits: number): string {
  if (Number.isNaN(value)) return '—';
  if (value === -Infinity) return '·';
  // A huge factor makes scores longer than the column.
  return Math.abs(value) < 1e4 ? fixed(value, digits) : compact(value);
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
