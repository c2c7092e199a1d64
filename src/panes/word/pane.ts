import { staticSide } from '../../explorer/static-side.ts';
import { tokenViews } from '../../explorer/tokenized-text.ts';
import { tokenNames } from '../kit/inputs.ts';
import { withKeys } from '../kit/key-names.ts';
import { moveLayer, moveQuery } from '../kit/moves.ts';
import { definePane } from '../kit/pane.ts';
import { perExplorer } from '../kit/per-explorer.ts';
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
  rows(explorer, { size, keyOf }) {
    const { run, askedPlaces, wordProblem, other, textTokens } = explorer;
    const problem = wordProblem.value;
    return wordView({
      contrast: askedPlaces.word.value === null ? null : run.value.answers.word.value,
      problem: problem === null ? null : withKeys(problem, keyOf),
      tokensA: textTokens.value,
      tokensB: tokenViews(other.tokenized.value.tokens, other.tokens.value.text),
      fromFile: staticSideIn(explorer).value,
      tokenText: tokenNames(explorer),
      size,
    });
  },
  heightOf: ({ shown }) => 2 * shown.value.layers.length + 50,
});
