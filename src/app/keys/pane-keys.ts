import { appendProblem } from '../../explorer/append-best.ts';
import type { Lens } from '../../explorer/selection.ts';
import { panes } from '../../panes/all.ts';
import { lensProblem } from '../../panes/attention/lens.ts';
import type { Pane } from '../../panes/kit/pane.ts';
import type { AppBinding, Controller } from '../controller-type.ts';
import { paneNamed } from '../pane-named.ts';
import { nextTheme } from '../theme-choice.ts';
import { helpDoes, isStoppable, paletteDoes } from './global-keys.ts';
import { interventionBindings } from './intervention-keys.ts';

/** The key of a pane. */
function paneBinding({ name, key, alias, title, help, hint, place, ownsSecond }: Pane): AppBinding {
  const isOpen = ({ explorer: { inputs } }: Controller) =>
    ownsSecond === true ? inputs.sentenceB.peek() !== null : place !== 'core' && inputs.pane.peek() === name;
  return {
    action: name,
    keys: alias === undefined ? [key] : [alias, key],
    label: alias === undefined ? key : `${alias} ${key}`,
    short: alias ?? key,
    does: help ?? title,
    hint: (c) => (isOpen(c) ? `${alias ?? key} close` : (hint ?? null)),
    run: (c) => c.showPane(name),
  };
}

const isInView = ({ frame }: Controller, pane: string) =>
  frame.peek().view.arrangement.regions.some(({ name }) => name === pane);

/** Turns a lens on and off. */
function lensBinding(lens: Lens, action: string, key: string, does: string): AppBinding {
  return {
    action,
    keys: [key],
    label: key,
    hint: ({ explorer }) => (explorer.inputs.pane.peek() === 'attention' ? `${key} ${lens}` : null),
    does,
    problem: ({ explorer }) => lensProblem(explorer, lens),
    run: (c) => {
      const { lens: chosen } = c.explorer.inputs;
      c.change(() => {
        chosen.value = chosen.peek() === lens ? 'weights' : lens;
      });
      if (!isInView(c, 'attention')) c.say(`{attention} attention now shows ${chosen.peek()}`);
    },
  };
}

const hasDecoder = ({ explorer }: Controller) => explorer.inputs.loaded.peek().model.decoder !== null;

/** Where Esc leads; null: it stays. */
function wayOut(c: Controller): string | null {
  if (isStoppable(c)) return 'Esc stop';
  if (c.frame.peek().view.arrangement.fills === 'zoomed') return 'Esc unzoom';
  return paneNamed(c.explorer.inputs.pane.peek()).place === 'core' ? null : 'Esc back';
}

/** Keys that lead out of the panes. */
export const waysOut: readonly AppBinding[] = [
  {
    action: 'sentence',
    keys: ['i', 'enter'],
    label: 'i Enter',
    short: 'i',
    does: 'type in the sentence',
    hint: 'i sentence',
    run: (c) => {
      c.focus.value = 'input';
    },
  },
  {
    action: 'outward',
    keys: ['escape'],
    label: 'Esc',
    does: 'outward: from a zoomed pane to all, from an open pane to the main ones',
    hint: wayOut,
    run: (c) => c.stepOut(),
  },
  { action: 'quit', keys: ['q'], label: 'q', does: 'leave', hint: 'q leave', run: (c) => c.quit() },
];

/** Keys that show the attention in another way. */
export const lensBindings: readonly AppBinding[] = [
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
];

/** Keys of all panes; a pane's own key may replace one of them. */
export const paneBindings: readonly AppBinding[] = [
  ...waysOut,
  {
    action: 'second-line',
    keys: ['B'],
    label: 'B',
    does: 'type in the second sentence',
    hint: ({ explorer }) => (explorer.inputs.sentenceB.peek() === null ? null : 'B edit B'),
    run: (c) => c.typeSecond(),
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
  ...panes.map(paneBinding),
  ...lensBindings,
  {
    action: 'zoom',
    keys: ['+'],
    label: '+',
    does: 'the pane in front fills the screen, and back',
    hint: ({ frame }) => ({ always: null, zoomed: '+ unzoom', no: '+ zoom' })[frame.peek().view.arrangement.fills],
    problem: ({ frame }) =>
      frame.peek().view.arrangement.fills === 'always' ? 'this pane fills the screen already' : null,
    run: (c) =>
      c.change(() => {
        const { isZoomed } = c.explorer.inputs;
        isZoomed.value = !isZoomed.peek();
      }),
  },
  { keys: ['tab'], label: 'Tab', does: 'next pane', run: (c) => c.turnPane(1) },
  { keys: ['shift+tab'], label: 'Shift-Tab', does: 'previous pane', run: (c) => c.turnPane(-1) },
  {
    action: 'part',
    keys: ['p'],
    label: 'p',
    hint: (c) => (hasDecoder(c) ? 'p part' : null),
    does: 'of an encoder–decoder: encoder, decoder, decoder to encoder',
    problem: (c) => (hasDecoder(c) ? null : 'this model has one kind of attention: its layers read one text'),
    run: (c) => c.change(() => c.actions.nextPart()),
  },
  {
    action: 'append',
    keys: ['a'],
    label: 'a',
    does: 'append the most probable next token',
    problem: ({ explorer }) => appendProblem(explorer),
    hint: (c) => (isInView(c, 'predictions') ? 'a append' : null),
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
    hint: 'L command',
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
