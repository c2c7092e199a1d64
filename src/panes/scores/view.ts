import { changesScores, type Scoring } from '../../core/derivation/scoring.ts';
import { positionedLabel, tokenLabel } from '../../explorer/token-view.ts';
import { dim, type Tensor } from '../../tensor/tensor.ts';
import { cutEnd, padEnd, padStart } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { cell, labelCell, type Row } from '../kit/cells.ts';
import { bar, compact, fixed } from '../kit/format.ts';
import type { CommonInput } from '../kit/inputs.ts';
import { tokenName } from '../kit/names.ts';
import { indicesIn, pageOf } from '../kit/viewport.ts';

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

/** One row of the heatmap, worked out: q·k, scaled and masked where that happens, softmax; a line per key. */
export function scoresView(input: ScoresInput): Row[] {
  const { queries, selection, size, scores, scaledScores, maskedScores, weights } = input;
  if (queries.length === 0) return [];
  const { head, query } = selection;
  const keys = dim(scores, 2);
  const at = (matrix: Tensor, key: number) => matrix.data[(head * dim(matrix, 1) + query) * keys + key] ?? Number.NaN;
  const formula = `softmax( q·k${input.formula} )`;
  const title: Row = [
    cell(formula, 'strong'),
    cell(
      cutEnd(`  row of ${tokenName(queries, query, Infinity)}`, Math.max(0, size.widthCells - widthOf(formula))),
      'dim',
    ),
  ];
  const labelWidth = Math.min(
    size.widthCells < 40 ? 11 : 14,
    Math.max(...input.keys.map((token) => widthOf(tokenLabel(token)))) + 5,
  );
  const { isMasked, isScaled } = input.scoring;
  const isChanged = changesScores('scaledScores', input.scoring);
  const room = Math.max(0, size.widthCells - labelWidth);
  // If four columns are too many, the masked scores stand for the scaled ones: only the mask makes them differ.
  const hasScaled = isChanged && (!isMasked || room >= 32);
  // The reader can make numbers too large for the column.
  const inColumn = (value: number, digits: number) =>
    Math.abs(value) >= 1000 && Number.isFinite(value) ? compact(value) : fixed(value, digits);
  const columns = [
    { name: 'q·k', text: (key: number) => inColumn(at(scores, key), 2) },
    { name: isScaled ? 'scaled' : 'score', text: (key: number) => inColumn(at(scaledScores, key), 3) },
    { name: 'masked', text: (key: number) => inColumn(at(maskedScores, key), 3) },
    { name: 'weight', text: (key: number) => inColumn(at(weights, key), 3) },
  ].filter((_, index) => (index === 1 ? hasScaled : index !== 2 || isMasked));
  const numberWidth = Math.min(8, Math.floor(room / columns.length));
  const headings: Row = [
    cell(padEnd(' key', labelWidth), 'dim'),
    cell(columns.map(({ name }) => padStart(name, numberWidth)).join(''), 'dim'),
  ];
  const barRoom = size.widthCells - labelWidth - numberWidth * columns.length - 2;
  const shown = pageOf(keys, Math.max(1, size.heightCells - 2), selection.key);
  const rows = indicesIn(shown).map((key): Row => {
    const label = labelCell(positionedLabel(input.keys, key, labelWidth - 2), key === selection.key, labelWidth);
    const numbers = cell(columns.map(({ text }) => padStart(text(key), numberWidth)).join(''), label.tone);
    return [label, numbers, ...(barRoom >= 3 ? [cell(` ${bar(at(weights, key), barRoom)}`, 'dim')] : [])];
  });
  return [title, headings, ...rows];
}
