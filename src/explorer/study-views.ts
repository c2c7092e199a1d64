import { computed, type ReadonlySignal } from '@preact/signals-core';
import { isAblated, replacementOf, typedStages } from '../core/interventions.ts';
import { curvesView } from '../panes/curves/view.ts';
import { traceView } from '../panes/derivation/view.ts';
import { rolesView } from '../panes/head-scores/view.ts';
import { cell, type Row, type Size } from '../panes/kit/cells.ts';
import { mixView } from '../panes/mix/view.ts';
import { stepsView } from '../panes/steps/view.ts';
import type { Explorer } from './explorer.ts';
import { commonInput, layerAt, parametersAt } from './pane-inputs.ts';
import type { studyPanes } from './selection.ts';

/** The rows of the panes that explain, but for the heatmaps of all heads. */
export function studyRows(
  explorer: Explorer,
  size: ReadonlySignal<Size>,
): Record<Exclude<(typeof studyPanes)[number], 'grid' | 'pair' | 'changes' | 'sweep' | 'word'>, ReadonlySignal<Row[]>> {
  const { inputs, shown, selection, shownInterventions, shownAblatedHeads, studies } = explorer;
  const common = () => commonInput(explorer, size);
  return {
    trace: computed(() =>
      traceView({
        ...common(),
        derivation: studies.derivation.value,
        depth: inputs.tracePath.value.length,
        chosen: inputs.traceOperand.value,
      }),
    ),
    steps: computed(() => {
      const { layer, head } = selection.value;
      const changes = explorer.partInterventions.value;
      if (studies.stepCount.value === 0) return [[cell('these numbers are still to come', 'dim')]];
      return stepsView(
        {
          ...common(),
          layer: layerAt(explorer, layer),
          attention: parametersAt(explorer, layer),
          scaleFactor: shownInterventions.value.scaleFactor,
          lesson: inputs.loaded.value.model.lesson,
          replacedBy: replacementOf(changes, layer, head),
          typed: typedStages(changes, layer, head),
          hasSwap: changes.swappedValues?.layer === layer,
        },
        studies.step.value,
      );
    }),
    roles: computed(() => {
      const heads = shownAblatedHeads.value;
      return rolesView({
        heads: studies.ranked.value,
        sortBy: inputs.sortBy.value,
        isAblated: (layer, head) => isAblated(heads, layer, head),
        selection: explorer.place.value,
        size: size.value,
      });
    }),
    mix: computed(() => {
      const { layer } = selection.value;
      const heads = shownAblatedHeads.value;
      return mixView({
        ...common(),
        contributions: studies.contributions.value,
        hasOutputMatrix: parametersAt(explorer, layer).wO !== null,
        isAblated: (head) => isAblated(heads, layer, head),
      });
    }),
    curves: computed(() => {
      const { layer } = selection.value;
      const { attentionWeights: weights, maskedScores } = layerAt(explorer, layer);
      const entropies = shown.value.layers.map((_, index) => {
        const ofLayer = studies.scores.value.filter((one) => one.layer === index);
        const numbers = ofLayer.flatMap(({ scores }) => scores.entropy ?? []);
        const mean = numbers.length === 0 ? Number.NaN : numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
        return { layer: index, mean };
      });
      return curvesView({ ...common(), weights, maskedScores, entropies });
    }),
  };
}
