import { commonInput, layerOf, parametersIn } from '../kit/inputs.ts';
import { moveDimension, moveKey, moveQuery, roundFrom } from '../kit/moves.ts';
import { definePane, type KeyContext } from '../kit/pane.ts';
import { projectionStatus } from './status.ts';
import { matricesView } from './view.ts';

export const qkvPane = definePane({
  name: 'qkv',
  title: 'Q K V',
  order: 2,
  key: '2',
  view: 'qkv',
  place: 'core',
  upDown: ['token', (c, steps) => (matrixOf(c) === 'q' ? moveQuery : moveKey)[1](c, steps)],
  leftRight: moveDimension(({ explorer }) => {
    const { headDim, valueDim } = parametersIn(explorer);
    return explorer.inputs.matrix.peek() === 'v' ? valueDim : headDim;
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
          matrix.value = roundFrom(['q', 'k', 'v'] as const, matrix.value, 1);
        }),
    },
  ],
  explains: ({ inputs }) => inputs.matrix.value,
  edits: ({ inputs }) => inputs.matrix.value,
  status: projectionStatus,
  rows(explorer, context) {
    const { q, k, v } = layerOf(explorer);
    const isLesson = explorer.inputs.loaded.value.model.lesson !== null;
    const note = isLesson ? "V is the lesson's; Q and K are attnscope's own." : null;
    return matricesView({ ...commonInput(explorer, context), q, k, v, note });
  },
  heightOf: ({ tokens }) => 3 * (tokens.value.keys.length + 2) + 4,
});

const matrixOf = ({ explorer }: KeyContext) => explorer.inputs.matrix.peek();
