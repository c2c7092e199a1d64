import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { editorKeys } from '../../src/app/editor-keys.ts';
import { exampleSentences } from '../../src/app/example-sentences.ts';
import { ownBindings } from '../../src/app/keys/bindings.ts';
import { globalBindings, inputBindings } from '../../src/app/keys/global-keys.ts';
import { paneBindings } from '../../src/app/keys/pane-keys.ts';
import { type PaneName, paneNames } from '../../src/explorer/pane-names.ts';
import { panes } from '../../src/panes/all.ts';
import { paneKeys } from '../support/panes.ts';
import type { TestTerminal } from '../support/terminal.ts';
import { openExplorer, patienceMs, pressAndSee, sentenceWithCaret } from './support/explorer.ts';
import { keyBytes } from './support/key-bytes.ts';
import { prepareProgram } from './support/program.ts';

const sentence = exampleSentences[0] ?? '';
let terminal: TestTerminal;

beforeAll(async () => {
  await prepareProgram();
  terminal = await openExplorer([sentence], { keep: true });
}, 120_000);
afterAll(() => terminal.dispose());

/** Keys that one moves on with, by those that one moves back with. */
const opposites: Readonly<Record<string, string>> = {
  up: 'down',
  left: 'right',
  k: 'j',
  h: 'l',
  'alt+up': 'alt+down',
  'alt+left': 'alt+right',
  'alt+p': 'alt+n',
  pageup: 'pagedown',
  'shift+tab': 'tab',
};
const keyAfter = (index: number) => paneKeys[paneNames[(index + 1) % paneNames.length] ?? 'attention'];
/** Where something has to be done before a key can do anything, and what takes its effect back. */
const situations: Readonly<Record<string, { readonly before?: string[]; readonly after?: string[] }>> = {
  ...Object.fromEntries(Object.entries(opposites).map(([back, forth]) => [back, { before: [forth] }])),
  ...Object.fromEntries(Object.entries(opposites).map(([back, forth]) => [forth, { after: [back] }])),
  ...Object.fromEntries(paneNames.map((pane, index) => [paneKeys[pane], { before: [keyAfter(index)] }])),
  v: { before: ['1'] },
  b: { after: ['b'] },
  B: { after: ['escape', 'b'] },
  y: { after: ['y'] },
  '+': { before: ['1'], after: ['+'] },
  // From the main panes it leads nowhere, which it says.
  escape: { before: ['2'] },
  d: { after: ['1'] },
  z: { after: ['1'] },
  'n in sentences': { after: ['p'] },
  'p in sentences': { before: ['n'] },
  'space in sentences': { after: ['space'] },
  'enter in ablation': { after: ['z'] },
  'A in ablation': { before: ['down'], after: ['up'] },
  'Z in ablation': { after: ['Z'] },
  F: { before: ['f', '2', 'enter'] },
  X: { before: ['x'] },
  Z: { before: ['x'], after: ['X'] },
  G: { before: ['g'] },
  S: { before: ['alt+left'], after: ['S', 'alt+right'] },
  '-': { before: ['=', '5', 'enter'] },
  N: { before: ['=', '5', 'enter'], after: ['N', '-'] },
  t: { before: ['2'] },
  'enter in derivation': { after: ['backspace'] },
  'backspace in derivation': { before: ['enter'] },
  'enter in grid': { after: ['8'] },
  'enter in head-scores': { after: ['9'] },
  ...Object.fromEntries(
    ['?', ':', 'ctrl+p', 'f1', 'f', 'm', 'i', '=', 'L', 'enter'].map((key) => [key, { after: ['escape'] }]),
  ),
  ...Object.fromEntries(['c', 'u', 'x', 'g', 'e', 'alt+e', 'w', 'o'].map((key) => [key, { after: [key] }])),
  r: { before: ['c'] },
  space: { after: ['space', 'space'] },
  'alt+1': { before: ['alt+2'] },
  'alt+2': { after: ['alt+1'] },
  'alt+3': { after: ['alt+1'] },
};
/** How a pane is gone to, and left for the first one. */
const wayTo: Readonly<Partial<Record<string, readonly [there: string[], back: string[]]>>> = {
  sentences: [['b'], ['b']],
  word: [['y'], ['y']],
};

/** These end the program, or change nothing on a screen that is as it should be: they have tests of their own. */
const elsewhere = ['q', 'ctrl+c', 'ctrl+l'];

const keysOf = (bindings: readonly { readonly keys: readonly string[] }[], pane?: PaneName) =>
  bindings.flatMap(({ keys }) =>
    keys
      .filter((key) => !elsewhere.includes(key))
      .map((key) => ({ key, pane, title: `${key}${pane === undefined ? '' : ` in ${pane}`}` })),
  );
/** Arrows do the same in most panes: they are tried in the first one. */
const ownKeys = panes.flatMap((pane) =>
  keysOf(pane.name === 'attention' ? ownBindings(pane) : (pane.keys ?? []), pane.name as PaneName),
);

async function expectEffect(key: string, title = key): Promise<void> {
  const { before = [], after = [] } = situations[title] ?? situations[key] ?? {};
  for (const name of [...before, key, ...after]) await pressAndSee(terminal, name);
}

describe('each key does something that is seen', () => {
  // Another sentence, as the last of the keys below bring, leaves the query at its end.
  const chooseMiddle = async () => {
    for (let step = 0; step < 4; step++) await pressAndSee(terminal, 'alt+up');
    expect(terminal.screen().join('\n')).toContain('▸5 toward');
  };

  test('to begin with, a query in the middle is chosen', chooseMiddle);

  test.each(keysOf(globalBindings))('while typing: $title', ({ key }) => expectEffect(key));

  test.each(inputBindings.flatMap((binding) => binding.keys))(
    '%s leads from the sentence to the panes',
    async (key) => {
      await pressAndSee(terminal, key);
      await pressAndSee(terminal, 'c');
      await pressAndSee(terminal, 'r');
      await pressAndSee(terminal, 'i');
    },
  );

  test('the panes are gone to', async () => {
    await pressAndSee(terminal, 'escape');
    for (const index of ['2', '1']) await pressAndSee(terminal, index);
  });

  test('a query in the middle is chosen again', chooseMiddle);

  test.each(keysOf(globalBindings))('in the panes: $title', ({ key }) => expectEffect(key));

  test('a query in the middle is chosen once more', chooseMiddle);

  test.each([...ownKeys, ...keysOf(paneBindings)])('$title', async ({ key, pane, title }) => {
    const isElsewhere = pane !== undefined && pane !== 'attention';
    const [there, back] = isElsewhere ? (wayTo[pane] ?? [[paneKeys[pane]], ['1']]) : [[], []];
    for (const name of there) await pressAndSee(terminal, name);
    await expectEffect(key, title);
    for (const name of back) await pressAndSee(terminal, name);
  });

  test('Ctrl-L draws over what does not belong there', async () => {
    await terminal.feed('\x1b7\x1b[20;30HGARBAGE\x1b8');
    expect(terminal.screen().join('\n')).toContain('GARBAGE');
    terminal.type(keyBytes('ctrl+l'));
    await terminal.waitFor((text) => !text.includes('GARBAGE'), patienceMs);
  });

  test('the help names every key of the tables', async () => {
    await pressAndSee(terminal, '?');
    let seen = terminal.screen().join('\n');
    for (let page = 0; page < 9; page++) {
      terminal.type(keyBytes('pagedown'));
      await terminal.settled(50);
      seen += terminal.screen().join('\n');
    }
    const own = panes.flatMap(ownBindings);
    const labels = [...globalBindings, ...inputBindings, ...paneBindings, ...own].map((one) => one.label);
    expect(labels.filter((label) => !seen.includes(label))).toEqual([]);
    await pressAndSee(terminal, 'escape');
    await pressAndSee(terminal, 'i');
  });
});

const text = 'one two-three four';
const start = 'one two|-three four';
/** What a command makes of `start`, after the keys `before`, where it needs some. */
const edited: Readonly<
  Record<string, { readonly shows: string; readonly before?: string[]; readonly after?: string[] }>
> = {
  moveLeft: { shows: 'one tw|o-three four' },
  moveRight: { shows: 'one two-|three four' },
  moveHome: { shows: '|one two-three four' },
  moveEnd: { shows: 'one two-three four|' },
  moveWordLeft: { shows: 'one |two-three four' },
  moveWordRight: { shows: 'one two-three| four' },
  deleteBackward: { shows: 'one tw|-three four' },
  deleteForward: { shows: 'one two|three four' },
  killBlankWordBackward: { shows: 'one |-three four' },
  killWordBackward: { shows: 'one |-three four' },
  killWordForward: { shows: 'one two| four' },
  killToStart: { shows: '|-three four' },
  killToEnd: { shows: 'one two|' },
  yank: { before: ['ctrl+k'], shows: 'one two-three four|' },
  transpose: { shows: 'one tw-o|three four' },
  undo: { before: ['backspace', 'delete'], shows: 'one tw|-three four' },
  historyPrevious: { shows: `${exampleSentences.at(-1)}|` },
  historyNext: { before: ['up'], shows: 'one two-three four|' },
  submit: { shows: 'one two-three four|', after: ['ctrl+a', 'ctrl+k', 'up'] },
};

describe('each key of the sentence', () => {
  test.each([...editorKeys])('%s: %s', async (key, command) => {
    const { shows, before = [], after = [] } = edited[command] ?? { shows: 'a test' };
    const clear = ['down', 'down', 'down', 'down', 'ctrl+a', 'ctrl+k'].map(keyBytes).join('');
    terminal.type(clear + text + keyBytes('ctrl+a') + keyBytes('right').repeat(7));
    await terminal.waitFor(() => sentenceWithCaret(terminal) === start, patienceMs);
    terminal.type([...before, key, ...after].map(keyBytes).join(''));
    await terminal.waitFor(() => sentenceWithCaret(terminal) === shows, patienceMs);
  });
});
