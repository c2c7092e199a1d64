import { computed, type ReadonlySignal } from '@preact/signals-core';
import { isAblated, replacementOf } from '../core/interventions.ts';
import { sinkSentence } from '../core/measures/sink.ts';
import { chartView } from '../panes/chart/view.ts';
import { contextView } from '../panes/context/view.ts';
import type { RegionName } from '../panes/frame/layout.ts';
import type { Row, Size } from '../panes/kit/cells.ts';
import { headsView } from '../panes/kit/head-maps.ts';
import { heatmapView } from '../panes/kit/heatmap.ts';
import { scoreFormula } from '../panes/kit/score-formula.ts';
import { predictionsView } from '../panes/predictions/view.ts';
import { matricesView } from '../panes/qkv/view.ts';
import { scoresView } from '../panes/scores/view.ts';
import { comparisonRows } from './comparison-views.ts';
import type { Explorer } from './explorer.ts';
import { commonInput, layerAt, parametersAt, tokenNames } from './pane-inputs.ts';
import { predictedPlace } from './predicted-place.ts';
import { studyRows } from './study-views.ts';
import { labelAt } from './token-view.ts';

/** Fewest pixels of a head's map in the pane of all heads, both ways: twelve go into a line. */
const gridPixels = { wide: 8, narrow: 5, wideCells: 100 } as const;

/** The rows of one pane for a size; reading one computes what that pane shows and nothing else. */
export function paneRows(explorer: Explorer, size: ReadonlySignal<Size>): Record<RegionName, ReadonlySignal<Row[]>> {
  const {
    inputs,
    shown,
    selection,
    shownInterventions: interventions,
    shownAblatedHeads: ablatedHeads,
    partInterventions,
  } = explorer;
  const layer = computed(() => layerAt(explorer, selection.value.layer));
  const lesson = computed(() => inputs.loaded.value.model.lesson);
  const common = () => commonInput(explorer, size);
  // The small heatmaps do not depend on the query or the key: a move of the cursor leaves them as they are.
  const selectedHead = computed(() => `${selection.value.layer}.${selection.value.head}`);
  const headMaps = (fewestPixels: number) => () => {
    const [layerIndex, head] = selectedHead.value.split('.').map(Number);
    const off = ablatedHeads.value;
    return headsView({
      layers: shown.value.layers.map((one) => one.attentionWeights),
      isAblated: (at, one) => isAblated(off, at, one),
      selection: { layer: layerIndex ?? 0, head: head ?? 0 },
      size: size.value,
      fewestPixels,
    });
  };
  return {
    attention: computed(() => attentionRows(explorer, size.value)),
    qkv: computed(() => {
      const { q, k, v } = layer.value;
      const note = lesson.value === null ? null : "V is the lesson's; Q and K are attnscope's own.";
      return matricesView({ ...common(), q, k, v, note });
    }),
    scores: computed(() => {
      const { scores, scaledScores, maskedScores, attentionWeights: weights } = layer.value;
      const attention = parametersAt(explorer, selection.value.layer);
      return scoresView({
        ...common(),
        scores,
        scaledScores,
        maskedScores,
        weights,
        formula: scoreFormula(attention, interventions.value.scaleFactor),
      });
    }),
    context: computed(() => {
      const { attentionWeights: weights, v, context } = layer.value;
      const { layer: at, head } = selection.value;
      const replacedBy = replacementOf(partInterventions.value, at, head);
      return contextView({ ...common(), weights, v, context, replacedBy, lesson: lesson.value });
    }),
    heads: computed(headMaps(1)),
    chart: computed(() => chartView({ ...common(), weights: layer.value.attentionWeights })),
    predictions: computed(() => predictionRows(explorer, size.value)),
    grid: computed(() =>
      headMaps(size.value.widthCells < gridPixels.wideCells ? gridPixels.narrow : gridPixels.wide)(),
    ),
    ...studyRows(explorer, size),
    ...comparisonRows(explorer, size),
  };
}

/** The selected head's attention, through a lens where one was chosen. */
function attentionRows(explorer: Explorer, size: Size): Row[] {
  const { tokens, selection, studies } = explorer;
  const { queries, keys } = tokens.value;
  const lens = studies.lens.value;
  const found = studies.sink.value;
  const at = selection.value;
  const { edits, isRenormalised } = explorer.partInterventions.value;
  const typed = edits.filter(
    ({ stage, layer, head, row, column }) =>
      stage === 'attentionWeights' &&
      layer === at.layer &&
      head === at.head &&
      row < queries.length &&
      column < keys.length,
  );
  const notes = found === null ? [] : [sinkSentence(found, `${found.key} ${labelAt(keys, found.key)}`)];
  if (typed.length > 0 && lens === null)
    notes.push(`* typed in the place of the computed weight${isRenormalised ? ', its row divided by its sum' : ''}`);
  return heatmapView({
    isTyped: (query, key) => lens === null && typed.some(({ row, column }) => row === query && column === key),
    queries,
    keys,
    selection: lens?.isOfAllHeads === true ? { ...at, head: 0 } : at,
    size,
    weights: lens?.values ?? layerAt(explorer, at.layer).attentionWeights,
    notes,
    ...(lens?.scale ? { scale: lens.scale } : {}),
  });
}

/** Predictions at the selected token; of an encoder–decoder those of the decoder, at its last token while the encoder is looked at. */
function predictionRows(explorer: Explorer, size: Size): Row[] {
  const { inputs, trace } = explorer;
  const { model, tokenizer } = inputs.loaded.value;
  const { tokens, position } = predictedPlace(explorer);
  const predictions = trace.value.predictAt?.(position, 5) ?? null;
  return predictionsView({
    predictions: predictions?.map((one) => ({ ...one, text: tokenNames(tokenizer)(one.id) })) ?? null,
    kind: model.head?.kind ?? 'causal',
    tokens,
    position,
    size,
  });
}
