import type { Lesson } from '../../core/model.ts';
import { distinctLabel, labelAt, tokenLabel } from '../../explorer/token-view.ts';
import { blockRow, dim, type Tensor } from '../../tensor/tensor.ts';
import { cutEnd, cutMiddle, joinWithin, padEnd } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { cell, type Row, wrappedRows } from '../kit/cells.ts';
import { compact, fixed, threeDigits, vectorText, vectorWithin } from '../kit/format.ts';
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
  const shares = joinWithin(
    sharesOf(row, keys, queries === keys ? query : null, narrow ? 2 : 3),
    { within: ', ', atEnd: ',' },
    size.widthCells,
  ).slice(0, 3);
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
  const resultFormat = dim(v, 2) <= 4 ? threeDigits : compact;
  const result = blockRow(context, head, query);
  const lesson = lessonRow(input, Array.from(result));
  const resultRow: Row = [cell(`= ${vectorWithin(result, resultFormat, size.widthCells - 2)}`, 'strong')];
  if (replacedBy !== null) return [heading, ...off, resultRow];
  return [
    heading,
    ...shares.map((line): Row => [cell(line, 'dim')]),
    ...termRows(input, row),
    resultRow,
    ...(lesson ?? []),
  ];
}

/** The terms: all of them, on joined lines, for short vectors; else the largest, a line each. */
function termRows(input: ContextInput, weights: Float32Array): Row[] {
  const { v, keys, selection, size } = input;
  const terms = Array.from(weights, (weight, key) => ({ weight, key })).filter((term) => !Number.isNaN(term.weight));
  const times = ' × ';
  if (dim(v, 2) <= 4 && terms.length <= 8) {
    const written = terms.map(
      ({ weight, key }) => fixed(weight, 3) + times + vectorText(blockRow(v, selection.head, key), compact),
    );
    return joinWithin(written, { within: ' + ', atStart: '+ ' }, size.widthCells).map((line): Row => [cell(line)]);
  }
  const limit = Math.max(2, Math.min(terms.length, Math.floor((size.heightCells - 8) / 2)));
  const leading = terms.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).slice(0, limit);
  const nameWidth = Math.min(10, Math.max(...leading.map(({ key }) => widthOf(distinctLabel(keys, key)))) + 1);
  const rows = leading.map(({ weight, key }, index): Row => {
    const start = `${index === 0 ? ' ' : '+'}${fixed(weight, 3)}${times}`;
    const room = size.widthCells - widthOf(start) - nameWidth - 1;
    const vector = vectorWithin(blockRow(v, selection.head, key), compact, room);
    const name = padEnd(cutMiddle(distinctLabel(keys, key), nameWidth - 1), nameWidth);
    return [cell(start), cell(name, 'dim'), cell(vector)];
  });
  const rest = terms.length - leading.length;
  if (rest > 0) rows.push([cell(`+ ${rest} smaller terms`, 'dim')]);
  return rows;
}

/** The lesson's printed figure, if it differs from the exact one, and the printed weights behind it. */
function lessonRow(input: ContextInput, exact: number[]): Row[] | null {
  const { lesson, v, weights, keys, selection, size, replacedBy } = input;
  if (lesson === null || replacedBy !== null) return null;
  const printed = lessonContext(
    lesson,
    keys.map((token) => token.text),
    selection.query,
    v,
    selection.head,
    blockRow(weights, selection.head, selection.query),
  );
  if (printed === null) return null;
  const asText = (values: readonly number[]) => vectorText(values, (value) => fixed(value, lesson.decimals));
  if (asText(printed.output) === asText(exact)) return null;
  const row = printed.weights.map((weight) => fixed(weight, lesson.decimals)).join(', ');
  const output = `= ${asText(printed.output)}`;
  return [
    [cell(output, 'strong'), cell(cutEnd(' as the lesson prints it,', size.widthCells - output.length), 'dim')],
    ...wrappedRows(`  from its printed weights ${row}`, size.widthCells, 'dim'),
  ];
}
