import { appendProblem } from '../../explorer/append-best.ts';
import type { Lens } from '../../explorer/selection.ts';
import { panes } from '../../panes/all.ts';
import { lensProblem } from '../../panes/attention/lens.ts';
import { moveAlongPanes } from '../../panes/kit/moves.ts';
import type { Pane } from '../../panes/kit/pane.ts';
import type { AppBinding, Controller } from '../controller-type.ts';
import { nextTheme } from '../theme-choice.ts';
import { helpDoes, paletteDoes } from './global-keys.ts';
import { interventionBindings } from './intervention-keys.ts';

/** The key of a pane. */
function paneBinding({ name, key, alias, title, help, hint }: Pane): AppBinding {
  return {
    action: name,
    keys: alias === undefined ? [key] : [alias, key],
    label: alias === undefined ? key : `${alias} ${key}`,
    short: alias ?? key,
    does: help ?? title,
    ...(hint === undefined ? {} : { hint }),
    run: (c) => c.showPane(name),
  };
}

/** Turns a lens on and off. */
function lensBinding(lens: Lens, action: string, key: string, does: string): AppBinding {
  return {
    action,
    keys: [key],
    label: key,
    does,
    problem: ({ explorer }) => lensProblem(explorer, lens),
    run: (c) =>
      c.change(() => {
        const { lens: chosen } = c.explorer.inputs;
        chosen.value = chosen.peek() === lens ? 'weights' : lens;
      }),
  };
}

const hasDecoder = ({ explorer }: Controller) => explorer.inputs.loaded.peek().model.decoder !== null;

/** Keys of all panes; a pane's own key may replace one of them. */
export const paneBindings: readonly AppBinding[] = [
  {
    action: 'sentence',
    keys: ['i', 'enter', 'escape'],
    label: 'i Enter Esc',
    short: 'i',
    does: 'back to the sentence',
    hint: 'i sentence',
    run: (c) => {
      c.focus.value = 'input';
    },
  },
  {
    action: 'help',
    keys: ['?'],
    label: '?',
    does: helpDoes,
    hint: '? help',
    run: (c) => c.openBox('help'),
  },
  {
    action: 'palette',
    keys: [':'],
    label: ':',
    does: paletteDoes,
    hint: ': all actions',
    run: (c) => c.openBox('palette'),
  },
  { keys: ['q'], label: 'q', does: 'leave', hint: 'q leave', run: (c) => c.quit() },
  ...panes.map(paneBinding),
  lensBinding(
    'norms',
    'norms',
    'w',
    'the attention as norms ‖α·f(x)‖ of what each value brings, and back (Kobayashi et al. 2020)',
  ),
  lensBinding(
    'no sink',
    'no-sink',
    's',
    'the attention without the token that it sinks into, rows summing to 1 again, and back',
  ),
  lensBinding(
    'rollout',
    'rollout',
    'o',
    'attention rollout: what reaches each token through all layers so far, and back (Abnar & Zuidema 2020)',
  ),
  { keys: ['tab'], label: 'Tab', does: 'next pane', run: (c) => moveAlongPanes(c, panes, 1) },
  { keys: ['shift+tab'], label: 'Shift-Tab', does: 'previous pane', run: (c) => moveAlongPanes(c, panes, -1) },
  {
    action: 'part',
    keys: ['p'],
    label: 'p',
    hint: 'p part',
    isHinted: hasDecoder,
    does: 'of an encoder–decoder: encoder, decoder, decoder to encoder',
    problem: (c) => (hasDecoder(c) ? null : 'this model has one kind of attention: its layers read one text'),
    run: (c) => c.change(() => c.actions.nextPart()),
  },
  {
    action: 'append',
    keys: ['a'],
    label: 'a',
    hint: 'a append',
    does: 'append the most probable next token',
    problem: ({ explorer }) => appendProblem(explorer),
    isHinted: ({ frame }) => frame.peek().view.arrangement.regions.some(({ name }) => name === 'predictions'),
    run: (c) => c.appendBest(),
  },
  ...interventionBindings,
  {
    action: 'example',
    keys: ['e'],
    label: 'e',
    does: 'the worked example of the lesson, and back',
    hint: 'e example',
    run: (c) => c.toggleExample(),
  },
  {
    action: 'state',
    keys: ['L'],
    label: 'L',
    does: 'the command that opens this screen again',
    run: (c) => c.openBox('state'),
  },
  {
    action: 'theme',
    keys: ['T'],
    label: 'T',
    does: 'the next theme: dark, light, projector, mono',
    problem: ({ explorer }) =>
      explorer.inputs.terminal.peek().hasColours ? null : 'this terminal shows no colours, so its themes look the same',
    run: nextTheme,
  },
  {
    action: 'model',
    keys: ['m'],
    label: 'm',
    does: 'choose a model',
    hint: 'm model',
    run: (c) => c.openBox('models'),
  },
];
