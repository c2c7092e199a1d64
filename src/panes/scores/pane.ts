import { scoringOf } from '../../core/derivation/scoring.ts';
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
  explains: () => 'scores',
  edits: () => 'scores',
  rows(explorer, context) {
    const { scores, scaledScores, maskedScores, attentionWeights: weights } = layerOf(explorer);
    const attention = parametersIn(explorer);
    const formula = scoreFormula(attention, explorer.shownInterventions.value.scaleFactor);
    const scoring = scoringOf(attention, explorer.partInterventions.value);
    const numbers = { scores, scaledScores, maskedScores, weights };
    return scoresView({ ...commonInput(explorer, context), ...numbers, formula, scoring });
  },
  heightOf: ({ tokens }) => tokens.value.keys.length + 4,
});
