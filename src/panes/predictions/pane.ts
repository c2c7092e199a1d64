import { predictedPlace } from '../../explorer/predicted-place.ts';
import { tokenNames } from '../kit/inputs.ts';
import type { Extra } from '../kit/pane.ts';
import { predictionsView } from './view.ts';

export const predictions: Extra = {
  title: () => 'predictions',
  /** Predictions at the selected token; of an encoder–decoder, at the decoder's last token while the encoder is looked at. */
  rows(explorer, { size }) {
    const { inputs, trace } = explorer;
    const { tokens, position } = predictedPlace(explorer);
    const found = trace.value.predictAt?.(position, 5) ?? null;
    const textOf = tokenNames(explorer);
    return predictionsView({
      predictions: found?.map((one) => ({ ...one, text: textOf(one.id) })) ?? null,
      kind: inputs.loaded.value.model.head?.kind ?? 'causal',
      tokens,
      position,
      size,
    });
  },
};
