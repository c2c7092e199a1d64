import { signal } from '@preact/signals-core';
import { type AttentionPart, attentionParts } from '../../core/trace.ts';
import type { Explorer } from '../../explorer/explorer.ts';
import { attentionLens, lensProblem } from '../../panes/attention/lens.ts';
import { attentionPane } from '../../panes/attention/pane.ts';
import { contextPane } from '../../panes/context/pane.ts';
import { cell, insetRows, type Row, type Size } from '../../panes/kit/cells.ts';
import { changedSentences } from '../../panes/kit/inputs.ts';
import type { Pane } from '../../panes/kit/pane.ts';
import { plainText } from '../../terminal/canvas/cell.ts';
import { encodeLine } from '../../terminal/canvas/encode-line.ts';
import type { ColourDepth } from '../../terminal/colour/depth.ts';
import type { Theme } from '../../terminal/colour/theme.ts';
import { paintRow } from '../../terminal/paint.ts';
import { paneNamed } from '../pane-named.ts';
import { rowsOf, statusOf, titleRow, tokenRows } from '../screen.ts';
import { UsageError } from '../usage-error.ts';

export interface ShowOptions {
  /** Columns of the terminal; null: there is no terminal and no limit. */
  readonly columns: number | null;
  readonly depth: ColourDepth;
  readonly theme: Theme;
  readonly ascii: boolean;
}

/** `attnscope show TEXT`: the tokens and the front pane as text; below the heatmap also the query's context.
 *  @throws UsageError for a view that does not apply to this text. */
export async function showText(explorer: Explorer, { columns, depth, theme, ascii }: ShowOptions): Promise<string> {
  const pane = paneNamed(explorer.inputs.pane.value);
  if (pane.isOfTwo === true && explorer.inputs.sentenceB.value === null)
    throw new UsageError(
      `--view ${pane.view}: a second sentence is missing, as in --other "The boat drifted toward the river bank."`,
    );
  await pane.prepare?.(explorer);
  const isPlain = columns === null && depth === 'none';
  return partsToShow(explorer)
    .flatMap((part, index) => [...(index === 0 ? [] : [[]]), ...showRows(explorer, columns, part, pane)])
    .map((row) => paintRow(row, { depth, theme, ascii }, columns ?? Number.POSITIVE_INFINITY))
    .map((line) => (isPlain ? plainText([line]) : encodeLine(line, depth)).trimEnd())
    .map((line) => `${line}\n`)
    .join('');
}

/** The given part, or every part of an encoder–decoder with a target; null: the model has one part. */
function partsToShow({ inputs }: Explorer): readonly (AttentionPart | null)[] {
  if (inputs.loaded.peek().model.decoder === null) return [null];
  if (inputs.part.peek() !== 'encoder') return [inputs.part.peek()];
  return inputs.target.peek() === null ? [null] : attentionParts;
}

function showRows(explorer: Explorer, columns: number | null, part: AttentionPart | null, pane: Pane): Row[] {
  if (part !== null) explorer.inputs.part.value = part;
  const { tokens, run } = explorer;
  const { queries, keys } = tokens.value;
  // Without a terminal every weight has room for its number.
  const widest = columns ?? Math.max(100, 18 + 6 * keys.length);
  const widthCells = Math.min(widest, columns ?? 100);
  const isEmpty = queries.length === 0;
  const body = isEmpty ? [] : bodyRows(explorer, pane, { widest, widthCells });
  const status = isEmpty ? [] : statusOf(explorer, pane, 1000);
  const title = titleRow(explorer, { part, computeMs: run.value.elapsedMs(), widthCells });
  if (isEmpty) return [title, [], [cell(' The text has no tokens: there is nothing to attend to.')]];
  const isHeatmap = pane === attentionPane && explorer.inputs.lens.value === 'weights';
  const context = () => rowsFor(explorer, contextPane, { widthCells, heightCells: contextPane.heightOf(explorer) });
  return [
    title,
    ...(pane.name === 'changes' ? [] : changedRows(explorer, widthCells)),
    ...tokenRows(explorer, { widthCells, heightCells: queries.length }),
    [],
    ...body,
    [],
    ...status,
    ...(isHeatmap ? [[], ...context()] : []),
  ];
}

function bodyRows(
  explorer: Explorer,
  pane: Pane,
  { widest, widthCells }: { widest: number; widthCells: number },
): Row[] {
  const isHeatmap = pane === attentionPane;
  const size = { widthCells: isHeatmap ? widest : widthCells, heightCells: pane.heightOf(explorer) };
  const rows = () => rowsFor(explorer, pane, size);
  if (isHeatmap && explorer.inputs.lens.value !== 'weights') return lensRows(explorer, rows);
  return pane.show?.(explorer, rows) ?? rows();
}

function rowsFor(explorer: Explorer, pane: Pane, size: Size): Row[] {
  return rowsOf(explorer, pane, signal(size)).value;
}

/** The heatmap through a lens, headed by the name of the lens. */
function lensRows(explorer: Explorer, rows: () => Row[]): Row[] {
  const { lens } = explorer.inputs;
  const problem = lensProblem(explorer, lens.value)?.split(/[:;]/)[0] ?? null;
  if (problem === null) return [[cell(` ${attentionLens(explorer).view.value?.label ?? ''}`, 'strong')], [], ...rows()];
  // Another part may have something to show.
  if (explorer.shown.value.part === 'cross') return [[cell(` ${problem}`, 'warning')]];
  const elsewhere = lens.value === 'no sink' ? '; --layer and --head choose another head' : '';
  throw new UsageError(`--view ${lens.value.replace(' ', '-')}: ${problem}${elsewhere}`);
}

/** What is changed in the computation, if anything. */
function changedRows(explorer: Explorer, widthCells: number): Row[] {
  const sentences = changedSentences(explorer);
  return sentences.length === 0 ? [] : insetRows(`changed: ${sentences.join('; ')}`, widthCells, 'warning');
}
