import type { LayerTrace } from '../../core/trace.ts';
import type { Explorer } from '../../explorer/explorer.ts';
import { matrices } from '../../explorer/selection.ts';
import { positionedLabel } from '../../explorer/token-view.ts';
import { blockRow, dim } from '../../tensor/tensor.ts';
import { padEnd } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { cell, type Row, wrappedRows } from '../kit/cells.ts';
import { fixed } from '../kit/format.ts';
import { type CommonInput, commonInput, layerOf, parametersIn } from '../kit/inputs.ts';
import { matrixBlock, numbersWidth } from '../kit/matrix-block.ts';
import { labelWidthOf, tokenAxis } from '../kit/matrix-plan.ts';
import { moveDimension, moveKey, moveQuery, roundFrom } from '../kit/moves.ts';
import { definePane, type KeyContext, type PaneContext } from '../kit/pane.ts';
import { sideBySide } from '../kit/side-by-side.ts';
import { projectionStatus } from './status.ts';

export const qkvPane = definePane({
  name: 'qkv',
  title: 'Q K V',
  order: 2,
  key: '2',
  view: 'qkv',
  place: 'core',
  upDown: ['token', (c, steps) => (matrixOf(c) === 'q' ? moveQuery : moveKey)[1](c, steps)],
  leftRight: moveDimension((c) => {
    const { headDim, valueDim } = parametersIn(c.explorer);
    return matrixOf(c) === 'v' ? valueDim : headDim;
  }),
  keys: [
    {
      keys: ['space'],
      label: 'Space',
      does: 'the next matrix',
      hint: 'space matrix',
      run: (c) =>
        c.change(() => {
          const { matrix } = c.explorer.inputs;
          matrix.value = roundFrom(matrices, matrix.value, 1);
        }),
    },
  ],
  explains: ({ inputs }) => inputs.matrix.value,
  edits: ({ inputs }) => inputs.matrix.value,
  status: projectionStatus,
  rows,
  heightOf: ({ tokens }) => 3 * (tokens.value.keys.length + 2) + 4,
});

const matrixOf = ({ explorer }: KeyContext) => explorer.inputs.matrix.peek();

const names = { q: 'Q queries', k: 'K keys', v: 'V values' } as const;

const lessonNote = "V is the lesson's; Q and K are attnscope's own.";

type Input = CommonInput & Pick<LayerTrace, 'q' | 'k' | 'v'>;

/** Q, K and V of the selected head, a row per token: side by side if all fit as numbers, else one below the other. */
function rows(explorer: Explorer, context: PaneContext): Row[] {
  const { q, k, v } = layerOf(explorer);
  const input: Input = { ...commonInput(explorer, context), q, k, v };
  const { queries, keys, selection, size } = input;
  if (queries.length === 0) return [];
  const labelWidth = Math.max(...[queries, keys].map((tokens) => labelWidthOf(tokenAxis(tokens, 0))));
  const isLesson = explorer.inputs.loaded.value.model.lesson !== null;
  const notes = isLesson ? wrappedRows(lessonNote, size.widthCells, 'dim') : [];
  const widths = matrices.map(
    (name) => labelWidth + numbersWidth({ matrix: input[name], head: selection.head }) * dim(input[name], 2) + 2,
  );
  const isBeside = widths.reduce((sum, width) => sum + width, 0) <= size.widthCells;
  const roomForRows = size.heightCells - notes.length - 1;
  const tokenRows = Math.max(1, isBeside ? roomForRows - 1 : Math.floor(roomForRows / 3) - 1);
  const blocks = matrices.map((name, index) =>
    matrixBlock({
      name: names[name],
      matrix: input[name],
      head: selection.head,
      tokens: name === 'q' ? queries : keys,
      selectedToken: name === 'q' ? selection.query : selection.key,
      selectedColumn: name === selection.matrix ? columnOf(input, name) : null,
      column: columnOf(input, name),
      widthCells: isBeside ? (widths[index] ?? 0) : size.widthCells,
      tokenRows,
      labelWidth,
    }),
  );
  const body = isBeside ? sideBySide(blocks, widths) : blocks.flat();
  return [...body, readout(input), ...notes].slice(0, size.heightCells);
}

function columnOf(input: Input, name: 'q' | 'k' | 'v'): number {
  return Math.min(input.selection.dimension, dim(input[name], 2) - 1);
}

/** The numbers of the selected cell and those after it, which a strip shows only as colours. */
function readout(input: Input): Row {
  const { selection, queries, keys, size } = input;
  const { matrix: name } = selection;
  const matrix = input[name];
  const token = name === 'q' ? selection.query : selection.key;
  const column = columnOf(input, name);
  const values = blockRow(matrix, selection.head, token);
  const tokens = name === 'q' ? queries : keys;
  const number = fixed(values[column] ?? Number.NaN, 4);
  const label = positionedLabel(tokens, token, Math.max(8, size.widthCells - number.length - 40));
  const start = `${name}[${label}][${column}] = ${number}`;
  const more = (shown: number) => {
    const left = values.length - column - 1 - shown;
    return left === 0 ? '' : ` … ${left} more`;
  };
  const room = size.widthCells - widthOf(start) - 6;
  let [around, shown] = ['', 0];
  for (const value of values.subarray(column + 1)) {
    const longer = `${around} ${fixed(value, 2)}`;
    if (longer.length + more(shown + 1).length > room) break;
    [around, shown] = [longer, shown + 1];
  }
  return [
    cell(padEnd(start, widthOf(start) + 2), 'accent'),
    cell(around === '' ? '' : `then${around}${more(shown)}`, 'dim'),
  ];
}
