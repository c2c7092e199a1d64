import { computed, type ReadonlySignal } from '@preact/signals-core';
import { isAblated } from '../core/interventions.ts';
import { cell, type Row, type Size } from '../view-models/cells.ts';
import { curvesView } from '../view-models/curves-view.ts';
import { mixView } from '../view-models/mix-view.ts';
import { plainRows } from '../view-models/plain-signs.ts';
import { rolesView } from '../view-models/roles-view.ts';
import type { studyPanes } from '../view-models/selection.ts';
import { stepsView } from '../view-models/steps-view.ts';
import { traceView } from '../view-models/trace-view.ts';
import type { Explorer } from './explorer.ts';

/** The rows of the panes that explain, but for the heatmaps of all heads. */
export function studyRows(
  explorer: Explorer,
  size: ReadonlySignal<Size>,
): Record<Exclude<(typeof studyPanes)[number], 'grid'>, ReadonlySignal<Row[]>> {
  const { inputs, tokens, shown, selection, shownInterventions, studies } = explorer;
  const common = () => ({
    queries: tokens.value.queries,
    keys: tokens.value.keys,
    selection: selection.value,
    size: size.value,
    symbols: inputs.symbols.value,
  });
  const off = computed(() => (shown.value.part === 'encoder' ? shownInterventions.value.ablatedHeads : []));
  const layerAt = (index: number) => {
    const [layer, attention] = [shown.value.layers[index], shown.value.parameters[index]];
    if (layer === undefined || attention === undefined) throw new RangeError(`there is no layer ${index}`);
    return { layer, attention };
  };
  // The formulas have signs of their own.
  const rows = (compute: () => Row[]) =>
    computed(() => {
      const made = compute();
      return inputs.symbols.value.halfBlock === null ? plainRows(made, size.value.widthCells) : made;
    });
  return {
    trace: rows(() =>
      traceView({
        ...common(),
        derivation: studies.derivation.value,
        depth: inputs.tracePath.value.length,
        chosen: inputs.traceOperand.value,
      }),
    ),
    steps: rows(() => {
      const { layer, head } = selection.value;
      if (studies.stepCount.value === 0) return [[cell('these numbers are still to come', 'dim')]];
      return stepsView(
        {
          ...common(),
          ...layerAt(layer),
          scaleFactor: shownInterventions.value.scaleFactor,
          lesson: inputs.loaded.value.model.lesson,
          isAblated: isAblated(off.value, layer, head),
        },
        studies.step.value,
      );
    }),
    roles: rows(() => {
      const heads = off.value;
      return rolesView({
        heads: studies.ranked.value,
        sortBy: inputs.sortBy.value,
        isAblated: (layer, head) => isAblated(heads, layer, head),
        selection: explorer.place.value,
        size: size.value,
        symbols: inputs.symbols.value,
      });
    }),
    mix: rows(() => {
      const { layer } = selection.value;
      const heads = off.value;
      return mixView({
        ...common(),
        contributions: studies.contributions.value,
        hasOutputMatrix: layerAt(layer).attention.wO !== null,
        isAblated: (head) => isAblated(heads, layer, head),
      });
    }),
    curves: rows(() => {
      const { layer, head } = selection.value;
      const { attentionWeights: weights, maskedScores } = layerAt(layer).layer;
      const entropies = shown.value.layers.map((_, index) => {
        const known = studies.scores.value.filter((one) => one.layer === index);
        const numbers = known.flatMap(({ scores }) => scores.entropy ?? []);
        const mean = numbers.length === 0 ? Number.NaN : numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
        return { layer: index, mean, selected: known.find((one) => one.head === head)?.scores.entropy ?? Number.NaN };
      });
      return curvesView({ ...common(), weights, maskedScores, entropies });
    }),
  };
}
