import type { Model } from '../../core/model.ts';
import { staticSide } from '../../explorer/static-side.ts';
import { tokenViews } from '../../explorer/tokenized-text.ts';
import { tokenNames } from '../kit/inputs.ts';
import { withKeys } from '../kit/key-names.ts';
import { moveLayer, moveQuery } from '../kit/moves.ts';
import { definePane } from '../kit/pane.ts';
import { perExplorer } from '../kit/per-explorer.ts';
import type { PositionKind } from './conclusion.ts';
import { wordView } from './view.ts';

/** The word in static vectors from a file; null without them. */
export const staticSideIn = perExplorer(({ inputs, askedPlaces }, derive) =>
  derive(() => {
    const vectors = inputs.wordVectors.value;
    const question = askedPlaces.word.value;
    if (vectors === null || question === null) return null;
    return staticSide(vectors, question.word, inputs.text.value, inputs.sentenceB.value ?? '');
  }),
);

export const wordPane = definePane({
  name: 'word',
  title: 'one word in both',
  order: 13,
  key: 'y',
  help: 'one word in both sentences: how alike its two vectors are at each stage',
  view: 'word',
  place: 'whole',
  isOfTwo: true,
  isHeadless: true,
  needs: ['word'],
  upDown: moveQuery,
  leftRight: moveLayer,
  keys: [
    {
      action: 'control',
      keys: ['C'],
      label: 'C',
      hint: 'C same-sense sentence',
      does: 'type C, a third sentence that has the word in the same sense as A',
      run: (c) => c.openBox('control'),
    },
    {
      action: 'next-in-a',
      keys: ['n'],
      label: 'n',
      hint: ({ explorer }) => ((explorer.askedPlaces.word.peek()?.a.count ?? 1) > 1 ? 'n next in A' : null),
      does: 'the next place of the word in A',
      problem: ({ explorer }) =>
        explorer.shown.peek().part === 'encoder'
          ? onlyPlace(explorer.askedPlaces.word.peek()?.a.count, 'A')
          : 'the decoder is in view: {part} goes back to the encoder, which reads A',
      run: (c) => c.change(() => c.actions.nextPlace('a')),
    },
    {
      action: 'next-in-b',
      keys: ['space'],
      label: 'Space',
      hint: ({ explorer }) => ((explorer.askedPlaces.word.peek()?.b.count ?? 1) > 1 ? 'Space next in B' : null),
      does: 'the next place of the word in B',
      problem: ({ explorer }) => onlyPlace(explorer.askedPlaces.word.peek()?.b.count, 'B'),
      run: (c) => c.change(() => c.actions.nextPlace('b')),
    },
  ],
  enter: ({ inputs, headCounts }) => {
    // Without a chosen layer the pane shows the last one by itself.
    if (inputs.layer.peek() !== null) inputs.layer.value = Math.max(0, headCounts.peek().length - 1);
  },
  rows(explorer, { size, keyOf }) {
    const { run, askedPlaces, wordProblem, other, textTokens, texts, inputs } = explorer;
    const problem = wordProblem.value;
    return wordView({
      contrast: askedPlaces.word.value === null ? null : run.value.answers.word.value,
      problem: problem === null ? null : withKeys(problem, keyOf),
      positions: positionKind(inputs.loaded.value.model),
      textA: texts.value.text,
      textB: other.tokens.value.text,
      tokensA: textTokens.value,
      tokensB: tokenViews(other.tokenized.value.tokens, other.tokens.value.text),
      textC: inputs.control.value,
      fromFile: staticSideIn(explorer).value,
      tokenText: tokenNames(explorer),
      keyOf,
      size,
    });
  },
  heightOf: ({ shown }) => 2 * shown.value.layers.length + 50,
});

function onlyPlace(count: number | undefined, name: string): string | null {
  if (count === undefined) return 'there is no word to compare yet';
  return count > 1 ? null : `${name} has this word once`;
}

/** How positions reach a model. */
export function positionKind({ embedding, layers }: Model): PositionKind {
  if (embedding.positions !== null) return 'added';
  const hasDistances = layers.some(({ attention }) => attention.rotary !== null || attention.positionTerms !== null);
  return hasDistances ? 'distances' : 'none';
}
