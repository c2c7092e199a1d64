import { meanOf } from '../../core/measures/vectors.ts';
import { commonInput, layerOf } from '../kit/inputs.ts';
import { moveHead, moveQuery } from '../kit/moves.ts';
import { definePane } from '../kit/pane.ts';
import { scoredHeads } from '../kit/scored-heads.ts';
import { curvesView } from './view.ts';

export const curvesPane = definePane({
  name: 'curves',
  title: 'curves',
  order: 11,
  key: 'v',
  view: 'curves',
  place: 'beside',
  upDown: moveQuery,
  leftRight: moveHead,
  rows(explorer, context) {
    const { attentionWeights: weights, maskedScores } = layerOf(explorer);
    const heads = scoredHeads(explorer).value;
    const entropies = explorer.shown.value.layers.map((_, layer) => {
      const ofLayer = heads.filter((one) => one.layer === layer);
      return { layer, mean: meanOf(ofLayer.map(({ scores }) => scores.entropy)) ?? Number.NaN };
    });
    return curvesView({ ...commonInput(explorer, context), weights, maskedScores, entropies });
  },
  heightOf: () => 32,
});
