import { batch, computed } from '@preact/signals-core';
import { strongestKey } from '../core/chain/attention-weights.ts';
import { scalingOnly } from '../core/interventions.ts';
import { parametersOf } from '../core/parts.ts';
import { openRun } from '../run/open-run.ts';
import type { Run, RunInputs } from '../run/run.ts';
import { createStageRecorder } from '../run/stage-recorder.ts';
import { type Asked, createAskedPlaces } from './asked-places.ts';
import { decoderTokens, shownAttention, shownPart, textTokens, tokensOfPart } from './attention-part.ts';
import { createComparison } from './comparison.ts';
import type { ExplorerCore } from './explorer-core.ts';
import { createInputs, type ExplorerModel, type InitialInputs } from './explorer-inputs.ts';
import { createOtherSentence } from './other-sentence.ts';
import { paneNeeds } from './pane-names.ts';
import { clampIndex, lastLayerPanes, type Selection } from './selection.ts';
import { createSweep, type Sweep } from './sweep.ts';
import { createTexts, noTexts, type Texts } from './texts.ts';
import { tokenInput } from './tokenized-text.ts';

/** The reactive core. */
export interface Explorer extends ExplorerCore, Asked {
  readonly sweep: Sweep;
  /** Changes inputs and updates the numbers: at once if that is quick, else after the next frame. */
  change(change: () => void): void;
}

export function createExplorer(initial: InitialInputs): Explorer {
  const inputs = createInputs(initial);
  const recorder = createStageRecorder();
  const { loaded, interventions } = inputs;
  const model = computed(() => loaded.value.model);
  const live = createTexts(inputs, recorder);
  const { tokenized, targetTokenized, otherTokenized } = live;
  const wantedPart = computed(() => shownPart(inputs));
  const needs = computed(
    () =>
      new Set([
        ...(paneNeeds[inputs.pane.value] ?? []),
        ...(inputs.lens.value === 'norms' ? (['norms'] as const) : []),
      ]),
  );
  // A model opened again still has its numbers.
  const runs = new WeakMap<ExplorerModel, Run<Texts>>();
  const run = computed((): Run<Texts> => {
    const known = runs.get(loaded.value) ?? openRun(loaded.value, runInputs, recorder);
    runs.set(loaded.value, known);
    return known;
  });
  const trace = computed(() => run.value.trace.value);
  const part = computed(() => run.value.part.value);
  const texts = computed(() => run.value.texts.value ?? noTexts);
  const shownInterventions = computed(() => run.value.interventions.value);
  const isUnscaled = computed(() => shownInterventions.value.isUnscaled);
  const shown = shownAttention(inputs, part, trace, isUnscaled);
  const liveTokens = tokensOfPart(wantedPart, live.texts);
  const tokens = tokensOfPart(part, texts);
  const parameters = computed(() => parametersOf(model.value, part.value));
  const headCounts = computed(() => parameters.value.map((one) => one.numAttentionHeads));
  const headDims = computed(() => parameters.value.map((one) => one.headDim));
  const wantedLayer = computed(() => {
    const count = parametersOf(model.value, wantedPart.value).length;
    return inputs.layer.value ?? (lastLayerPanes.has(inputs.pane.value) ? Math.max(0, count - 1) : 0);
  });
  const place = computed(() => {
    const layer = run.value.layerNear(Math.min(wantedLayer.value, headCounts.value.length - 1));
    const head = Math.min(inputs.head.value, (headCounts.value[layer] ?? 1) - 1);
    return { layer, head };
  });
  const selection = computed((): Selection => {
    const { layer, head } = place.value;
    const { queries, keys } = tokens.value;
    const query = clampIndex(inputs.query.value ?? queries.length - 1, queries.length);
    // The default key must not wait for newer numbers.
    const isKnown = queries.length > 0 && keys.length > 0 && run.value.isReadable.value;
    const weights = () => (isKnown ? shown.value.layers[layer]?.attentionWeights : undefined);
    const key = clampIndex(inputs.key.value ?? strongestKey(weights(), head, query), keys.length);
    return { layer, head, query, key, matrix: inputs.matrix.value, dimension: inputs.dimension.value };
  });
  const partInterventions = computed(() =>
    part.value === 'encoder' ? shownInterventions.value : scalingOnly(shownInterventions.value),
  );
  const other = createOtherSentence({
    live: otherTokenized,
    texts,
    trace: computed(() => run.value.other.value),
    part,
    targets: tokens,
  });
  const isUpToDate = computed(() => {
    const { isComputing, isLate } = run.value.status.value;
    return !isComputing && !isLate && texts.value === live.texts.value;
  });
  const core: ExplorerCore = {
    inputs,
    run,
    isUpToDate,
    tokenized,
    targetTokenized,
    trace,
    unaltered: computed(() => run.value.unaltered.value),
    other,
    shown,
    tokens,
    liveTokens,
    decoderTokens: decoderTokens(texts),
    textTokens: textTokens(texts),
    texts,
    comparison: createComparison({ inputs, selection, tokens, other, shown }),
    headCounts,
    headDims,
    interventions,
    shownInterventions,
    partInterventions,
    shownAblatedHeads: computed(() => partInterventions.value.ablatedHeads),
    place,
    selection,
    recorder,
  };
  const asked = createAskedPlaces(core);
  const runInputs: RunInputs<Texts> = {
    texts: live.texts,
    tokens: computed(() => tokenInput(tokenized.value)),
    targetTokens: computed(() => tokenInput(targetTokenized.value)),
    otherTokens: computed(() => (otherTokenized.value === null ? null : tokenInput(otherTokenized.value))),
    interventions,
    part: wantedPart,
    layer: wantedLayer,
    predictionsAt: computed(() => predictedPlaces(core)),
    needs,
    places: asked.askedPlaces,
  };
  return {
    ...core,
    ...asked,
    sweep: createSweep(core),
    change(change) {
      const before = run.peek();
      batch(() => {
        change();
        run.peek().hold();
      });
      if (run.peek() !== before) before.leave();
      run.peek().proceed();
    },
  };
}

/** Tokens whose predictions are shown or appended: the selected one and the last; none if the model does not predict. */
function predictedPlaces({
  inputs,
  tokenized,
  targetTokenized,
}: Pick<Explorer, 'inputs' | 'tokenized' | 'targetTokenized'>): number[] {
  const { decoder, head } = inputs.loaded.value.model;
  const count = (decoder === null ? tokenized : targetTokenized).value.tokens.length;
  if (head === null || count === 0) return [];
  return [...new Set([Math.min(inputs.query.value ?? count - 1, count - 1), count - 1])];
}
