import type { Explorer } from '../../explorer/explorer.ts';
import type { Row } from '../kit/cells.ts';
import { ablatedIn, commonInput, layerOf } from '../kit/inputs.ts';
import { moveAlong, moveKey, moveQuery } from '../kit/moves.ts';
import { definePane, type PaneContext } from '../kit/pane.ts';
import { areBeside, frontAndNext } from './front.ts';
import { sentencesView } from './view.ts';

/** What Space shows next. */
function nextFront({ inputs, tokens, other }: Explorer) {
  const sides = { a: tokens.peek(), b: other.tokens.peek() };
  const isBeside = areBeside(sides, inputs.columns.peek() - 2);
  return frontAndNext(inputs.pairInFront.peek(), isBeside)[1];
}

export const sentencesPane = definePane({
  name: 'sentences',
  title: 'two sentences',
  order: 12,
  key: 'b',
  help: 'two sentences, A and B: opens the second, and closes it again',
  hint: 'b two sentences',
  view: 'pair',
  place: 'whole',
  isOfTwo: true,
  ownsSecond: true,
  upDown: moveQuery,
  leftRight: moveKey,
  keys: [
    {
      keys: ['n'],
      label: 'n',
      hint: 'n/p head',
      does: 'the head with the next smaller change',
      run: (c) => moveAlong(c, c.explorer.comparison.ranked.peek(), 1),
    },
    {
      keys: ['p'],
      label: 'p',
      does: 'the head with the next larger change',
      run: (c) => moveAlong(c, c.explorer.comparison.ranked.peek(), -1),
    },
    {
      action: 'difference',
      keys: ['space'],
      label: 'Space',
      hint: ({ explorer }) => `Space ${nextFront(explorer).replace('difference', 'B−A')}`,
      does: 'A, B, or both, and their difference in turn, where not all fit',
      run: ({ explorer }) => {
        explorer.inputs.pairInFront.value = nextFront(explorer);
      },
    },
    {
      action: 'rank-by',
      keys: ['R'],
      label: 'R',
      hint: 'R row',
      does: 'rank heads by the change of the selected row, or by the mean over rows',
      run: ({ change, explorer: { inputs } }) =>
        change(() => {
          inputs.isRankedByRow.value = !inputs.isRankedByRow.peek();
        }),
    },
  ],
  edits: () => 'attentionWeights',
  rows,
  heightOf: ({ tokens, other }) => 2 * (tokens.value.queries.length + other.tokens.value.queries.length) + 24,
});

function rows(explorer: Explorer, context: PaneContext): Row[] {
  const { inputs, other, comparison, texts } = explorer;
  const { queries, keys, selection, size } = commonInput(explorer, context);
  // No run computes an empty sentence.
  const isEmpty = other.tokenized.value.tokens.length === 0;
  const ofB = isEmpty ? undefined : other.layers.value[selection.layer]?.attentionWeights;
  const hasB = ofB !== undefined;
  const { attentionWeights } = layerOf(explorer);
  return sentencesView({
    a: { text: texts.value.text, queries, keys, weights: attentionWeights },
    b: {
      text: other.tokens.value.text,
      queries: hasB ? other.tokens.value.queries : [],
      keys: hasB ? other.tokens.value.keys : [],
      weights: ofB ?? attentionWeights,
    },
    queries: comparison.queries.value,
    keys: comparison.keys.value,
    ranked: comparison.ranked.value,
    selection,
    inFront: inputs.pairInFront.value,
    isRankedByRow: inputs.isRankedByRow.value,
    isAblated: ablatedIn(explorer),
    keyOf: context.keyOf,
    size,
  });
}
