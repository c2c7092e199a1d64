import { rowSinkSentences, sinkSentence } from '../../core/measures/sink.ts';
import type { Explorer } from '../../explorer/explorer.ts';
import { labelAt } from '../../explorer/token-view.ts';
import { cutEnd } from '../../text/fitted-text.ts';
import { cell, type Row, type Size, wrappedRows } from '../kit/cells.ts';
import { heatmapView } from '../kit/heatmap.ts';
import { commonInput, layerOf } from '../kit/inputs.ts';
import { moveKey, moveQuery } from '../kit/moves.ts';
import { definePane, type PaneContext } from '../kit/pane.ts';
import { attentionLens } from './lens.ts';
import { lensStatus } from './lens-status.ts';

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
  status: lensStatus,
  rows,
  heightOf: ({ tokens, inputs }) => tokens.value.queries.length + (inputs.lens.value === 'weights' ? 8 : 12),
});

/** The selected head's attention, through the chosen lens. */
function rows(explorer: Explorer, context: PaneContext): Row[] {
  const { view, sink } = attentionLens(explorer);
  const common = commonInput(explorer, context);
  const { keys, queries, selection, size } = common;
  const { edits, isRenormalised } = explorer.partInterventions.value;
  const lens = view.value;
  const typed = edits.filter(
    ({ stage, layer, head, row, column }) =>
      stage === 'attentionWeights' &&
      layer === selection.layer &&
      head === selection.head &&
      row < queries.length &&
      column < keys.length,
  );
  const warnings = lens === null && typed.every(({ row }) => row !== selection.query) ? rowWarnings(explorer) : [];
  const found = warnings.length === 0 ? sink.value : null;
  const notes = found === null ? [] : [sinkSentence(found, `${found.key} ${labelAt(keys, found.key)}`)];
  if (typed.length > 0 && lens === null)
    notes.push(
      `* typed in place of the computed weight${isRenormalised ? '; its row is divided by its sum unless that is 0' : ''}`,
    );
  const heatmapIn = (heightCells: number) =>
    heatmapView({
      ...common,
      size: { ...size, heightCells },
      isTyped: (query, key) => lens === null && typed.some(({ row, column }) => row === query && column === key),
      selection: lens?.isOfAllHeads === true ? { ...selection, head: 0 } : selection,
      weights: lens?.values ?? layerOf(explorer).attentionWeights,
      notes,
      ...(lens?.scale ? { scale: lens.scale } : {}),
    });
  return warnings.length === 0 ? heatmapIn(size.heightCells) : withWarning(heatmapIn, warnings, size, queries.length);
}

/** What to say of a bright cell at the first token or a separator, in forms from long to short; none: nothing. */
function rowWarnings(explorer: Explorer): string[] {
  const { sink, rowSink } = attentionLens(explorer);
  const found = rowSink.value;
  if (found === null) return [];
  const { keys } = explorer.tokens.value;
  const mean = sink.value?.key === found.key ? sink.value.share : null;
  return rowSinkSentences(found, `${found.key} ${labelAt(keys, found.key)}`, mean);
}

/** The heatmap above the longest form of a warning that fits. Where no line is left, the shortest takes that of the legend, or of
 *  one row if not all are in view anyway. */
function withWarning(
  heatmapIn: (heightCells: number) => Row[],
  warnings: readonly string[],
  { widthCells, heightCells }: Size,
  queryCount: number,
): Row[] {
  const heatmap = heatmapIn(heightCells);
  const forms = warnings.map((words) => wrappedRows(words, widthCells - 1).map((row): Row => [cell(' '), ...row]));
  const fitting = forms.find((form) => heatmap.length + form.length <= heightCells);
  if (fitting !== undefined) return [...heatmap, ...fitting];
  const shortest: Row = [cell(cutEnd(` ${warnings.at(-1) ?? ''}`, widthCells))];
  const isWhole = queryCount + 2 <= heightCells;
  return [...(isWhole ? heatmap.slice(0, heightCells - 1) : heatmapIn(heightCells - 1)), shortest];
}
