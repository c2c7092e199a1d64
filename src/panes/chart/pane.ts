import { commonInput, layerOf } from '../kit/inputs.ts';
import type { Extra } from '../kit/pane.ts';
import { chartView } from './view.ts';

export const chart: Extra = {
  title: ({ place }) => `curve  L${place.value.layer} H${place.value.head}`,
  rows: (explorer, context) =>
    chartView({ ...commonInput(explorer, context), weights: layerOf(explorer).attentionWeights }),
};
