import type { Lesson } from '../../core/model.ts';
import { distinctLabel, labelAt, tokenLabel } from '../../explorer/token-view.ts';
import { blockRow, dim, type Tensor } from '../../tensor/tensor.ts';
import { cutEnd, cutMiddle, joinWithin, padEnd } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { cell, type Row, wrappedRows } from '../kit/cells.ts';
import { operandsFor } from '../kit/equation.ts';
import { alignedVectors, compact, counted, fixed, threeDigits, vectorText, vectorWithin } from '../kit/format.ts';
import type { CommonInput } from '../kit/inputs.ts';
import { lessonContext } from '../kit/lesson.ts';
import { matrixBlock } from '../kit/matrix-block.ts';
import { sharesOf } from './shares.ts';

export interface ContextInput extends CommonInput {
  /** [head, query, key], [head, key, d_v], [head, token, d_v]. */
  readonly weights: Tensor;
  readonly v: Tensor;
  readonly context: Tensor;
  /** What replaces the head's context; null: nothing. */
  readonly replacedBy: 'zero' | 'mean' | null;
  readonly lesson: Lesson | null;
}

const replacements = { zero: 'zeros', mean: 'the mean of weights × V over the tokens' } as const;

/** How the selected query's vector is made: shares, the weighted sum written out, its result; below, all context vectors. */
export function contextView(input: ContextInput): Row[] {
  const { queries, selection, size } = input;
  if (queries.length === 0) return [];
  const rows = [...sumRows(input), [] as Row];
  const labelWidth = Math.min(12, Math.max(...queries.map((token) => widthOf(tokenLabel(token)))) + 4);
  const tokenRows = Math.max(1, size.heightCells - rows.length - 1);
  const block = matrixBlock({
    name: 'context vectors',
    matrix: input.context,
    head: selection.head,
    tokens: queries,
    selectedToken: selection.query,
    selectedColumn: null,
    column: Math.min(selection.dimension, dim(input.context, 2) - 1),
    widthCells: size.widthCells,
    tokenRows,
    labelWidth,
  });
  return [...rows, ...block].slice(0, size.heightCells);
}

/** The selected query's weighted sum, from its shares to its result. */
export function sumRows(input: ContextInput): Row[] {
  const { weights, v, context, queries, keys, selection, size, replacedBy } = input;
  const { head, query } = selection;
  const row = blockRow(weights, head, query);
  const label = cutMiddle(labelAt(queries, query), 14);
  if (queries[query]?.id === null) {
    const words = `${label} is not in the vocabulary: it has no numbers, and the others skip it.`;
    return wrappedRows(words, size.widthCells, 'warning');
  }
  const narrow = size.heightCells < 14;
  const printed = lessonOf(input);
  const shares = joinWithin(
    sharesOf(printed?.weights ?? row, keys, queries === keys ? query : null, narrow ? 2 : 3, printed !== null),
    { within: ', ', atEnd: ',' },
    size.widthCells,
  );
  const made = replacedBy === null ? ' = Σ weight × value' : ', head off';
  const heading: Row = [cell(`${query} ${label}`, 'accent'), cell(made, 'strong')];
  const off =
    replacedBy === null
      ? []
      : wrappedRows(
          `this head is switched off: its context is ${replacements[replacedBy]}`,
          size.widthCells,
          'warning',
        );
  const result = blockRow(context, head, query);
  if (replacedBy !== null) return [heading, ...off, ...resultRows(input, '=', resultText(input, result))];
  return [
    heading,
    ...shares.map((line): Row => [cell(line, 'dim')]),
    ...(dim(v, 2) <= 4 ? narrowSum(input, row, result) : wideSum(input, row, result)),
    ...lessonRow(input, Array.from(result)),
  ];
}

interface WeighedKey {
  readonly weight: number;
  readonly key: number;
}

function resultText({ v, size }: ContextInput, result: Float32Array): string {
  return vectorWithin(result, dim(v, 2) <= 4 ? threeDigits : compact, size.widthCells - 2);
}

function resultRows({ size }: ContextInput, sign: string, text: string): Row[] {
  return [[cell(cutEnd(`${sign} ${text}`, size.widthCells), 'strong')]];
}

/** The keys with a weight. */
function weighed(weights: Float32Array): readonly WeighedKey[] {
  return Array.from(weights, (weight, key) => ({ weight, key })).filter((term) => !Number.isNaN(term.weight));
}

/** All terms of short vectors on joined lines, the smaller ones as one vector; below, their sum. */
function narrowSum(input: ContextInput, weights: Float32Array, result: Float32Array): Row[] {
  const { v, selection, size } = input;
  const all = weighed(weights);
  const leading = all.length <= 8 ? all : byWeight(all).slice(0, 6);
  const others = all.filter((one) => !leading.includes(one));
  const vectorOf = ({ key }: WeighedKey) => blockRow(v, selection.head, key);
  const rest = sumOf(others, input);
  const { sign, write } = operandsFor(result, 3, (round) =>
    Array.from(result, (_, d) =>
      leading.reduce((sum, one) => sum + round(one.weight) * round(vectorOf(one)[d] ?? 0), round(rest[d] ?? 0)),
    ),
  );
  const written = leading.map((one) => `${write(one.weight)} × ${vectorText(vectorOf(one), write)}`);
  if (others.length > 0) written.push(`${vectorText(rest, write)} (${others.length} smaller)`);
  const lines = joinWithin(written, { within: ' + ', atStart: '+ ' }, size.widthCells);
  return [...lines.map((line): Row => [cell(line)]), ...resultRows(input, sign, resultText(input, result))];
}

/** The largest terms of long vectors, a line each, then all others as one vector; below, their sum. The names stand for whole vectors. */
function wideSum(input: ContextInput, weights: Float32Array, result: Float32Array): Row[] {
  const { v, keys, selection, size } = input;
  const all = byWeight(weighed(weights));
  const room = Math.max(2, Math.floor((size.heightCells - 8) / 2));
  const leading = all.slice(0, all.length <= room + 1 ? all.length : room);
  const others = all.slice(leading.length);
  const names = leading.map(({ key }) => distinctLabel(keys, key));
  const more = others.length === 0 ? [] : [counted(others.length, 'smaller term')];
  // Names are whole as long as the vectors keep half of the width.
  const longest = Math.max(...[...names.map((name) => widthOf(name) + 10), ...more.map((text) => widthOf(text) + 2)]);
  const startWidth = Math.min(longest, Math.floor(size.widthCells / 2)) + 1;
  const vectors = [
    ...leading.map(({ key }) => blockRow(v, selection.head, key)),
    ...more.map(() => sumOf(others, input)),
  ];
  const texts = alignedVectors([...vectors, result], size.widthCells - startWidth);
  const rows = leading.map(({ weight }, index): Row => {
    const start = `${index === 0 ? ' ' : '+'} ${fixed(weight, 3)} × `.replace(/^. −/, '− ');
    const room = startWidth - widthOf(start) - 1;
    return [cell(start), cell(padEnd(cutMiddle(names[index]!, room), room + 1), 'dim'), cell(texts[index]!)];
  });
  const rest = more.map(
    (text): Row => [cell(padEnd(cutEnd(`+ ${text}`, startWidth - 1), startWidth), 'dim'), cell(texts[leading.length]!)],
  );
  return [...rows, ...rest, [cell(padEnd('≈', startWidth)), cell(texts.at(-1)!, 'strong')]];
}

function byWeight(terms: readonly WeighedKey[]): readonly WeighedKey[] {
  return terms.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
}

/** Σ weight · value of some keys. */
function sumOf(terms: readonly WeighedKey[], { v, selection }: ContextInput): Float64Array {
  const sum = new Float64Array(dim(v, 2));
  for (const { weight, key } of terms)
    blockRow(v, selection.head, key).forEach((value, d) => {
      sum[d]! += weight * value;
    });
  return sum;
}

/** The lesson's figures for the query; null for any other sentence. */
function lessonOf({ lesson, v, weights, keys, selection, replacedBy }: ContextInput) {
  if (lesson === null || replacedBy !== null) return null;
  const { head, query } = selection;
  const words = keys.map((token) => token.text);
  return lessonContext(lesson, words, query, v, head, blockRow(weights, head, query));
}

/** The lesson's printed figure, if it differs from the exact one, and the printed weights behind it. */
function lessonRow(input: ContextInput, exact: number[]): Row[] {
  const { lesson, size } = input;
  const printed = lessonOf(input);
  if (lesson === null || printed === null) return [];
  const asText = (values: readonly number[]) => vectorText(values, (value) => fixed(value, lesson.decimals));
  if (asText(printed.output) === asText(exact)) return [];
  const row = printed.weights.map((weight) => fixed(weight, lesson.decimals)).join(', ');
  const output = `= ${asText(printed.output)}`;
  return [
    [cell(output, 'strong'), cell(cutEnd(' as the lesson prints it,', size.widthCells - output.length), 'dim')],
    ...wrappedRows(`  from its printed weights ${row}`, size.widthCells, 'dim'),
  ];
}
