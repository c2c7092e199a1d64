import { computed, type ReadonlySignal } from '@preact/signals-core';
import { isUnaltered } from '../core/interventions.ts';
import type { AttentionPart } from '../core/trace.ts';
import { shownPart } from '../explorer/attention-part.ts';
import type { Explorer } from '../explorer/explorer.ts';
import { latched } from '../explorer/latched.ts';
import { tokenViews } from '../explorer/tokenized-text.ts';
import { chart } from '../panes/chart/pane.ts';
import { interventionRow } from '../panes/frame/interventions-view.ts';
import { type Arrangement, arrange, type Region } from '../panes/frame/layout.ts';
import type { PaneView, ScreenView } from '../panes/frame/screen-view.ts';
import { statusRows, weightStatus } from '../panes/frame/status-view.ts';
import { titleView } from '../panes/frame/title-view.ts';
import { tokensView } from '../panes/frame/tokens-view.ts';
import type { Row, Size } from '../panes/kit/cells.ts';
import type { Extra, Pane } from '../panes/kit/pane.ts';
import { predictions } from '../panes/predictions/pane.ts';
import { keyOf } from './keys/bindings.ts';
import { paneNamed } from './pane-named.ts';

const extras: Readonly<Record<string, Extra>> = { chart, predictions };

/** The rows of a pane for a size; reading them computes what they show. */
export function rowsOf(
  explorer: Explorer,
  pane: Pick<Pane, 'rows'>,
  size: ReadonlySignal<Size>,
): ReadonlySignal<Row[]> {
  return computed(() => pane.rows(explorer, { size: size.value, keyOf }));
}

/** The screen as one value. Every pane reads the same run, so all numbers belong to the same sentence. */
export function createScreen(explorer: Explorer): ReadonlySignal<ScreenView> {
  const { inputs, run } = explorer;
  const isChanged = computed(() => !isUnaltered(inputs.interventions.value));
  const arrangement = computed(() => {
    const { head, decoder } = inputs.loaded.value.model;
    return arrange(inputs.columns.value, inputs.rows.value, paneNamed(inputs.pane.value), {
      hasPredictions: head !== null,
      hasTarget: decoder !== null,
      hasOther: inputs.sentenceB.value !== null,
      hasChanges: isChanged.value,
      isZoomed: inputs.isZoomed.value,
    });
  });
  const shown = paneViews(explorer, arrangement);
  const changes = computed(() => (isChanged.value ? [changesRow(explorer)] : null));
  const isReadable = computed(() => run.value.isReadable.value);
  const parts = computed(() => ({
    ...staticParts(explorer, arrangement.value),
    panes: shown.value,
    changes: changes.value,
    arrangement: arrangement.value,
    isWaiting: isWaiting(explorer),
  }));
  // During a long computation nothing here may read its numbers: that would wait for them.
  const readable = latched(parts, isReadable, arrangement);
  return computed(() => {
    const view = readable.value;
    // The parts have been read, so their time is known.
    const computeMs = isReadable.value ? run.value.elapsedMs() : null;
    const part = inputs.loaded.value.model.decoder === null ? null : shownPart(inputs);
    return {
      ...view,
      title: titleRow(explorer, { part, computeMs, widthCells: inputs.columns.value }),
      isStale: run.value.status.value.isLate,
    };
  });
}

/** Whether this model has no numbers yet. */
function isWaiting({ tokens, liveTokens }: Explorer): boolean {
  return tokens.value.queries.length === 0 && liveTokens.value.queries.length > 0;
}

function paneViews(explorer: Explorer, arrangement: ReadonlySignal<Arrangement>): ReadonlySignal<PaneView[]> {
  const { inputs } = explorer;
  const opened = new Map<string, ReadonlySignal<Row[]>>();
  const rowsIn = (name: string): ReadonlySignal<Row[]> => {
    const known = opened.get(name);
    if (known !== undefined) return known;
    const size = computed(() => {
      const rect = regionOf(arrangement.value, name)?.rect ?? { widthCells: 2, heightCells: 2 };
      return { widthCells: rect.widthCells - 2, heightCells: rect.heightCells - 2 };
    });
    const rows = rowsOf(explorer, extras[name] ?? paneNamed(name), size);
    opened.set(name, rows);
    return rows;
  };
  return computed(() => {
    if (isEmpty(explorer)) return [];
    return arrangement.value.regions.map(({ name, rect }) => ({
      name,
      title: extras[name]?.title(explorer) ?? paneTitle(explorer, paneNamed(name)) + markOf(explorer, name),
      rect,
      rows: rowsIn(name).value,
      isMain: name === inputs.pane.value,
    }));
  });
}

function regionOf({ regions }: Arrangement, name: string): Region | undefined {
  return regions.find((one) => one.name === name);
}

function paneTitle(explorer: Explorer, { key, title, isHeadless, note }: Pane): string {
  const { layer, head } = explorer.place.value;
  const words = note?.(explorer) ?? '';
  return `${key} ${title}${isHeadless === true ? '' : `  L${layer} H${head}`}${words === '' ? '' : `  ${words}`}`;
}

/** What the pane in front says of another one. */
function markOf(explorer: Explorer, name: string): string {
  const mark = paneNamed(explorer.inputs.pane.value).pointsTo?.(explorer) ?? null;
  return mark?.pane === name ? `  ${mark.words}` : '';
}

function isEmpty({ tokens }: Explorer): boolean {
  return tokens.value.queries.length === 0 || tokens.value.keys.length === 0;
}

function changesRow({ inputs, tokenized }: Explorer): Row {
  return interventionRow({
    interventions: inputs.interventions.value,
    tokens: tokenViews(tokenized.value.tokens, inputs.text.value),
    keyOf,
    isPair: inputs.sentenceB.value !== null,
    widthCells: inputs.columns.value,
  });
}

function staticParts(explorer: Explorer, { tokenLines, kind }: Arrangement) {
  const { inputs } = explorer;
  const hasNothing = isEmpty(explorer);
  if (hasNothing || kind === 'none') return { tokens: [] as Row[], status: [] as Row[], isEmpty: hasNothing };
  const widthCells = inputs.columns.value;
  return {
    isEmpty: hasNothing,
    tokens: tokenRows(explorer, { widthCells, heightCells: tokenLines }),
    status: statusOf(explorer, paneNamed(inputs.pane.value), widthCells),
  };
}

/** The tokens with their positions. */
export function tokenRows({ tokens, selection }: Explorer, size: Size): Row[] {
  const { queries, text, tokenCount } = tokens.value;
  return tokensView({ text, tokens: queries, tokenCount, query: selection.value.query, size });
}

/** What is selected in a pane, and how it is made; none until the layer is computed. */
export function statusOf(explorer: Explorer, pane: Pick<Pane, 'status'>, widthCells: number): Row[] {
  if (explorer.shown.value.layers[explorer.place.value.layer] === undefined) return [];
  return statusRows(pane.status?.(explorer) ?? weightStatus(explorer), widthCells);
}

/** The model, the place in it, and how long the last computation took. */
export function titleRow(
  explorer: Explorer,
  { part, computeMs, widthCells }: { part: AttentionPart | null; computeMs: number | null; widthCells: number },
): Row {
  const { inputs, run, tokens, liveTokens, place, headCounts, headDims } = explorer;
  return titleView({
    model: inputs.loaded.value.model,
    selection: place.value,
    part,
    headCounts: headCounts.value,
    headDim: headDims.value[place.value.layer] ?? 0,
    tokenCount: (isWaiting(explorer) ? liveTokens : tokens).value.tokenCount,
    computeMs,
    status: run.value.status.value,
    widthCells,
  });
}
