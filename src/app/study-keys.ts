import { type Lens, paneKeys, paneTitles } from '../explorer/selection.ts';
import type { Binding } from './binding.ts';
import type { Controller } from './controller.ts';

/** Into the chosen operand, or back to what it is part of. */
export function followTrace(controller: Controller, steps: number): void {
  if (steps < 0) {
    if (!controller.studies.traceBack()) controller.message.value = 'this is where the explanation begins';
  } else
    controller.change(() => {
      if (!controller.studies.traceOperand())
        controller.message.value = 'this is a parameter of the model or a constant: it was not computed from the text';
    });
}

/** A lens that the attention is looked through, or why it cannot be. */
function lookThrough(controller: Controller, lens: Lens): void {
  const problem = controller.explorer.studies.lensProblem(lens);
  if (problem !== null) controller.message.value = problem;
  else controller.change(() => controller.studies.toggleLens(lens));
}

const inTrace: readonly Binding[] = [
  {
    pane: 'trace',
    keys: ['enter'],
    label: 'Enter',
    does: `in ${paneTitles.trace}: into the chosen operand`,
    run: (c) => followTrace(c, 1),
  },
  {
    pane: 'trace',
    keys: ['backspace'],
    label: 'Backspace',
    does: `in ${paneTitles.trace}: back`,
    run: (c) => followTrace(c, -1),
  },
];

const inTraceStages: readonly Binding[] = [
  {
    pane: 'trace',
    keys: ['n'],
    label: 'n',
    hint: 'n/p stage',
    does: `in ${paneTitles.trace}: the next stage, up to the layer's output`,
    run: (c) => c.change(() => c.studies.moveStage(1)),
  },
  {
    pane: 'trace',
    keys: ['p'],
    label: 'p',
    does: `in ${paneTitles.trace}: the stage before, down to the layer's input`,
    run: (c) => c.change(() => c.studies.moveStage(-1)),
  },
];

const inSteps: readonly Binding[] = [
  {
    pane: 'steps',
    keys: ['n', 'space'],
    label: 'n Space',
    hint: 'n next',
    does: `in ${paneTitles.steps}: the next step`,
    run: (c) => c.studies.moveStep(1),
  },
  {
    pane: 'steps',
    keys: ['p'],
    label: 'p',
    hint: 'p back',
    does: `in ${paneTitles.steps}: the step before`,
    run: (c) => c.studies.moveStep(-1),
  },
];

const jumps: readonly Binding[] = (['grid', 'roles', 'sweep'] as const).map((pane) => ({
  pane,
  keys: ['enter'],
  label: 'Enter',
  hint: 'Enter look',
  does: `in ${paneTitles[pane]}: look at the selected head`,
  run: (c) => c.actions.showPane('attention'),
}));

const inPair: readonly Binding[] = [
  {
    pane: 'pair',
    keys: ['n'],
    label: 'n',
    hint: 'n/p by change',
    does: `in ${paneTitles.pair}: the head that changes next most`,
    run: (c) => c.change(() => c.studies.moveChanged(1)),
  },
  {
    pane: 'pair',
    keys: ['p'],
    label: 'p',
    does: `in ${paneTitles.pair}: the head that changes more`,
    run: (c) => c.change(() => c.studies.moveChanged(-1)),
  },
  {
    pane: 'pair',
    keys: ['space'],
    label: 'Space',
    hint: 'space difference',
    does: `in ${paneTitles.pair}: A and B, or their difference, where there is no room for all`,
    run: (c) => c.studies.toggleDifference(),
  },
];

/** Lenses that the attention is looked through. */
export const lensKeys: readonly Binding[] = [
  {
    keys: ['w'],
    label: 'w',
    does: 'the attention as norms ‖α·f(x)‖ of what each value brings, and back (Kobayashi et al. 2020)',
    run: (c) => lookThrough(c, 'norms'),
  },
  {
    keys: ['s'],
    label: 's',
    does: 'the attention without the token that it sinks into, rows summing to 1 again, and back',
    run: (c) => lookThrough(c, 'no sink'),
  },
  {
    keys: ['o'],
    label: 'o',
    does: 'attention rollout: what reaches each token through all layers so far, and back (Abnar & Zuidema 2020)',
    run: (c) => lookThrough(c, 'rollout'),
  },
];

/** Keys that mean something else, or nothing, outside one of the panes that explain. */
export const studyBindings: readonly Binding[] = [...inSteps, ...inTrace, ...inTraceStages, ...inPair, ...jumps];

export const traceBinding: Binding = {
  keys: ['t', paneKeys.trace],
  label: `t ${paneKeys.trace}`,
  hint: 't how made',
  does: `${paneTitles.trace}: the selected number, and the numbers that made it`,
  run: (c) => c.change(() => c.studies.traceSelected()),
};
