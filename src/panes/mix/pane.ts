import { ablatedIn, commonInput, parametersIn } from '../kit/inputs.ts';
import { moveHead, moveQuery } from '../kit/moves.ts';
import { definePane } from '../kit/pane.ts';
import { mixView } from './view.ts';

export const mixPane = definePane({
  name: 'mix',
  title: 'heads through W_O',
  order: 10,
  key: '0',
  view: 'mix',
  place: 'beside',
  needs: ['contributions'],
  upDown: moveQuery,
  leftRight: moveHead,
  explains: () => 'attentionOutput',
  rows(explorer, context) {
    const common = commonInput(explorer, context);
    const isOff = ablatedIn(explorer);
    return mixView({
      ...common,
      contributions: explorer.run.value.answers.contributions.value,
      hasOutputMatrix: parametersIn(explorer).wO !== null,
      isAblated: (head) => isOff(common.selection.layer, head),
    });
  },
  heightOf: () => 60,
});
