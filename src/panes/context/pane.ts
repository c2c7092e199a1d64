import { replacementOf } from '../../core/interventions.ts';
import { commonInput, layerOf, parametersIn } from '../kit/inputs.ts';
import { moveDimension, moveQuery } from '../kit/moves.ts';
import { definePane } from '../kit/pane.ts';
import { contextStatus } from './status.ts';
import { contextView } from './view.ts';

export const contextPane = definePane({
  name: 'context',
  title: 'context',
  order: 4,
  key: '4',
  view: 'context',
  place: 'core',
  upDown: moveQuery,
  leftRight: moveDimension(({ explorer }) => parametersIn(explorer).valueDim),
  explains: () => 'context',
  status: contextStatus,
  rows(explorer, context) {
    const { attentionWeights: weights, v, context: vectors } = layerOf(explorer);
    const { layer, head } = explorer.place.value;
    const replacedBy = replacementOf(explorer.partInterventions.value, layer, head);
    const { lesson } = explorer.inputs.loaded.value.model;
    return contextView({ ...commonInput(explorer, context), weights, v, context: vectors, replacedBy, lesson });
  },
  heightOf: ({ tokens }) => 2 * tokens.value.queries.length + 16,
});
