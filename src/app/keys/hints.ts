import { cell, type Row } from '../../panes/kit/cells.ts';
import { asciiText } from '../../terminal/ascii.ts';
import { padEnd, wrapWords } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import type { AppBinding, Controller } from '../controller-type.ts';
import type { Frame } from '../frame.ts';
import { paneNamed } from '../pane-named.ts';
import { commonBindings, keyOf, ownBindings } from './bindings.ts';
import { globalBindings, inputBindings } from './global-keys.ts';
import { modeOf } from './modes.ts';
import { lensBindings, waysOut } from './pane-keys.ts';

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

/** What the line at the bottom says of a key now; null: nothing. */
export function hintOf({ hint }: AppBinding, controller: Controller): string | null {
  return (typeof hint === 'function' ? hint(controller) : hint) ?? null;
}

function hintsIn(controller: Controller, { focus, overlay }: Frame): Hints {
  const hintsOf = (bindings: readonly AppBinding[]) => bindings.flatMap((one) => hintOf(one, controller) ?? []);
  if (overlay !== null) return { first: overlay.hints, rest: [], last: [] };
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
