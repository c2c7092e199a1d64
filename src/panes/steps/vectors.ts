import { blockRow, dim, row, type Tensor } from '../../tensor/tensor.ts';
import { cutEnd, padEnd } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { cell, type Row, wrappedRows } from '../kit/cells.ts';
import { compact, vectorWithin } from '../kit/format.ts';
import { withKeys } from '../kit/key-names.ts';
import { tokenName } from '../kit/names.ts';
import { indicesIn, pageOf } from '../kit/viewport.ts';
import { lessonMatrixRows } from './lesson.ts';
import type { StepsInput } from './steps.ts';

function vectorRow(name: string, values: ArrayLike<number>, isMade: boolean, { size }: StepsInput): Row {
  const label = padEnd(cutEnd(name, 14), 15);
  const text = vectorWithin(values, compact, size.widthCells - widthOf(label));
  return [cell(label, 'dim'), cell(text, isMade ? 'strong' : 'plain')];
}

export function embeddingRows(input: StepsInput): Row[] {
  const { layer, queries, selection, size } = input;
  const page = pageOf(queries.length, size.heightCells, selection.query);
  return indicesIn(page).map((at) =>
    vectorRow(tokenName(queries, at, 9), row(layer.residPre, at), at === selection.query, input),
  );
}

export function projectionRows(input: StepsInput): Row[] {
  const { layer, queries, keys, selection } = input;
  const { head, query, key } = selection;
  return [
    ...(queries === keys
      ? [vectorRow(`x of ${tokenName(queries, query, 9)}`, row(layer.residPre, query), false, input)]
      : []),
    vectorRow(`q of ${tokenName(queries, query, 9)}`, blockRow(layer.q, head, query), true, input),
    vectorRow(`k of ${tokenName(keys, key, 9)}`, blockRow(layer.k, head, key), true, input),
    vectorRow(`v of ${tokenName(keys, key, 9)}`, blockRow(layer.v, head, key), true, input),
  ];
}

export function rotationRows(input: StepsInput): Row[] {
  const { layer, queries, keys, selection } = input;
  const { head, query, key } = selection;
  const rows = [vectorRow(`q of ${tokenName(queries, query, 9)}`, blockRow(layer.q, head, query), false, input)];
  if (layer.rotatedQ !== null) rows.push(vectorRow('  turned', blockRow(layer.rotatedQ, head, query), true, input));
  rows.push(vectorRow(`k of ${tokenName(keys, key, 9)}`, blockRow(layer.k, head, key), false, input));
  if (layer.rotatedK !== null) rows.push(vectorRow('  turned', blockRow(layer.rotatedK, head, key), true, input));
  return rows;
}

/** The heads' contexts of the query, then all of them as one row; in the lesson also its output matrix. */
export function concatRows(input: StepsInput): Row[] {
  const { layer, selection, size, lesson } = input;
  const heads = dim(layer.context, 0);
  const lessonRows = lesson === null ? [] : lessonMatrixRows(input);
  const room = size.heightCells - lessonRows.length;
  const concat = vectorRow('concat', row(layer.concat, selection.query), true, input);
  // The lesson ends with its matrix: if room is short, the rest makes way.
  if (lessonRows.length > 0 && room < 2) return [...(room < 1 ? [] : [concat]), ...lessonRows];
  const page = pageOf(heads, Math.max(1, room - 1), selection.head);
  const rows = indicesIn(page).map((head) =>
    vectorRow(`H${head}`, blockRow(layer.context, head, selection.query), false, input),
  );
  return [...rows, concat, ...lessonRows];
}

export function outputRows(input: StepsInput): Row[] {
  const { layer, selection } = input;
  return [
    vectorRow('concat', row(layer.concat, selection.query), false, input),
    ...rowOf('after W_O', layer.attentionOutput, true, input),
  ];
}

export function residualRows(input: StepsInput): Row[] {
  const { layer, selection, attention, size } = input;
  const note =
    attention.outputNorm === null && attention.residual?.kind !== 'projection'
      ? 'x + attention = the sum, number by number.'
      : withKeys(
          'A norm or a matrix acts before the addition: press {derivation}, then {next-stage} up to this stage, to see which.',
          input.keyOf,
        );
  return [
    vectorRow('x', row(layer.residPre, selection.query), false, input),
    ...rowOf('+ attention', layer.attentionOutput, false, input),
    ...rowOf('= the sum', layer.residMid, true, input),
    ...wrappedRows(note, size.widthCells, 'dim'),
  ];
}

function rowOf(name: string, matrix: Tensor | null, isMade: boolean, input: StepsInput): Row[] {
  return matrix === null ? [] : [vectorRow(name, row(matrix, input.selection.query), isMade, input)];
}
