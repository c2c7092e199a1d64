import { appendProblem } from '../../explorer/append-best.ts';
import { moveHead, moveKey, moveLayer, moveQuery } from '../../panes/kit/moves.ts';
import type { Move } from '../../panes/kit/pane.ts';
import type { AppBinding, Controller } from '../controller-type.ts';
import { exampleSentences } from '../example-sentences.ts';
import type { Focus } from '../frame.ts';

export const helpDoes = 'help: every key, the glossary, and what attention does not say';
export const paletteDoes = 'all actions: find one by its words, and do it';

/** A pair of keys that move something back and forth; only the first is listed. */
function moves(
  keys: readonly [string, string],
  [what, move]: Move,
  { does, ...words }: Pick<AppBinding, 'label' | 'short' | 'does' | 'hint'>,
): AppBinding[] {
  const [back = '', forth = ''] = words.label.split(' ');
  return [
    {
      ...{ action: what, keys: [keys[0]], does: `previous, next ${does}`, ...words },
      alone: [back, `previous ${does}`],
      run: (c) => move(c, -1),
    },
    { keys: [keys[1]], label: '', does: '', alone: [forth, `next ${does}`], run: (c) => move(c, 1) },
  ];
}

/** Keys that work anywhere; none of them types a letter. */
export const globalBindings: readonly AppBinding[] = [
  {
    action: 'palette-anywhere',
    keys: ['ctrl+p'],
    label: 'Ctrl-P',
    does: paletteDoes,
    hint: 'Ctrl-P all actions',
    run: (c) => c.openBox('palette'),
  },
  {
    action: 'help-anywhere',
    keys: ['f1'],
    label: 'F1',
    does: helpDoes,
    hint: 'F1 help',
    run: (c) => c.openBox('help'),
  },
  ...moves(['alt+up', 'alt+down'], moveQuery, {
    label: 'Alt-↑ Alt-↓',
    does: 'query: the token that asks',
    hint: 'Alt-↑↓ query',
  }),
  ...moves(['alt+left', 'alt+right'], moveKey, {
    label: 'Alt-← Alt-→',
    does: 'key: the token that answers',
    hint: 'Alt-←→ key',
  }),
  ...moves(['pageup', 'pagedown'], moveHead, {
    label: 'PgUp PgDn',
    short: 'PgUp/PgDn',
    does: 'head, on through the layers',
    hint: 'PgUp/PgDn head',
  }),
  ...moves(['alt+p', 'alt+n'], moveLayer, { label: 'Alt-P Alt-N', does: 'layer' }),
  {
    action: 'example-anywhere',
    keys: ['alt+e'],
    label: 'Alt-E',
    does: 'the worked example of the lesson, and back',
    hint: 'Alt-E example',
    run: (c) => c.toggleExample(),
  },
  ...exampleSentences.map(
    (text, index): AppBinding => ({
      action: `sentence-${index + 1}`,
      keys: [`alt+${index + 1}`],
      label: `Alt-${index + 1}`,
      does: `type: ${text}`,
      run: (c) => c.edit({ type: 'replace', text }),
    }),
  ),
  {
    keys: ['alt+a'],
    label: 'Alt-A',
    does: 'append the most probable next token',
    problem: ({ explorer }) => appendProblem(explorer),
    run: (c) => c.appendBest(),
  },
  { keys: ['ctrl+l'], label: 'Ctrl-L', does: 'draw the screen again', run: (c) => c.redraw() },
  { action: 'leave', keys: ['ctrl+c'], label: 'Ctrl-C', does: 'leave', run: (c) => c.quit() },
];

/** Whether Esc stops a computation before it does anything else. */
export function isStoppable({ explorer }: Controller): boolean {
  const { isComputing, progress } = explorer.run.peek().status.peek();
  return isComputing && progress !== null;
}

/** Keys of the sentence, besides those of its editor. */
export const inputBindings: readonly AppBinding[] = [
  {
    action: 'panes',
    keys: ['escape'],
    label: 'Esc',
    does: 'to the panes',
    hint: (c) => (isStoppable(c) ? 'Esc stop' : 'Esc panes'),
    run: (c) => {
      c.focus.value = 'panes';
    },
  },
  {
    action: 'next-line',
    keys: ['tab'],
    label: 'Tab',
    hint: (c) => (linesOf(c.frame.peek()).length > 1 ? 'Tab next line' : null),
    does: "to the second sentence and the decoder's text, where there are any, then to the panes",
    run: (c) => {
      const lines = linesOf(c.frame.peek());
      c.focus.value = lines[lines.indexOf(c.focus.peek()) + 1] ?? 'panes';
    },
  },
];

function linesOf({ otherEditor, targetEditor }: { otherEditor: unknown; targetEditor: unknown }): readonly Focus[] {
  return [
    'input',
    ...(otherEditor === null ? [] : ['other' as const]),
    ...(targetEditor === null ? [] : ['target' as const]),
  ];
}
