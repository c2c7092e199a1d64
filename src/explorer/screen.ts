import { computed, type ReadonlySignal } from '@preact/signals-core';
import { isUnaltered } from '../core/interventions.ts';
import { interventionRow } from '../panes/frame/interventions-view.ts';
import { type Arrangement, arrange, type RegionName } from '../panes/frame/layout.ts';
import type { PaneView, ScreenView } from '../panes/frame/screen-view.ts';
import { statusView } from '../panes/frame/status-view.ts';
import { titleView } from '../panes/frame/title-view.ts';
import { tokensView } from '../panes/frame/tokens-view.ts';
import type { Row, Size } from '../panes/kit/cells.ts';
import { paneOfStep } from '../panes/steps/steps.ts';
import { shownPart } from './attention-part.ts';
import type { Explorer } from './explorer.ts';
import { parametersAt } from './pane-inputs.ts';
import { paneRows } from './pane-views.ts';
import { interventionKeys, paneKeys, paneNames, paneTitles } from './selection.ts';
import { tokenViews } from './tokenized-text.ts';

/** The screen as one value: every pane reads the one trace, so all of it belongs to the same sentence. */
export function createScreen(explorer: Explorer): ReadonlySignal<ScreenView> {
  const { inputs, recorder } = explorer;
  const isChanged = computed(() => !isUnaltered(inputs.interventions.value));
  const arrangement = computed(() => {
    const { head, decoder } = inputs.loaded.value.model;
    const extras = {
      hasPredictions: head !== null,
      hasTarget: decoder !== null,
      hasOther: inputs.other.value !== null,
      hasChanges: isChanged.value,
    };
    return arrange(inputs.columns.value, inputs.rows.value, inputs.pane.value, extras);
  });
  const panes = paneSignals(explorer, arrangement);
  const changes = computed(() =>
    isChanged.value
      ? [
          interventionRow({
            interventions: inputs.interventions.value,
            tokens: tokenViews(explorer.tokenized.value.tokens, inputs.text.value),
            keys: interventionKeys,
            isPair: inputs.other.value !== null,
            widthCells: inputs.columns.value,
          }),
        ]
      : null,
  );
  let computeMs: number | null = null;
  let last: ScreenView | null = null;
  return computed(() => {
    // While newer numbers are being computed nothing here may read them: that would wait for them.
    if (
      inputs.isComputing.value &&
      !explorer.isDistant.value &&
      last !== null &&
      last.arrangement === arrangement.value
    ) {
      return { ...last, title: title(explorer, null), isStale: inputs.isLate.value };
    }
    const parts = { ...staticParts(explorer, arrangement.value), panes: panes.value };
    const { distantRun } = inputs;
    computeMs = (explorer.isDistant.value ? distantRun.value?.elapsedMs : recorder.takeElapsedMs()) ?? computeMs;
    last = {
      ...parts,
      title: title(explorer, computeMs),
      changes: changes.value,
      arrangement: arrangement.value,
      isWaiting: isWaiting(explorer),
      isStale: inputs.isLate.value,
    };
    return last;
  });
}

/** The first numbers of another thread are still to come. */
function isWaiting({ tokens, liveTokens }: Explorer): boolean {
  return tokens.value.queries.length === 0 && liveTokens.value.queries.length > 0;
}

function paneSignals(explorer: Explorer, arrangement: ReadonlySignal<Arrangement>): ReadonlySignal<PaneView[]> {
  const { inputs, tokens, selection } = explorer;
  const names: readonly RegionName[] = [...paneNames, 'chart', 'predictions'];
  const byName = names.map((name) => {
    const rect = computed(() => arrangement.value.regions.find((region) => region.name === name)?.rect ?? null);
    const size = computed((): Size => {
      const { widthCells, heightCells } = rect.value ?? { widthCells: 2, heightCells: 2 };
      return { widthCells: widthCells - 2, heightCells: heightCells - 2 };
    });
    return { name, rect, rows: paneRows(explorer, size)[name] };
  });
  const { studies } = explorer;
  const stepMark = (name: RegionName) => {
    const step = inputs.pane.value === 'steps' ? studies.steps.value[studies.step.value]?.name : undefined;
    return step !== undefined && paneOfStep[step] === name ? '  → this step' : '';
  };
  const lensLabel = () => studies.lens.value?.label ?? '';
  return computed(() => {
    if (tokens.value.queries.length === 0 || tokens.value.keys.length === 0) return [];
    return byName.flatMap(({ name, rect, rows }): PaneView[] => {
      if (rect.value === null) return [];
      const { layer, head } = selection.value;
      const isMain = name === inputs.pane.value;
      return [
        {
          name,
          title: paneTitle(name, layer, head, name === 'attention' ? lensLabel() : '') + stepMark(name),
          rect: rect.value,
          rows: rows.value,
          isMain,
        },
      ];
    });
  });
}

/** Panes that are of all heads, or of none. */
const headless: ReadonlySet<RegionName> = new Set<RegionName>(['heads', 'grid', 'roles', 'word', 'sweep']);

function paneTitle(name: RegionName, layer: number, head: number, lens: string): string {
  if (name === 'predictions') return 'predictions';
  if (name === 'chart') return `curve  L${layer} H${head}`;
  const title = `${paneKeys[name]} ${paneTitles[name]}`;
  return headless.has(name) ? title : `${title}  L${layer} H${head}${lens === '' ? '' : `  ${lens}`}`;
}

function staticParts(explorer: Explorer, { tokenLines, kind }: Arrangement) {
  const { inputs, tokens, selection, partInterventions, shown } = explorer;
  const { queries, keys, text, tokenCount } = tokens.value;
  const widthCells = inputs.columns.value;
  const isEmpty = queries.length === 0 || keys.length === 0;
  if (isEmpty || kind === 'none') return { tokens: [] as Row[], status: [] as Row[], isEmpty };
  const { layer, query } = selection.value;
  const layerTrace = shown.value.layers[layer];
  const size = { widthCells, heightCells: tokenLines };
  return {
    isEmpty,
    tokens: tokensView({ text, tokens: queries, tokenCount, query, size }),
    status:
      layerTrace === undefined
        ? []
        : statusView({
            layer: layerTrace,
            attention: parametersAt(explorer, layer),
            interventions: partInterventions.value,
            text,
            queries,
            keys,
            selection: selection.value,
            pane: inputs.pane.value,
            sentence: inputs.other.value === null ? null : 'A',
            widthCells,
          }),
  };
}

function title(explorer: Explorer, computeMs: number | null): Row {
  const { inputs, tokens, liveTokens, place, headCounts, headDims } = explorer;
  return titleView({
    model: inputs.loaded.value.model,
    selection: place.value,
    part: inputs.loaded.value.model.decoder === null ? null : shownPart(inputs),
    headCounts: headCounts.value,
    headDim: headDims.value[place.value.layer] ?? 0,
    tokenCount: (isWaiting(explorer) ? liveTokens : tokens).value.tokenCount,
    computeMs,
    isComputing: inputs.isComputing.value,
    progress: inputs.progress.value,
    residentBytes: explorer.isDistant.value ? (inputs.distantRun.value?.residentBytes ?? null) : null,
    widthCells: inputs.columns.value,
  });
}
