import { blockRow, dim } from '../../tensor/tensor.ts';
import { cutEnd } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { cell, type Row, wrappedRows } from '../kit/cells.ts';
import { compact, fixed, lessonNumber, threeDigits, vectorText, vectorWithin } from '../kit/format.ts';
import { dominance, keyName, largest, type Term } from './dominance.ts';
import { lessonOf, matrixProductRows } from './lesson.ts';
import type { StepsInput } from './steps.ts';

/** Products of weight and value, their sum in each dimension, what dominates, and the same as one product of matrices.
 *  The lesson's own sentence uses its printed weights, with the exact result beside. */
export function valueRows(input: StepsInput): Row[] {
  const { layer, keys, selection, size, replacedBy } = input;
  const { head, query } = selection;
  if (replacedBy !== null) return [];
  const printed = lessonOf(input, query);
  const weights: ArrayLike<number> = printed?.weights ?? blockRow(layer.attentionWeights, head, query);
  const terms = keys
    .map((_, key) => ({ key, weight: weights[key] ?? Number.NaN, value: blockRow(layer.v, head, key) }))
    .filter(({ weight }) => !Number.isNaN(weight));
  if (terms.length === 0) return [[cell('this token has no numbers', 'warning')]];
  const wordsOf = (text: string) => wrappedRows(text, size.widthCells);
  const exactText = vectorText(blockRow(layer.context, head, query), threeDigits);
  const beside =
    printed === null || vectorText(printed.output, threeDigits) === exactText
      ? []
      : wordsOf(`The lesson prints its weights to three digits; unrounded weights give ${exactText}.`);
  // If not all fits, the products and their sum stay: the rest repeats them in other ways.
  const least = Math.min(terms.length, 3);
  const isNarrow = dim(layer.v, 2) <= 4;
  const dims = dimensionsOf(input, isNarrow ? size.heightCells : 1);
  let left = size.heightCells - least - dims.length;
  const optional = [wordsOf(dominance(terms, input)), matrixProductRows(input) ?? [], beside].map((rows) => {
    if (rows.length > left) return [];
    left -= rows.length;
    return rows;
  });
  const after = optional.flat();
  const free = size.heightCells - after.length - Math.min(terms.length, 6);
  const shownDims = isNarrow ? dims : dimensionsOf(input, Math.max(1, free));
  const sums = shownDims.map((d) => sumRow(terms, d, input));
  const products = productRows(terms, Math.max(1, size.heightCells - after.length - sums.length), input);
  return [...products, ...sums, ...after];
}

/** The first dimensions and the selected one, between 1 and `count`. */
function dimensionsOf({ layer, selection }: StepsInput, count: number): number[] {
  const width = dim(layer.v, 2);
  const chosen = Math.min(selection.dimension, width - 1);
  const first = Array.from({ length: Math.max(1, Math.min(count, width)) }, (_, d) => d);
  return first.includes(chosen) ? first : [...first.slice(0, -1), chosen];
}

/** `dim 1: 0.422 + 0.310 + 0.844 = 1.576`; with many terms or little room, the largest terms and the rest as one. */
function sumRow(terms: readonly Term[], d: number, input: StepsInput): Row {
  const { size, lesson } = input;
  // The lesson counts dimensions from 1.
  const name = lesson === null ? `dim ${d}` : `dim ${d + 1}`;
  const sumOf = (some: readonly Term[]) => some.reduce((sum, { weight, value }) => sum + weight * (value[d] ?? 0), 0);
  const total = sumOf(terms);
  const result = fixed(total, 3);
  const room = size.widthCells - widthOf(result);
  const textOf = (count: number) => {
    const shown = count === terms.length ? terms : largest(terms, count);
    const parts = shown.map((term) => lessonNumber(sumOf([term])));
    const others = terms.length - shown.length;
    const rest = others === 0 ? '' : ` + ${lessonNumber(total - sumOf(shown))} (${others} more)`;
    return `${name}: ${parts.join(' + ')}${rest} = `;
  };
  let count = terms.length <= 6 ? terms.length : 4;
  while (count > 1 && widthOf(textOf(count)) > room) count--;
  return [cell(cutEnd(textOf(count), room)), cell(result, 'strong')];
}

/** `0.422 × [1, 0] = [0.422, 0]`, a line per key; the largest if not all fit. */
function productRows(terms: readonly Term[], room: number, input: StepsInput): Row[] {
  const { layer, selection, size } = input;
  const isNarrow = dim(layer.v, 2) <= 4;
  const format = isNarrow ? lessonNumber : compact;
  const shown = terms.length <= room ? terms : largest(terms, Math.max(1, room - 1));
  const rows = shown.map(({ key, weight, value }): Row => {
    const start = `${fixed(weight, 3)} × `;
    const made = value.map((one) => one * weight);
    const left = isNarrow ? vectorText(value, format) : cutEnd(keyName(input, key), 12);
    const width = Math.max(4, size.widthCells - start.length - widthOf(left) - 3);
    return [
      cell(start),
      cell(`${left} = `, 'dim'),
      cell(vectorWithin(made, format, width), key === selection.key ? 'accent' : 'strong'),
    ];
  });
  const others = terms.length - shown.length;
  return others > 0 && room > 1 ? [...rows, [cell(`… ${others} smaller`, 'dim')]] : rows;
}
