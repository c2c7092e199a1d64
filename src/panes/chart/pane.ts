import { blockRow } from '../../tensor/tensor.ts';
import { curveRows } from '../kit/curve.ts';
import { commonInput, layerOf } from '../kit/inputs.ts';
import { headName, tokenName } from '../kit/names.ts';
import type { Extra } from '../kit/pane.ts';

export const chart: Extra = {
  title: ({ place }) => `curve  ${headName(place.value)}`,
  rows(explorer, context) {
    const { queries, selection, size } = commonInput(explorer, context);
    const values = Array.from(blockRow(layerOf(explorer).attentionWeights, selection.head, selection.query));
    const title = `weights of ${tokenName(queries, selection.query, Infinity)} over positions 0–${values.length - 1}`;
    return curveRows({ title, values, minimum: 0, size });
  },
};
