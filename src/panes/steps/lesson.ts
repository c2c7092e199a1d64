import { tokenLabel } from '../../explorer/token-view.ts';
import { blockRow, dim } from '../../tensor/tensor.ts';
import { cutEnd, padEnd } from '../../text/fitted-text.ts';
import { cell, type Row, rowWidth } from '../kit/cells.ts';
import { operandsFor } from '../kit/equation.ts';
import { threeDigits, vectorText } from '../kit/format.ts';
import { lessonContext } from '../kit/lesson.ts';
import type { StepsInput } from './steps.ts';

/** The lesson's figures for a query: its printed weights and their product with V; null for any other sentence. */
export function lessonOf({ lesson, keys, layer, selection, replacedBy }: StepsInput, query: number) {
  if (lesson === null || replacedBy !== null) return null;
  const words = keys.map((token) => token.text);
  const { head } = selection;
  return lessonContext(lesson, words, query, layer.v, head, blockRow(layer.attentionWeights, head, query));
}

/** The lesson's output matrix, a row per token, with the exact numbers beside it if they differ. */
export function lessonMatrixRows(input: StepsInput): Row[] {
  const { queries, layer, selection, size } = input;
  const rows = queries.flatMap((token, query): Row[] => {
    const printed = lessonOf(input, query);
    if (printed === null) return [];
    const text = vectorText(printed.output, threeDigits);
    const exact = vectorText(blockRow(layer.context, selection.head, query), threeDigits);
    const beside = text === exact ? '' : `  from unrounded weights ${exact}`;
    const label = padEnd(cutEnd(tokenLabel(token), 8), 9);
    return [
      [
        cell(label, query === selection.query ? 'accent' : 'plain'),
        cell(text, 'strong'),
        cell(cutEnd(beside, Math.max(0, size.widthCells - 9 - text.length)), 'dim'),
      ],
    ];
  });
  return rows.length === 0 ? [] : [[cell("the lesson's output matrix", 'dim')], ...rows];
}

/** weights · V = output as three matrices side by side; null if they are too wide. */
export function matrixProductRows(input: StepsInput): Row[] | null {
  const { queries, keys, layer, selection, size } = input;
  const width = dim(layer.v, 2);
  if (width > 4 || keys.length > 6 || queries !== keys) return null;
  const { head } = selection;
  const products = queries.map((_, query) => {
    const printed = lessonOf(input, query);
    const weights = printed?.weights ?? Array.from(blockRow(layer.attentionWeights, head, query));
    return { weights, output: printed?.output ?? Array.from(blockRow(layer.context, head, query)) };
  });
  const { sign, write } = operandsFor(
    products.flatMap(({ output }) => output),
    3,
    (round) =>
      products.flatMap(({ weights, output }) =>
        output.map((_, d) =>
          weights.reduce((sum, weight, key) => {
            const value = blockRow(layer.v, head, key)[d] ?? Number.NaN;
            return Number.isNaN(weight) ? sum : sum + round(weight) * round(value);
          }, 0),
        ),
      ),
  );
  const lines = products.map(({ weights, output }, query): Row => {
    const isMiddle = query === Math.floor(queries.length / 2);
    const parts = [
      vectorText(weights, write),
      isMiddle ? ' · ' : '   ',
      vectorText(blockRow(layer.v, head, query), write),
      isMiddle ? ` ${sign} ` : '   ',
      vectorText(output, threeDigits),
    ];
    return parts.map((part, index) =>
      cell(part, query === selection.query && index !== 1 && index !== 3 ? 'strong' : 'plain'),
    );
  });
  const widest = Math.max(...lines.map((line) => rowWidth(line)));
  if (widest > size.widthCells) return null;
  return [[cell('the same as one product: weights · V = output', 'dim')], ...lines];
}
