import { signal } from '@preact/signals-core';
import type { Explorer } from '../../explorer/explorer.ts';
import { changedSentences, parametersAt } from '../../explorer/pane-inputs.ts';
import { paneRows } from '../../explorer/pane-views.ts';
import { type AttentionPart, attentionParts } from '../../explorer/selection.ts';
import { statusView } from '../../panes/frame/status-view.ts';
import { titleView } from '../../panes/frame/title-view.ts';
import { tokensView } from '../../panes/frame/tokens-view.ts';
import { cell, type Row, type Size } from '../../panes/kit/cells.ts';
import { wrapWords } from '../../panes/kit/text.ts';
import { plainText } from '../../terminal/canvas/cell.ts';
import { encodeLine } from '../../terminal/canvas/encode-line.ts';
import type { ColourDepth } from '../../terminal/colour/depth.ts';
import type { Theme } from '../../terminal/colour/theme.ts';
import { paintRow } from '../../terminal/paint.ts';
import { type ViewName, viewRows } from './show-views.ts';

export interface ShowOptions {
  /** Columns of the terminal; null: there is none, so that width is no limit and styles are none unless asked for. */
  readonly columns: number | null;
  readonly depth: ColourDepth;
  readonly theme: Theme;
  readonly ascii: boolean;
  readonly view?: ViewName;
}

/** `attnscope show TEXT`: tokens, the selected head's heatmap and how the selected query's context is made, as text. */
export function showText(explorer: Explorer, { columns, depth, theme, ascii, view = 'weights' }: ShowOptions): string {
  const paint = { depth, theme, ascii };
  const isPlain = columns === null && depth === 'none';
  return partsToShow(explorer)
    .flatMap((part) => showRows(explorer, columns, part, view))
    .map((row) => paintRow(row, paint, columns ?? Number.POSITIVE_INFINITY))
    .map((line) => (isPlain ? plainText([line]) : encodeLine(line, depth)).trimEnd())
    .map((line) => `${line}\n`)
    .join('');
}

/** Of an encoder–decoder with a target all its attention, one after the other; null: there is but one kind. */
function partsToShow({ inputs }: Explorer): readonly (AttentionPart | null)[] {
  const hasTarget = inputs.loaded.peek().model.decoder !== null && inputs.target.peek() !== null;
  return hasTarget ? attentionParts : [null];
}

/** What is changed in the computation; none where nothing is. */
function changedRows(explorer: Explorer, layer: number, widthCells: number): Row[] {
  const sentences = changedSentences(explorer, layer);
  if (sentences.length === 0) return [];
  return wrapWords(`changed: ${sentences.join('; ')}`, widthCells - 2).map(
    (line): Row => [cell(` ${line}`, 'warning')],
  );
}

function showRows(explorer: Explorer, columns: number | null, part: AttentionPart | null, view: ViewName): Row[] {
  explorer.inputs.part.value = part ?? 'encoder';
  const { inputs, tokens, selection, partInterventions, shown, headCounts } = explorer;
  const { queries, keys, text, tokenCount } = tokens.value;
  const count = queries.length;
  // Without a terminal every weight gets its number, however wide that is.
  const size = signal<Size>({ widthCells: columns ?? Math.max(100, 18 + 6 * keys.length), heightCells: count + 8 });
  const panes = paneRows(explorer, size);
  const { layer, query } = selection.value;
  const heatmap = panes.attention.value;
  const widthCells = Math.min(size.value.widthCells, columns ?? 100);
  size.value = { widthCells, heightCells: 2 * count + 16 };
  const context = panes.context.value;
  const layerTrace = shown.value.layers[layer];
  const title = titleView({
    model: inputs.loaded.value.model,
    selection: selection.value,
    part,
    headCounts: headCounts.value,
    headDim: parametersAt(explorer, layer).headDim,
    tokenCount,
    computeMs: explorer.recorder.takeElapsedMs(),
    isComputing: false,
    progress: null,
    residentBytes: null,
    widthCells,
  });
  if (layerTrace === undefined || count === 0)
    return [title, [], [cell(' The text has no tokens: there is nothing to attend to.')]];
  const status = statusView({
    layer: layerTrace,
    attention: parametersAt(explorer, layer),
    interventions: partInterventions.value,
    text,
    queries,
    keys,
    selection: selection.value,
    pane: 'attention',
    sentence: explorer.inputs.other.value === null ? null : 'A',
    widthCells: 1000,
  });
  const tokenRows = tokensView({
    text,
    tokens: queries,
    tokenCount,
    query,
    size: { widthCells, heightCells: count },
  });
  const body =
    view === 'weights'
      ? [...heatmap, [], ...status, [], ...context]
      : [...viewRows(explorer, view, widthCells), [], ...status];
  const changed = view === 'changes' ? [] : changedRows(explorer, layer, widthCells);
  const rows = [title, ...changed, ...tokenRows, [], ...body];
  return part === null || part === attentionParts[0] ? rows : [[], ...rows];
}
