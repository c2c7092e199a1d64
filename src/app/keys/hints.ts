import { panes } from '../../panes/all.ts';
import type { HelpSection } from '../../panes/frame/help-view.ts';
import { type Cell, cell, type Row } from '../../panes/kit/cells.ts';
import type { Pane } from '../../panes/kit/pane.ts';
import { wrapWords } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import type { AppBinding, Controller } from '../controller-type.ts';
import type { Frame } from '../frame.ts';
import { caveat, glossary } from '../glossary.ts';
import { bindingsIn, keyOf } from './bindings.ts';
import { globalBindings, inputBindings } from './global-keys.ts';
import { paneBindings } from './pane-keys.ts';

const overlayHints = {
  help: ['↑↓ scroll', 'Esc close'],
  models: ['type to filter', '↑↓ choose', 'Enter open', 'Esc close'],
  scale: ['type a number', 'Enter set', 'Esc close'],
  control: ['type a sentence', '↑↓ choose one', 'Enter set', 'Enter in an empty field: no C', 'Esc close'],
  edit: ['type a number', 'Enter set', 'Enter in an empty field: as computed', 'Esc close'],
  state: ['Esc close'],
} as const;

/** The three rows at the bottom: the selection and the keys. A message replaces the keys, and a long one the rows above them. */
export function bottomRows(controller: Controller, frame: Frame, widthCells: number): Row[] {
  const [what = [], how = []] = frame.view.status;
  if (frame.message === null) return [what, how, hintsRow(controller, frame, widthCells)];
  const lines = wrapWords(frame.message, widthCells - 2).slice(0, 3);
  return [what, how, []].slice(0, 3 - lines.length).concat(lines.map((line) => [cell(` ${line}`, 'warning')]));
}

/** The keys that act now, as many as fit. */
function hintsRow(controller: Controller, frame: Frame, widthCells: number): Row {
  const hints = frame.overlay === null ? bindingHints(controller, frame) : overlayHints[frame.overlay.kind];
  const row: Cell[] = [];
  let used = 0;
  for (const hint of hints) {
    const text = ` ${hint} `;
    if (used + widthOf(text) > widthCells) continue;
    used += widthOf(text);
    const [keys = '', ...words] = hint.split(' ');
    row.push(cell(` ${keys}`, 'strong'), cell(` ${words.join(' ')} `, 'dim'));
  }
  return row;
}

function bindingHints(controller: Controller, { focus }: Frame): string[] {
  const hintsOf = (bindings: readonly AppBinding[]) =>
    bindings.flatMap(({ hint, isHinted }) => (hint === undefined || isHinted?.(controller) === false ? [] : hint));
  if (focus === 'panes') return hintsOf(bindingsIn(controller.explorer.inputs.pane.peek()));
  return [...hintsOf(inputBindings), `${keyOf('leave')} leave`, ...hintsOf(globalBindings)];
}

const editing: HelpSection = {
  title: 'editing the sentence',
  entries: [
    { keys: '← → Home End', does: 'move; also Ctrl-B, Ctrl-F, Ctrl-A, Ctrl-E' },
    { keys: 'Alt-B Alt-F', does: 'a word back, forward; also Ctrl-← Ctrl-→' },
    { keys: 'Backspace Delete', does: 'delete back, forward; also Ctrl-H, Ctrl-D' },
    { keys: 'Ctrl-W Alt-D', does: 'cut the word before, after the caret' },
    { keys: 'Alt-Backspace', does: 'cut back to the start of the word' },
    { keys: 'Ctrl-U Ctrl-K', does: 'cut to the start, to the end' },
    { keys: 'Ctrl-Y Ctrl-T', does: 'insert what was cut; swap two characters' },
    { keys: 'Ctrl-_ Ctrl-Z', does: 'undo; also Ctrl-/' },
    { keys: '↑ ↓', does: 'earlier and later sentences; also Ctrl-P, Ctrl-N' },
    { keys: 'Enter', does: 'keep the sentence among the earlier ones' },
  ],
};

const arrows = [
  { keys: '↑ ↓ or k j', does: 'move in the pane, as listed below' },
  { keys: '← → or h l', does: 'move across the pane, as listed below' },
];

function arrowsIn({ title, upDown, leftRight }: Pane) {
  return { keys: '↑ ↓, ← →', does: `in ${title}: ${upDown[0]}, ${leftRight[0]}` };
}

/** Every key, by where it works. */
export function keySections(): HelpSection[] {
  const entries = (bindings: readonly AppBinding[], where = '') =>
    bindings.filter((one) => one.label !== '').map(({ label, does }) => ({ keys: label, does: where + does }));
  return [
    { title: 'in the panes', entries: [...arrows, ...entries(paneBindings)] },
    { title: 'anywhere', entries: entries(globalBindings) },
    {
      title: 'in one of the panes',
      entries: panes.flatMap((pane) => [arrowsIn(pane), ...entries(pane.keys ?? [], `in ${pane.title}: `)]),
    },
    { title: 'in the sentence', entries: entries(inputBindings) },
    editing,
  ];
}

/** Every key, and the words on the screen. */
export function helpSections(): HelpSection[] {
  return [...keySections(), glossary, caveat];
}
