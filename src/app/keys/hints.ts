import { panes } from '../../panes/all.ts';
import type { HelpSection } from '../../panes/frame/help-view.ts';
import { cell, type Row } from '../../panes/kit/cells.ts';
import type { Pane } from '../../panes/kit/pane.ts';
import { asciiText } from '../../terminal/ascii.ts';
import { padEnd, wrapWords } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import type { AppBinding, Controller } from '../controller-type.ts';
import type { Frame } from '../frame.ts';
import { caveat, glossary } from '../glossary.ts';
import { paneNamed } from '../pane-named.ts';
import { commonBindings, keyOf, ownBindings } from './bindings.ts';
import { globalBindings, inputBindings } from './global-keys.ts';
import { modeOf, overlays } from './modes.ts';
import { lensBindings, paneBindings, waysOut } from './pane-keys.ts';

interface BottomSize {
  readonly widthCells: number;
  /** Signs become words, which are wider. */
  readonly ascii: boolean;
}

/** The three rows at the bottom: the selection, then the mode and the keys. A message replaces the keys, and a long one the rows above. */
export function bottomRows(controller: Controller, frame: Frame, { widthCells, ascii }: BottomSize): Row[] {
  const written = (text: string) => (ascii ? asciiText(text) : text);
  const badge = cell(` ${modeOf(frame)} `, 'badge');
  const room = widthCells - widthOf(badge.text);
  const [what = [], how = []] = frame.view.status;
  if (frame.message === null) return [what, how, [badge, ...hintsRow(hintsIn(controller, frame), room, written)]];
  const lines = wrapWords(written(frame.message), room - 2).slice(0, 3);
  const rows = lines.map((line, index): Row => {
    const isLast = index === lines.length - 1;
    return [isLast ? badge : cell(' '.repeat(widthOf(badge.text))), cell(` ${line}`, 'warning')];
  });
  return [what, how, []].slice(0, 3 - rows.length).concat(rows);
}

/** Hints for the line at the bottom. */
interface Hints {
  /** What is special here, and the ways out. */
  readonly first: readonly string[];
  readonly rest: readonly string[];
  /** Ends the line, whatever fits before it. */
  readonly last: readonly string[];
}

/** The keys that act now, as many as fit. */
function hintsRow(hints: Hints, widthCells: number, written: (text: string) => string): Row {
  const [first = [], rest = [], last = []] = [hints.first, hints.rest, hints.last].map((some) => some.map(written));
  const width = (hints: readonly string[], gap: number) => hints.reduce((sum, hint) => sum + widthOf(hint) + gap, 0);
  const gap = width([...first, ...last], 2) <= widthCells ? 2 : 1;
  let room = widthCells - width(last, gap);
  const shown = [...first, ...rest].filter((hint) => {
    const fits = width([hint], gap) <= room;
    if (fits) room -= width([hint], gap);
    return fits;
  });
  return [...shown, ...last].flatMap((hint) => {
    const [keys = '', ...words] = hint.split(' ');
    return [
      cell(` ${keys}`, 'strong'),
      cell(padEnd(` ${words.join(' ')}`, widthOf(hint) + gap - 1 - widthOf(keys)), 'dim'),
    ];
  });
}

function hintsIn(controller: Controller, { focus, overlay }: Frame): Hints {
  const hintsOf = (bindings: readonly AppBinding[]) =>
    bindings.flatMap(({ hint }) => (typeof hint === 'function' ? hint(controller) : hint) ?? []);
  if (overlay !== null) return { first: overlays[overlay.kind].hints, rest: [], last: [] };
  if (focus !== 'panes')
    return {
      first: [...hintsOf(inputBindings), `${keyOf('leave')} leave`],
      rest: hintsOf(globalBindings),
      last: [],
    };
  const pane = paneNamed(controller.explorer.inputs.pane.peek());
  const special = [...waysOut, ...lensBindings];
  const isHelp = ({ action }: AppBinding) => action === 'help';
  const common = commonBindings(pane);
  return {
    first: hintsOf([...ownBindings(pane), ...special]),
    rest: hintsOf(common.filter((one) => !special.includes(one) && !isHelp(one))),
    last: hintsOf(common.filter(isHelp)),
  };
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
