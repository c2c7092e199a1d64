import { predictedPlace } from '../../explorer/predicted-place.ts';
import { positionedLabel } from '../../explorer/token-view.ts';
import { cutEnd, cutMiddle, padEnd } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { cell, type Row, wrappedRows } from '../kit/cells.ts';
import { bar, fixed } from '../kit/format.ts';
import { tokenNames } from '../kit/inputs.ts';
import { predictedToken } from '../kit/names.ts';
import type { Extra } from '../kit/pane.ts';

export const predictions: Extra = {
  title: () => 'predictions',
  /** The most probable tokens after the selected one, or at it where the model fills masks; of an encoder–decoder, after the decoder's
   *  last token while the encoder is in view. */
  rows(explorer, { size: { widthCells, heightCells } }) {
    const { inputs, trace } = explorer;
    const { tokens, position } = predictedPlace(explorer);
    const found = trace.value.predictAt?.(position, 5) ?? null;
    if (found === null)
      return wrappedRows('This model has no language-model head: it predicts no tokens.', widthCells, 'dim');
    if (found.length === 0) return [[cell('computing', 'dim')]];
    const where = inputs.loaded.value.model.head?.kind === 'masked' ? 'at' : 'after';
    const name = `${where} ${positionedLabel(tokens, position, Math.max(4, widthCells - 7))}`;
    const count = `  top ${Math.min(found.length, heightCells - 1)}`;
    const heading = widthOf(name + count) <= widthCells ? name + count : name;
    const textOf = tokenNames(explorer);
    const labels = found.map(({ id }) => predictedToken(textOf(id)));
    const labelWidth = Math.max(1, Math.min(widthCells - 7, Math.max(...labels.map(widthOf)) + 1));
    const barRoom = widthCells - labelWidth - 7;
    const rows = found.map(({ probability }, rank): Row => {
      const label = padEnd(cutMiddle(labels[rank] ?? '', labelWidth - 1), labelWidth);
      const row = [cell(`${fixed(probability, 3)} `), cell(label, rank === 0 ? 'strong' : 'plain')];
      return barRoom >= 3 ? [...row, cell(bar(probability, barRoom), 'dim')] : row;
    });
    return [[cell(cutEnd(heading, widthCells), 'dim')], ...rows].slice(0, heightCells);
  },
};
