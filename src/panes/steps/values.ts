import { blockRow, dim } from '../../tensor/tensor.ts';
import { cutEnd, cutMiddle, padEnd, padStart } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { cell, type Row, wrappedRows } from '../kit/cells.ts';
import { type Operands, operandsFor, sumText } from '../kit/equation.ts';
import { alignedVectors, fixed, lessonNumber, threeDigits, vectorText } from '../kit/format.ts';
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
    const others = terms.length - shown.length;
    const parts = shown.map((term) => sumOf([term]));
    if (others > 0) parts.push(total - sumOf(shown));
    const written = ({ sign, write }: Operands) =>
      `${name}: ${sumText(parts, write)}${others > 0 ? ` (${others} more)` : ''} ${sign} `;
    const sumOfRounded = (round: (value: number) => number) => [parts.reduce((sum, part) => sum + round(part), 0)];
    return written(operandsFor([total], 3, sumOfRounded, { fits: (one) => widthOf(written(one)) <= room }));
  };
  let count = terms.length <= 6 ? terms.length : 4;
  while (count > 1 && widthOf(textOf(count)) > room) count--;
  return [cell(cutEnd(textOf(count), room)), cell(result, 'strong')];
}

/** `0.422 × [1, 0] = [0.422, 0]`, a line per key; the largest if not all fit. */
function productRows(terms: readonly Term[], room: number, input: StepsInput): Row[] {
  const { layer, selection, size } = input;
  const isNarrow = dim(layer.v, 2) <= 4;
  const shown = terms.length <= room ? terms : largest(terms, Math.max(1, room - 1));
  const fits = isNarrow && shown.every((term) => widthOf(narrowProduct(term).join('')) <= size.widthCells);
  const rowOf = fits ? narrowProduct : wideProducts(shown, input);
  const rows = shown.map((term, index): Row => {
    const [start, name, made] = rowOf(term, index);
    const left = Math.max(0, size.widthCells - widthOf(start + name));
    return [cell(start), cell(name, 'dim'), cell(cutEnd(made, left), term.key === selection.key ? 'accent' : 'strong')];
  });
  const others = terms.length - shown.length;
  return others > 0 && room > 1 ? [...rows, [cell(`… ${others} smaller`, 'dim')]] : rows;
}

type ProductParts = readonly [start: string, name: string, made: string];

function narrowProduct({ weight, value }: Term): ProductParts {
  const made = Array.from(value, (one) => one * weight);
  const { sign, digits, write } = operandsFor(made, 3, (round) =>
    Array.from(value, (one) => round(one) * round(weight)),
  );
  return [`${fixed(weight, digits)} × `, `${vectorText(value, write)} ${sign} `, vectorText(made, lessonNumber)];
}

/** Of long vectors, the name stands for the value; the products line up. */
function wideProducts(terms: readonly Term[], input: StepsInput): (term: Term, index: number) => ProductParts {
  const starts = terms.map(({ weight }) => `${fixed(weight, 3)} × `);
  const names = terms.map(({ key }) => keyName(input, key));
  const startWidth = Math.max(...starts.map(widthOf));
  const widest = Math.floor(input.size.widthCells / 3);
  const nameWidth = Math.min(widest, Math.max(...names.map(widthOf)));
  const vectors = terms.map(({ weight, value }) => value.map((one) => one * weight));
  const texts = alignedVectors(vectors, Math.max(4, input.size.widthCells - startWidth - nameWidth - 3));
  return (_, index) => [
    padStart(starts[index]!, startWidth),
    `${padEnd(cutMiddle(names[index]!, nameWidth), nameWidth)} = `,
    texts[index]!,
  ];
}
