import { commonInput, layerOf, parametersIn } from '../kit/inputs.ts';
import { moveKey, moveQuery } from '../kit/moves.ts';
import { definePane } from '../kit/pane.ts';
import { scoreFormula } from '../kit/score-formula.ts';
import { scoresView } from './view.ts';

export const scoresPane = definePane({
  name: 'scores',
  title: 'scores',
  order: 3,
  key: '3',
  view: 'scores',
  place: 'core',
  upDown: moveKey,
  leftRight: moveQuery,
  edits: () => 'scores',
  rows(explorer, context) {
    const { scores, scaledScores, maskedScores, attentionWeights: weights } = layerOf(explorer);
    const formula = scoreFormula(parametersIn(explorer), explorer.shownInterventions.value.scaleFactor);
    return scoresView({ ...commonInput(explorer, context), scores, scaledScores, maskedScores, weights, formula });
  },
  heightOf: ({ tokens }) => tokens.value.keys.length + 4,
});
