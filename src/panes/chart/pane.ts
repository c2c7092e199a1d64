import { distinctLabel } from '../../explorer/token-view.ts';
import { blockRow } from '../../tensor/tensor.ts';
import { barChart } from '../kit/bar-chart.ts';
import { commonInput, layerOf } from '../kit/inputs.ts';
import { headName, tokenName } from '../kit/names.ts';
import type { Extra } from '../kit/pane.ts';

export const chart: Extra = {
  title: ({ place }) => `bars  ${headName(place.value)}`,
  rows(explorer, context) {
    const { queries, keys, selection, size } = commonInput(explorer, context);
    const { head, query, key } = selection;
    const values = Array.from(blockRow(layerOf(explorer).attentionWeights, head, query));
    const title = `weights of ${tokenName(queries, query, Infinity)}`;
    return barChart({ title, values, names: keys.map((_, at) => distinctLabel(keys, at)), selected: key, size });
  },
};
