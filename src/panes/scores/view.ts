import { changesScores, type Scoring } from '../../core/derivation/scoring.ts';
import { positionedLabel, type TokenView } from '../../explorer/token-view.ts';
import { dim, type Tensor } from '../../tensor/tensor.ts';
import { cutEnd, padEnd, padStart } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { cell, labelCell, type Row } from '../kit/cells.ts';
import { bar, compact, fixed } from '../kit/format.ts';
import type { CommonInput } from '../kit/inputs.ts';
import { labelWidthOf, tokenAxis } from '../kit/matrix-plan.ts';
import { tokenName } from '../kit/names.ts';
import { indicesIn, pageOf, windowText } from '../kit/viewport.ts';

export interface ScoresInput extends CommonInput {
  /** [head, query, key] each. */
  readonly scores: Tensor;
  readonly scaledScores: Tensor;
  readonly maskedScores: Tensor;
  readonly weights: Tensor;
  readonly scoring: Scoring;
  /** Between q·k and the softmax, as the formula writes it: "÷ √64", "+ position". */
  readonly formula: string;
}

const narrowestNumber = 7;

/** One row of the heatmap, worked out: q·k, scaled and masked where that happens, softmax; a line per key. */
export function scoresView(input: ScoresInput): Row[] {
  const { queries, selection, size, scores, scaledScores, maskedScores, weights } = input;
  if (queries.length === 0) return [];
  const { head, query } = selection;
  const keys = dim(scores, 2);
  const at = (matrix: Tensor, key: number) => matrix.data[(head * dim(matrix, 1) + query) * keys + key] ?? Number.NaN;
  const formula = `softmax( q·k${input.formula} )`;
  const wholeWidth = labelWidthOf(tokenAxis(input.keys, 0));
  const labelWidth = Math.min(wholeWidth + 1, Math.max(11, size.widthCells - 3 * narrowestNumber));
  const { isMasked, isScaled } = input.scoring;
  const isChanged = changesScores('scaledScores', input.scoring);
  const room = Math.max(0, size.widthCells - labelWidth);
  // If four columns are too many, the masked scores stand for the scaled ones: only the mask makes them differ.
  const hasScaled = isChanged && (!isMasked || room >= 32);
  const columns = [
    { name: 'q·k', matrix: scores, digits: 2 },
    { name: isScaled ? 'scaled' : 'score', matrix: scaledScores, digits: 3 },
    { name: 'masked', matrix: maskedScores, digits: 3 },
    { name: 'weight', matrix: weights, digits: 3 },
  ].filter((_, index) => (index === 1 ? hasScaled : index !== 2 || isMasked));
  const numberWidth = Math.min(8, Math.floor(room / columns.length));
  const texts = columns.map(({ matrix, digits }) =>
    alignedTexts(
      Array.from({ length: keys }, (_, key) => at(matrix, key)),
      digits,
      numberWidth,
    ),
  );
  const headings: Row = [
    cell(padEnd(' key', labelWidth), 'dim'),
    cell(columns.map(({ name }) => padStart(name, numberWidth)).join(''), 'dim'),
  ];
  const barRoom = size.widthCells - labelWidth - numberWidth * columns.length - 2;
  const isWhole = keys <= size.heightCells - 2;
  const shown = pageOf(keys, Math.max(1, size.heightCells - (isWhole ? 2 : 3)), selection.key);
  const labelOf = (key: number) => positionedLabel(input.keys, key, Math.min(labelWidth, wholeWidth) - 2);
  const whole = (tokens: readonly TokenView[], position: number) => tokenName(tokens, position, Infinity);
  const keyName = whole(input.keys, selection.key);
  const words = `  row of ${whole(queries, query)}${labelOf(selection.key) === keyName ? '' : `, key ${keyName}`}`;
  const title: Row = [
    cell(formula, 'strong'),
    cell(cutEnd(words, Math.max(0, size.widthCells - widthOf(formula))), 'dim'),
  ];
  const rows = indicesIn(shown).map((key): Row => {
    const label = labelCell(labelOf(key), key === selection.key, labelWidth);
    const numbers = cell(texts.map((one) => padStart(one[key] ?? '', numberWidth)).join(''), label.tone);
    return [label, numbers, ...(barRoom >= 3 ? [cell(` ${bar(at(weights, key), barRoom)}`, 'dim')] : [])];
  });
  const cut: Row[] = isWhole ? [] : [[cell(windowText('keys', shown, keys).slice(1), 'dim')]];
  return [title, headings, ...rows, ...cut];
}

/** Numbers with equal digits after the point, as many of `digits` as the longest leaves room for; the reader can make them huge. */
function alignedTexts(values: readonly number[], digits: number, widthCells: number): string[] {
  for (let count = digits; count >= 0; count--) {
    const texts = values.map((value) => fixed(value, count));
    if (texts.every((text) => text.length < widthCells)) return texts;
  }
  return values.map(compact);
}
