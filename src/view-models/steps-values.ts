import { blockRow, dim } from '../tensor/tensor.ts';
import { cell, type Row } from './cells.ts';
import { compact, fixed, percent, vectorText, vectorWithin } from './format.ts';
import type { StepsInput } from './steps.ts';
import { lessonOf, matrixProductRows } from './steps-lesson.ts';
import { cutEnd, wrapWords } from './text.ts';
import { distinctLabel } from './tokens.ts';

/** Products of weight and value, their sum in each dimension, what dominates, and the same as one product of matrices.
 *  Of the lesson's own words with the weights as it prints them, and the exact result beside. */
export function valueRows(input: StepsInput): Row[] {
  const { layer, keys, queries, selection, size, symbols, isAblated } = input;
  const { head, query, dimension } = selection;
  if (isAblated) return [];
  const printed = lessonOf(input, query);
  const exact = blockRow(layer.attentionWeights, head, query);
  const weights: ArrayLike<number> = printed?.weights ?? exact;
  const width = dim(layer.v, 2);
  const number = (value: number) => (Number.isInteger(value) ? fixed(value, 0, symbols) : fixed(value, 3, symbols));
  const format = width <= 4 ? number : (value: number) => compact(value, symbols);
  const terms = keys
    .map((_, key) => ({ key, weight: weights[key] ?? Number.NaN, value: blockRow(layer.v, head, key) }))
    .filter(({ weight }) => !Number.isNaN(weight));
  if (terms.length === 0) return [[cell('this token has no numbers', 'warning')]];
  const wordsOf = (text: string) => wrapWords(text, size.widthCells).map((line): Row => [cell(line)]);
  const dims = width <= 4 ? Array.from({ length: width }, (_, d) => d) : [Math.min(dimension, width - 1)];
  const sums = dims.map((d): Row => {
    const shown = terms.length <= 6 ? terms : largest(terms, 4);
    const parts = shown.map(({ weight, value }) => number(weight * (value[d] ?? 0)));
    const total = terms.reduce((sum, { weight, value }) => sum + weight * (value[d] ?? 0), 0);
    const rest = total - shown.reduce((sum, { weight, value }) => sum + weight * (value[d] ?? 0), 0);
    const more = shown.length === terms.length ? '' : ` + ${number(rest)} (${terms.length - shown.length} more)`;
    // The lesson counts dimensions from 1.
    const name = input.lesson === null ? `dim ${d}` : `dim ${d + 1}`;
    return [
      cell(cutEnd(`${name}: ${parts.join(' + ')}${more} = `, size.widthCells - 9, symbols.ellipsis)),
      cell(fixed(total, 3, symbols), 'strong'),
    ];
  });
  const dominates = wordsOf(dominance(terms, input));
  const product = matrixProductRows(
    input,
    (row) => lessonOf(input, row)?.weights ?? blockRow(layer.attentionWeights, head, row),
  );
  const exactText = vectorText(blockRow(layer.context, head, query), (value) => fixed(value, 3, symbols));
  const beside =
    printed === null
      ? []
      : wordsOf(`The lesson's weights are printed to three digits; unrounded they give ${exactText}.`);
  const tail = [...sums, ...dominates, ...(product ?? []), ...beside];
  const room = Math.max(1, size.heightCells - tail.length);
  const shown = terms.length <= room ? terms : largest(terms, Math.max(1, room - 1));
  const products = shown.map(({ key, weight, value }): Row => {
    const start = `${fixed(weight, 3, symbols)} ${symbols.times} `;
    const name = queries === keys && key === query ? 'itself' : distinctLabel(keys, key);
    const scaled = value.map((one) => one * weight);
    const left = width <= 4 ? vectorText(value, format) : cutEnd(name, 12, symbols.ellipsis);
    const made = vectorWithin(scaled, format, Math.max(4, size.widthCells - start.length - left.length - 3), symbols);
    return [cell(start), cell(`${left} = `, 'dim'), cell(made, key === selection.key ? 'accent' : 'strong')];
  });
  const others = terms.length - shown.length;
  const rest: Row[] = others > 0 ? [[cell(`${symbols.ellipsis} ${others} smaller`, 'dim')]] : [];
  return [...products, ...rest, ...tail];
}

type Term = { readonly key: number; readonly weight: number; readonly value: Float32Array };

function largest(terms: readonly Term[], count: number): readonly Term[] {
  return terms.toSorted((a, b) => b.weight - a.weight).slice(0, count);
}

/** Weights that are printed alike dominate equally. */
function dominance(terms: readonly Term[], { keys, queries, selection, symbols }: StepsInput): string {
  const sorted = terms.toSorted((a, b) => b.weight - a.weight);
  const nameOf = ({ key }: Term) => (queries === keys && key === selection.query ? 'itself' : distinctLabel(keys, key));
  const [first] = sorted;
  if (first === undefined) return '';
  const share = (term: Term) => percent(term.weight, symbols);
  const ties = sorted.filter((term) => share(term) === share(first));
  if (ties.length === terms.length && terms.length > 1) return `All ${terms.length} count alike, ${share(first)} each.`;
  if (ties.length > 1) {
    const names = ties.map(nameOf);
    return `${share(first)} each from ${names.slice(0, -1).join(', ')} and ${names.at(-1)}: they dominate equally.`;
  }
  if (first.weight >= 0.5) return `Mostly ${nameOf(first)} (${share(first)}).`;
  const second = sorted[1];
  const next = second === undefined ? '' : `, before ${nameOf(second)} (${share(second)})`;
  return `The most, ${share(first)}, comes from ${nameOf(first)}${next}.`;
}
