import { replacementOf, typedStages } from '../../core/interventions.ts';
import { layerParametersOf } from '../../core/parts.ts';
import type { Explorer } from '../../explorer/explorer.ts';
import { clampIndex } from '../../explorer/selection.ts';
import { awaited } from '../kit/cells.ts';
import { commonInput, layerOf, parametersIn } from '../kit/inputs.ts';
import { moveQuery } from '../kit/moves.ts';
import { definePane, type PaneContext } from '../kit/pane.ts';
import { perExplorer } from '../kit/per-explorer.ts';
import { paneOfStep, type StepsInput, stageOfStep, stepsOf } from './steps.ts';
import { stepsView } from './view.ts';

/** The steps of the shown attention; none until its output is computed. */
const stepsIn = perExplorer((explorer, derive) => {
  const { run, place, shown, shownInterventions } = explorer;
  const all = derive(() => {
    const { layer: index } = place.value;
    const layer = shown.value.layers[index];
    if (layer === undefined || !run.value.hasEnd(index)) return [];
    return stepsOf({
      layer,
      attention: parametersIn(explorer),
      scaleFactor: shownInterventions.value.scaleFactor,
      ...layerIn(explorer),
    });
  });
  const at = derive(() => clampIndex(explorer.inputs.step.value, all.value.length));
  return { all, at };
});

/** The whole layer of the shown attention. */
function layerIn({ inputs, shown, place }: Explorer): Pick<StepsInput, 'parameters' | 'part' | 'isLast'> {
  const { part } = shown.value;
  const layers = layerParametersOf(inputs.loaded.value.model, part);
  const parameters = layers[place.value.layer];
  if (parameters === undefined) throw new RangeError(`no layer ${place.value.layer}: there are ${layers.length}`);
  return { parameters, part, isLast: place.value.layer === layers.length - 1 };
}

function embeddingOf({ inputs, shown }: Explorer): StepsInput['embedding'] {
  const { model } = inputs.loaded.value;
  return (shown.value.part === 'encoder' ? model : (model.decoder ?? model)).embedding;
}

/** What a step is drawn from. */
export function stepsInput(explorer: Explorer, context: PaneContext): StepsInput {
  const { layer, head } = explorer.place.value;
  const changes = explorer.partInterventions.value;
  return {
    ...commonInput(explorer, context),
    layer: layerOf(explorer),
    attention: parametersIn(explorer),
    scaleFactor: explorer.shownInterventions.value.scaleFactor,
    ...layerIn(explorer),
    embedding: embeddingOf(explorer),
    tokenSteps: explorer.run.value.answers.tokenSteps.value,
    lesson: explorer.inputs.loaded.value.model.lesson,
    replacedBy: replacementOf(changes, layer, head),
    typed: typedStages(changes, layer, head),
    hasSwap: changes.swappedValues?.layer === layer,
  };
}

function moveStep(explorer: Explorer, steps: number): void {
  const { all, at } = stepsIn(explorer);
  explorer.inputs.step.value = clampIndex(at.peek() + steps, all.peek().length);
}

export const stepsPane = definePane({
  name: 'steps',
  title: 'step by step',
  order: 7,
  key: '7',
  view: 'steps',
  place: 'beside',
  needs: ['end', 'tokenSteps'],
  upDown: moveQuery,
  leftRight: ['step', ({ explorer }, steps) => moveStep(explorer, steps)],
  keys: [
    {
      keys: ['n', 'space'],
      label: 'n Space',
      hint: 'n next',
      does: 'the next step',
      run: (c) => moveStep(c.explorer, 1),
    },
    { keys: ['p'], label: 'p', hint: 'p back', does: 'the previous step', run: (c) => moveStep(c.explorer, -1) },
  ],
  rows(explorer, context) {
    const { all, at } = stepsIn(explorer);
    return all.value.length === 0 ? [awaited] : stepsView(stepsInput(explorer, context), at.value);
  },
  explains(explorer) {
    const { all, at } = stepsIn(explorer);
    const step = all.value[at.value]?.name;
    return step === undefined ? 'attentionWeights' : stageOfStep[step];
  },
  pointsTo(explorer) {
    const { all, at } = stepsIn(explorer);
    const step = all.value[at.value]?.name;
    const pane = step === undefined ? undefined : paneOfStep[step];
    return pane === undefined ? null : { pane, words: '→ this step' };
  },
  heightOf: () => 40,
  show: (explorer, rows) =>
    stepsIn(explorer).all.value.flatMap((_, step) => {
      explorer.inputs.step.value = step;
      return step === 0 ? rows() : [[], ...rows()];
    }),
});
