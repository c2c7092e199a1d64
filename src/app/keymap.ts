import type { PaneName } from '../explorer/selection.ts';
import { paneKeys, paneNames, paneTitles } from '../explorer/selection.ts';
import type { KeyPress } from '../terminal/input/key-name.ts';
import type { Binding, Move } from './binding.ts';
import type { Controller } from './controller.ts';
import { editorAction } from './editor-keys.ts';
import { exampleSentences } from './example-sentences.ts';
import type { Focus } from './frame.ts';
import { interventionBindings } from './intervention-keys.ts';
import { followTrace, lensKeys, studyBindings, traceBinding } from './study-keys.ts';

const moves = (
  keys: readonly [string, string],
  label: string,
  does: string,
  hint: string,
  move: (controller: Controller, steps: number) => void,
): Binding[] => [
  { keys: [keys[0]], label, does, ...(hint === '' ? {} : { hint }), run: (controller) => move(controller, -1) },
  { keys: [keys[1]], label: '', does: '', run: (controller) => move(controller, 1) },
];

const query = (controller: Controller, steps: number) => controller.change(() => controller.actions.moveQuery(steps));
const key = (controller: Controller, steps: number) => controller.change(() => controller.actions.moveKey(steps));
const head = (controller: Controller, steps: number) => controller.change(() => controller.actions.moveHead(steps));
const layer = (controller: Controller, steps: number) => controller.change(() => controller.actions.moveLayer(steps));

/** Keys that work wherever the focus is; none of them types anything. */
export const globalBindings: readonly Binding[] = [
  ...moves(['alt+up', 'alt+down'], 'Alt-↑ Alt-↓', 'previous, next query: the token that asks', 'Alt-↑↓ query', query),
  ...moves(['alt+left', 'alt+right'], 'Alt-← Alt-→', 'previous, next key: the token that answers', 'Alt-←→ key', key),
  ...moves(['pageup', 'pagedown'], 'PgUp PgDn', 'previous, next head, on through the layers', 'PgUp/PgDn head', head),
  ...moves(['alt+p', 'alt+n'], 'Alt-P Alt-N', 'previous, next layer', '', layer),
  {
    keys: ['alt+e'],
    label: 'Alt-E',
    does: 'the worked example of the lesson, and back',
    hint: 'Alt-E example',
    run: (c) => c.toggleExample(),
  },
  ...exampleSentences.map(
    (text, index): Binding => ({
      keys: [`alt+${index + 1}`],
      label: `Alt-${index + 1}`,
      does: `type: ${text}`,
      run: (controller) => controller.edit({ type: 'replace', text }),
    }),
  ),
  {
    keys: ['alt+a'],
    label: 'Alt-A',
    does: 'append the most probable next token',
    run: (c) => c.appendBest(),
  },
  { keys: ['ctrl+l'], label: 'Ctrl-L', does: 'draw the screen again', run: (c) => c.redraw() },
  { keys: ['ctrl+c'], label: 'Ctrl-C', does: 'leave', run: (c) => c.quit() },
];

/** Keys of the sentence, besides those of its editor. */
export const inputBindings: readonly Binding[] = [
  {
    keys: ['escape'],
    label: 'Esc',
    does: 'to the panes',
    hint: 'Esc panes',
    run: (controller) => {
      controller.focus.value = 'panes';
    },
  },
  {
    keys: ['tab'],
    label: 'Tab',
    hint: 'Tab next line',
    needs: 'lines',
    does: "to the second sentence and the decoder's text, where there are any, then to the panes",
    run: (controller) => {
      const { otherEditor, targetEditor } = controller.frame.peek();
      const places: Focus[] = ['input'];
      if (otherEditor !== null) places.push('other');
      if (targetEditor !== null) places.push('target');
      controller.focus.value = places[places.indexOf(controller.focus.peek()) + 1] ?? 'panes';
    },
  },
];

const toInput = (controller: Controller) => {
  controller.focus.value = 'input';
};
const token = (controller: Controller, steps: number) => {
  const { matrix } = controller.explorer.selection.peek();
  if (matrix === 'q') query(controller, steps);
  else key(controller, steps);
};
const dimension = (controller: Controller, steps: number) => controller.actions.moveDimension(steps);

/** What up and down, left and right move in each pane. */
const paneMoves: Readonly<Record<PaneName, { upDown: [string, Move]; leftRight: [string, Move] }>> = {
  attention: { upDown: ['query', query], leftRight: ['key', key] },
  qkv: { upDown: ['token', token], leftRight: ['dimension', dimension] },
  scores: { upDown: ['key', key], leftRight: ['query', query] },
  context: { upDown: ['query', query], leftRight: ['dimension', dimension] },
  heads: { upDown: ['layer', layer], leftRight: ['head', head] },
  trace: {
    upDown: ['operand', (c, steps) => c.studies.moveOperand(steps)],
    leftRight: ['number on the way', followTrace],
  },
  steps: { upDown: ['query', query], leftRight: ['step', (c, steps) => c.studies.moveStep(steps)] },
  grid: { upDown: ['layer', layer], leftRight: ['head', head] },
  roles: {
    upDown: ['head in the list', (c, steps) => c.change(() => c.studies.moveRanked(steps))],
    leftRight: ['score to sort by', (c, steps) => c.studies.moveSort(steps)],
  },
  mix: { upDown: ['query', query], leftRight: ['head', head] },
  curves: { upDown: ['query', query], leftRight: ['head', head] },
  pair: { upDown: ['query', query], leftRight: ['key', key] },
  word: { upDown: ['query', query], leftRight: ['layer', layer] },
  changes: { upDown: ['query', query], leftRight: ['key', key] },
  sweep: {
    upDown: ['head in the list', (c, steps) => c.change(() => c.studies.moveSwept(steps))],
    leftRight: ['effect to rank by', (c, steps) => c.studies.moveMeasure(steps)],
  },
};

const arrows = paneNames.flatMap((pane): Binding[] => {
  const { upDown, leftRight } = paneMoves[pane];
  const both = (keys: [string, string][], [what, move]: [string, Move], label: string, hint: string): Binding[] =>
    keys.flatMap(([back, forth], index) => [
      {
        pane,
        keys: [back],
        label: index === 0 ? label : '',
        does: `in ${paneTitles[pane]}: previous, next ${what}`,
        ...(index === 0 ? { hint: `${hint} ${what}` } : {}),
        run: (controller) => move(controller, -1),
      },
      { pane, keys: [forth], label: '', does: '', run: (controller) => move(controller, 1) },
    ]);
  return [
    ...both(
      [
        ['up', 'down'],
        ['k', 'j'],
      ],
      upDown,
      '↑ ↓ or k j',
      '↑↓',
    ),
    ...both(
      [
        ['left', 'right'],
        ['h', 'l'],
      ],
      leftRight,
      '← → or h l',
      '←→',
    ),
  ];
});

const paneHelp: Readonly<Partial<Record<PaneName, string>>> = {
  pair: 'two sentences, A and B: opens the second one, and again takes it away',
  word: 'one word in both sentences: how alike its two vectors are at every stage',
  changes: 'what changed: this run against the unaltered one',
  sweep: 'each head off in turn, ranked by the effect',
};

/** Keys of the panes. */
export const paneBindings: readonly Binding[] = [
  ...studyBindings,
  ...arrows,
  {
    keys: ['i', 'enter', 'escape'],
    label: 'i Enter Esc',
    does: 'back to the sentence',
    hint: 'i sentence',
    run: toInput,
  },
  {
    keys: ['?'],
    label: '?',
    does: 'every key',
    hint: '? keys',
    run: (c) => {
      c.overlay.value = { kind: 'help', scroll: 0 };
    },
  },
  { keys: ['q'], label: 'q', does: 'leave', hint: 'q leave', run: (c) => c.quit() },
  {
    pane: 'qkv',
    keys: ['space'],
    label: 'Space',
    does: 'in Q K V: the next matrix',
    hint: 'space matrix',
    run: (c) => c.actions.nextMatrix(),
  },
  traceBinding,
  ...paneNames
    .filter((pane) => pane !== 'trace')
    .map(
      (pane): Binding => ({
        keys: [paneKeys[pane]],
        label: paneKeys[pane],
        ...(pane === 'pair' ? { hint: 'b two sentences' } : {}),
        ...(pane === 'changes' ? { hint: 'd what changed' } : {}),
        ...(pane === 'attention' ? { hint: '1-9 panes' } : {}),
        does: paneHelp[pane] ?? paneTitles[pane],
        run: (controller) => controller.showPane(pane),
      }),
    ),
  ...lensKeys,
  { keys: ['tab'], label: 'Tab', does: 'next pane', run: (c) => c.actions.nextPane(1) },
  { keys: ['shift+tab'], label: 'Shift-Tab', does: 'previous pane', run: (c) => c.actions.nextPane(-1) },
  {
    keys: ['p'],
    label: 'p',
    hint: 'p part',
    needs: 'decoder',
    does: 'of an encoder–decoder: encoder, decoder, decoder to encoder',
    run: (c) => c.nextPart(),
  },
  {
    keys: ['a'],
    label: 'a',
    hint: 'a append',
    needs: 'predictions',
    does: 'append the most probable next token',
    run: (c) => c.appendBest(),
  },
  ...interventionBindings,
  {
    keys: ['e'],
    label: 'e',
    does: 'the worked example of the lesson, and back',
    hint: 'e example',
    run: (c) => c.toggleExample(),
  },
  {
    keys: ['L'],
    label: 'L',
    does: 'the command that opens this screen again',
    run: (c) => c.showState(),
  },
  {
    keys: ['m'],
    label: 'm',
    does: 'choose a model',
    hint: 'm model',
    run: (c) => {
      c.overlay.value = { kind: 'models', filter: '', selected: 0 };
    },
  },
];

/** Does what a key means where the focus is; false for a key that means nothing there. */
export function pressKey(controller: Controller, press: KeyPress): boolean {
  controller.message.value = null;
  // Before anything else: where Esc leads to comes with the next one.
  if (press.name === 'escape' && controller.stop()) return true;
  const focus = controller.focus.peek();
  const own = focus === 'panes' ? paneBindings : inputBindings;
  const pane = controller.explorer.inputs.pane.peek();
  const binding = [...globalBindings, ...own].find(
    (one) => one.keys.includes(press.name) && (one.pane === undefined || one.pane === pane),
  );
  if (binding !== undefined) {
    binding.run(controller);
    return true;
  }
  const action = focus === 'panes' ? null : editorAction(press);
  if (action === null) return false;
  controller.edit(action);
  return true;
}
