import { type EditableStage, type Interventions, isUnaltered } from '../../core/interventions.ts';
import type { AppBinding, Controller } from '../controller-type.ts';
import { paneNamed } from '../pane-named.ts';
import { encoderProblem } from './encoder-problem.ts';

/** Why a causal mask would change nothing; null: it would, or it is on. */
function causalProblem({ explorer }: Controller): string | null {
  const { layers } = explorer.inputs.loaded.peek().model;
  const isCausalAlready =
    explorer.interventions.peek().mask === 'none' && layers.every(({ attention }) => attention.isCausal);
  return isCausalAlready ? 'this model is causal already: no token sees a later one' : null;
}

/** Why leaving out the scale would change nothing; null: it would, or it is left out. */
function scalingProblem({ explorer }: Controller): string | null {
  const { layers, decoder } = explorer.inputs.loaded.peek().model;
  const all = [...layers, ...(decoder?.layers ?? [])];
  const hasNoScale =
    !explorer.interventions.peek().isUnscaled && all.every(({ attention }) => attention.scoreScale === 1);
  return hasNoScale ? 'this model does not scale its scores: there is nothing to leave out' : null;
}

/** The stage whose numbers can be typed in the front pane; null: none. */
export function editedStage({ explorer }: Controller): EditableStage | null {
  return paneNamed(explorer.inputs.pane.peek()).edits?.(explorer) ?? null;
}

function editProblem(controller: Controller): string | null {
  const typed = 'numbers can be typed in {attention} (weights), {qkv} (Q K V) and {scores} (scores)';
  return editedStage(controller) === null ? typed : null;
}

/** A key that changes the attention of the encoder, and no other. */
const onEncoder = (binding: AppBinding): AppBinding => ({
  ...binding,
  problem: (c) => encoderProblem(c.explorer) ?? binding.problem?.(c) ?? null,
  run: (c) => c.intervene(() => binding.run(c)),
});

/** Why there is nothing to undo. */
const unless =
  (isSet: (interventions: Interventions) => boolean, problem: string) =>
  ({ explorer }: Controller): string | null =>
    isSet(explorer.interventions.peek()) ? null : problem;

const hasHeadsOff = unless(
  ({ ablatedHeads }) => ablatedHeads.length > 0,
  'no head is off: {head-off} switches one off',
);

/** Keys that change the computation and undo the changes. */
export const interventionBindings: readonly AppBinding[] = [
  onEncoder({
    action: 'mask',
    keys: ['c'],
    hint: 'c mask',
    label: 'c',
    does: 'causal mask on and off: no token sees a later one',
    problem: causalProblem,
    run: (c) => c.actions.toggleMask(),
  }),
  {
    action: 'scaling',
    keys: ['u'],
    hint: 'u no √d_k',
    label: 'u',
    does: 'scores without √d_k (without the model’s own scale), and back',
    problem: scalingProblem,
    run: (c) => c.change(() => c.actions.toggleScaling()),
  },
  {
    action: 'factor',
    keys: ['f'],
    hint: 'f factor',
    label: 'f',
    does: 'a factor on the scores (1 / temperature)',
    run: (c) => c.openBox('scale'),
  },
  {
    action: 'factor-back',
    keys: ['F'],
    label: 'F',
    does: 'the factor back to 1',
    problem: ({ explorer }) => (explorer.interventions.peek().scaleFactor === 1 ? 'the factor is 1 already' : null),
    run: (c) => c.change(() => c.actions.setScaleFactor(1)),
  },
  onEncoder({
    action: 'head-off',
    keys: ['x'],
    hint: 'x head off',
    label: 'x',
    does: 'switch the selected head off and on',
    run: (c) => c.actions.toggleHead(),
  }),
  onEncoder({
    action: 'heads-on',
    keys: ['X'],
    label: 'X',
    does: 'all heads on again',
    problem: hasHeadsOff,
    run: (c) => c.actions.allHeadsOn(),
  }),
  onEncoder({
    action: 'ablation-mode',
    keys: ['Z'],
    label: 'Z',
    does: 'zeros or the mean over the tokens in place of heads that are off',
    problem: hasHeadsOff,
    run: (c) => c.actions.toggleAblation(),
  }),
  onEncoder({
    action: 'hide-key',
    keys: ['g'],
    hint: 'g hide key',
    label: 'g',
    does: 'hide the selected key from all queries, and show it again',
    run: (c) => c.actions.toggleKey(),
  }),
  onEncoder({
    action: 'show-keys',
    keys: ['G'],
    label: 'G',
    does: 'show all hidden keys again',
    problem: unless(({ hiddenKeys }) => hiddenKeys.length > 0, 'no key is hidden: {hide-key} hides one'),
    run: (c) => c.actions.showAllKeys(),
  }),
  onEncoder({
    action: 'swap',
    keys: ['S'],
    hint: 'S swap values',
    label: 'S',
    does: 'exchange the value vectors of the selected query and key in this layer, and back',
    problem: (c) => c.actions.swapProblem(),
    run: (c) => c.actions.toggleSwap(),
  }),
  onEncoder({
    action: 'edit',
    keys: ['='],
    hint: '= edit',
    label: '=',
    does: 'type a number in place of the selected weight (in scores: score, in Q K V: q, k or v)',
    problem: editProblem,
    run: (c) => c.openBox('edit'),
  }),
  onEncoder({
    action: 'edits-back',
    keys: ['-'],
    label: '-',
    does: 'take all typed numbers back',
    problem: unless(({ edits }) => edits.length > 0, 'no number is typed: {edit} types one'),
    run: (c) => c.actions.takeEditsBack(),
  }),
  onEncoder({
    action: 'renormalise',
    keys: ['N'],
    label: 'N',
    does: 'divide rows with a typed weight by their sum, or leave them as typed',
    problem: unless(
      ({ edits }) => edits.some(({ stage }) => stage === 'attentionWeights'),
      'no weight is typed: {edit} types one',
    ),
    run: (c) => c.actions.toggleRenormalising(),
  }),
  {
    action: 'all-back',
    keys: ['r'],
    label: 'r',
    does: 'undo all changes',
    problem: ({ explorer }) => (isUnaltered(explorer.interventions.peek()) ? 'nothing is changed' : null),
    run: (c) => c.change(() => c.actions.resetInterventions()),
  },
];
