import { interventionKeys, type PaneName } from '../explorer/selection.ts';
import type { Binding } from './binding.ts';
import type { Controller } from './controller.ts';

const causalAlready = 'this model is causal already: no token sees a later one';
const unscaledAlready = 'this model does not scale its scores: there is nothing to leave out';
const editElsewhere = 'a number is typed where it is shown: 1 weights, 2 Q K V, 3 scores';

/** Panes in which a weight, a score or a number of Q, K or V is selected. */
const panesToEdit: ReadonlySet<PaneName> = new Set(['attention', 'qkv', 'scores', 'pair', 'changes']);

function say(controller: Controller, text: string): void {
  controller.message.value = text;
}

/** Whether the stack that reads the text is causal by itself, and the mask not on. */
function isCausal({ explorer }: Controller): boolean {
  const { layers } = explorer.inputs.loaded.peek().model;
  return explorer.interventions.peek().mask === 'none' && layers.every(({ attention }) => attention.isCausal);
}

/** Whether the model has no scale that could be left out. */
function isUnscaled({ explorer }: Controller): boolean {
  const { layers, decoder } = explorer.inputs.loaded.peek().model;
  const all = [...layers, ...(decoder?.layers ?? [])];
  return !explorer.interventions.peek().isUnscaled && all.every(({ attention }) => attention.scoreScale === 1);
}

/** Changes of the computation, and the keys that take them back. */
export const interventionBindings: readonly Binding[] = [
  {
    keys: [interventionKeys.mask],
    hint: 'c mask',
    label: 'c',
    does: 'causal mask on and off: no token sees a later one',
    run: (c) => (isCausal(c) ? say(c, causalAlready) : c.intervene(() => c.actions.toggleMask())),
  },
  {
    keys: [interventionKeys.scale],
    hint: 'u no √d_k',
    label: 'u',
    does: 'scores without √d_k (without the model’s own scale), and back',
    run: (c) => (isUnscaled(c) ? say(c, unscaledAlready) : c.change(() => c.actions.toggleScaling())),
  },
  {
    keys: ['f'],
    hint: 'f factor',
    label: 'f',
    does: 'a factor on the scores (1 / temperature)',
    run: (c) => {
      c.overlay.value = { kind: 'scale', value: '' };
    },
  },
  {
    keys: [interventionKeys.factor],
    label: 'F',
    does: 'the factor back to 1',
    run: (c) => c.change(() => c.actions.setScaleFactor(1)),
  },
  {
    keys: ['x'],
    hint: 'x head off',
    label: 'x',
    does: 'switch the selected head off and on',
    run: (c) => c.intervene(() => c.actions.toggleHead()),
  },
  {
    keys: [interventionKeys.heads],
    label: 'X',
    does: 'all heads on again',
    run: (c) => c.intervene(() => c.actions.allHeadsOn()),
  },
  {
    keys: [interventionKeys.ablation],
    label: 'Z',
    does: 'zeros or the mean over the tokens in the place of heads that are off',
    run: (c) => c.intervene(() => c.actions.toggleAblation()),
  },
  {
    keys: ['g'],
    hint: 'g hide key',
    label: 'g',
    does: 'hide the selected key from all queries, and show it again',
    run: (c) => c.intervene(() => c.actions.toggleKey()),
  },
  {
    keys: [interventionKeys.hiddenKeys],
    label: 'G',
    does: 'show all hidden keys again',
    run: (c) => c.intervene(() => c.actions.showAllKeys()),
  },
  {
    keys: [interventionKeys.swap],
    hint: 'S swap values',
    label: 'S',
    does: 'exchange the value vectors of the selected query and key in this layer, and back',
    run: (c) =>
      c.intervene(() => {
        const problem = c.actions.toggleSwap();
        if (problem !== null) c.message.value = problem;
      }),
  },
  {
    keys: ['='],
    hint: '= edit',
    label: '=',
    does: 'type a number in the place of the selected weight (in scores: score, in Q K V: q, k or v)',
    run: (c) => {
      if (!panesToEdit.has(c.explorer.inputs.pane.peek())) return say(c, editElsewhere);
      c.intervene(() => {
        c.overlay.value = { kind: 'edit', value: '' };
      });
    },
  },
  {
    keys: [interventionKeys.edits],
    label: '-',
    does: 'take all typed numbers back',
    run: (c) => c.intervene(() => c.actions.takeEditsBack()),
  },
  {
    keys: [interventionKeys.renormalise],
    label: 'N',
    does: 'divide rows with a typed weight by their sum, or leave them as typed',
    run: (c) => c.intervene(() => c.actions.toggleRenormalising()),
  },
  {
    keys: [interventionKeys.all],
    label: 'r',
    does: 'take back all that is changed',
    run: (c) => c.change(() => c.actions.resetInterventions()),
  },
];
