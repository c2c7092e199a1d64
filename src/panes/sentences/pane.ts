import type { Explorer } from '../../explorer/explorer.ts';
import type { Row } from '../kit/cells.ts';
import { ablatedIn, commonInput, layerOf } from '../kit/inputs.ts';
import { moveAlong, moveKey, moveQuery } from '../kit/moves.ts';
import { definePane, type PaneContext } from '../kit/pane.ts';
import { sentencesView } from './view.ts';

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
      hint: 'space switch',
      does: 'switch between A and B and their difference, where not all fit',
      run: ({ explorer: { inputs } }) => {
        inputs.isDifferenceInFront.value = !inputs.isDifferenceInFront.peek();
      },
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
    isDifferenceInFront: inputs.isDifferenceInFront.value,
    isAblated: ablatedIn(explorer),
    keyOf: context.keyOf,
    size,
  });
}
