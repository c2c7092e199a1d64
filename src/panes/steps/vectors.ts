import { blockRow, dim, row } from '../../tensor/tensor.ts';
import { cutMiddle, padEnd } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { cell, type Row } from '../kit/cells.ts';
import { alignedVectors } from '../kit/format.ts';
import { tokenName } from '../kit/names.ts';
import { indicesIn, pageOf, windowText } from '../kit/viewport.ts';
import { lessonMatrixRows } from './lesson.ts';
import type { StepsInput } from './steps.ts';

export interface NamedVector {
  readonly name: string;
  readonly values: ArrayLike<number>;
  /** Whether the step made it. */
  readonly isMade: boolean;
}

/** Vectors under each other after their names, decimal points aligned. */
export function vectorRows(vectors: readonly NamedVector[], { size }: StepsInput): Row[] {
  const widest = Math.max(14, Math.floor(size.widthCells / 4));
  const nameWidth = Math.min(widest, Math.max(0, ...vectors.map(({ name }) => widthOf(name)))) + 1;
  const texts = alignedVectors(
    vectors.map(({ values }) => values),
    size.widthCells - nameWidth,
  );
  return vectors.map(({ name, isMade }, index) => [
    cell(padEnd(cutMiddle(name, nameWidth - 1), nameWidth), 'dim'),
    cell(texts[index] ?? '', isMade ? 'strong' : 'plain'),
  ]);
}

export function embeddingRows(input: StepsInput): Row[] {
  const { layer, queries, selection, size } = input;
  const isCut = queries.length > size.heightCells;
  const page = pageOf(queries.length, Math.max(1, size.heightCells - (isCut ? 1 : 0)), selection.query);
  const vectors = indicesIn(page).map((at) => ({
    name: tokenName(queries, at, Infinity),
    values: row(layer.residPre, at),
    isMade: at === selection.query,
  }));
  const more: Row = [cell(windowText('tokens', page, queries.length).trimStart(), 'dim')];
  return [...vectorRows(vectors, input), ...(isCut ? [more] : [])];
}

export function projectionRows(input: StepsInput): Row[] {
  const { layer, queries, keys, selection, tokenSteps, attention } = input;
  const { head, query, key } = selection;
  const asking = tokenName(queries, query, Infinity);
  const answering = tokenName(keys, key, Infinity);
  const read = attention.norm === null ? row(layer.residPre, query) : tokenSteps?.norms.attentionInput?.output;
  return vectorRows(
    [
      ...(read === undefined
        ? []
        : [{ name: `${attention.norm === null ? 'x' : 'norm(x)'} of ${asking}`, values: read, isMade: false }]),
      { name: `q of ${asking}`, values: blockRow(layer.q, head, query), isMade: true },
      { name: `k of ${answering}`, values: blockRow(layer.k, head, key), isMade: true },
      { name: `v of ${answering}`, values: blockRow(layer.v, head, key), isMade: true },
    ],
    input,
  );
}

export function rotationRows(input: StepsInput): Row[] {
  const { layer, queries, keys, selection } = input;
  const { head, query, key } = selection;
  const asking = tokenName(queries, query, Infinity);
  const answering = tokenName(keys, key, Infinity);
  const { q, k, rotatedQ, rotatedK } = layer;
  return vectorRows(
    [
      { name: `q of ${asking}`, values: blockRow(q, head, query), isMade: false },
      ...(rotatedQ === null ? [] : [{ name: '  turned', values: blockRow(rotatedQ, head, query), isMade: true }]),
      { name: `k of ${answering}`, values: blockRow(k, head, key), isMade: false },
      ...(rotatedK === null ? [] : [{ name: '  turned', values: blockRow(rotatedK, head, key), isMade: true }]),
    ],
    input,
  );
}

/** The heads' contexts of the query, then all of them as one row; in the lesson also its output matrix. */
export function concatRows(input: StepsInput): Row[] {
  const { layer, selection, size, lesson } = input;
  const heads = dim(layer.context, 0);
  const lessonRows = lesson === null ? [] : lessonMatrixRows(input);
  const room = size.heightCells - lessonRows.length;
  const concat = { name: 'concat', values: row(layer.concat, selection.query), isMade: true };
  // The lesson ends with its matrix: if room is short, the rest makes way.
  if (lessonRows.length > 0 && room < 2) return [...(room < 1 ? [] : vectorRows([concat], input)), ...lessonRows];
  const page = pageOf(heads, Math.max(1, room - 1), selection.head);
  const contexts = indicesIn(page).map((head) => ({
    name: `H${head}`,
    values: blockRow(layer.context, head, selection.query),
    isMade: false,
  }));
  return [...vectorRows([...contexts, concat], input), ...lessonRows];
}

export function outputRows(input: StepsInput): Row[] {
  const { layer, selection } = input;
  const { attentionOutput: output } = layer;
  return vectorRows(
    [
      { name: 'concat', values: row(layer.concat, selection.query), isMade: false },
      ...(output === null ? [] : [{ name: 'after W_O', values: row(output, selection.query), isMade: true }]),
    ],
    input,
  );
}
