import { sinkSentence } from '../../core/measures/sink.ts';
import type { Explorer } from '../../explorer/explorer.ts';
import { labelAt } from '../../explorer/token-view.ts';
import type { Row } from '../kit/cells.ts';
import { heatmapView } from '../kit/heatmap.ts';
import { commonInput, layerOf } from '../kit/inputs.ts';
import { moveKey, moveQuery } from '../kit/moves.ts';
import { definePane, type PaneContext } from '../kit/pane.ts';
import { attentionLens } from './lens.ts';

export const attentionPane = definePane({
  name: 'attention',
  title: 'attention',
  order: 1,
  key: '1',
  hint: '0-9 panes',
  view: 'weights',
  place: 'core',
  upDown: moveQuery,
  leftRight: moveKey,
  edits: () => 'attentionWeights',
  note: (explorer) => attentionLens(explorer).view.value?.label ?? '',
  rows,
  heightOf: ({ tokens, inputs }) => tokens.value.queries.length + (inputs.lens.value === 'weights' ? 8 : 12),
});

/** The selected head's attention, through the chosen lens. */
function rows(explorer: Explorer, context: PaneContext): Row[] {
  const { view, sink } = attentionLens(explorer);
  const common = commonInput(explorer, context);
  const { keys, queries, selection } = common;
  const { edits, isRenormalised } = explorer.partInterventions.value;
  const lens = view.value;
  const found = sink.value;
  const typed = edits.filter(
    ({ stage, layer, head, row, column }) =>
      stage === 'attentionWeights' &&
      layer === selection.layer &&
      head === selection.head &&
      row < queries.length &&
      column < keys.length,
  );
  const notes = found === null ? [] : [sinkSentence(found, `${found.key} ${labelAt(keys, found.key)}`)];
  if (typed.length > 0 && lens === null)
    notes.push(
      `* typed in place of the computed weight${isRenormalised ? '; its row is divided by its sum unless that is 0' : ''}`,
    );
  return heatmapView({
    ...common,
    isTyped: (query, key) => lens === null && typed.some(({ row, column }) => row === query && column === key),
    selection: lens?.isOfAllHeads === true ? { ...selection, head: 0 } : selection,
    weights: lens?.values ?? layerOf(explorer).attentionWeights,
    notes,
    ...(lens?.scale ? { scale: lens.scale } : {}),
  });
}
