import { clampIndex } from '../../explorer/selection.ts';
import { type Cell, cell, type Row, rowWidth, type Size } from '../../panes/kit/cells.ts';
import { windowAround } from '../../panes/kit/viewport.ts';
import { cutEnd } from '../../text/fitted-text.ts';
import { type Found, fuzzyFind } from '../../text/fuzzy.ts';
import { graphemesOf, widthOf } from '../../text/graphemes.ts';
import type { Controller } from '../controller-type.ts';
import type { Overlay } from '../frame.ts';
import { fieldRow, typedInto } from './fields.ts';

/** One line of a list. */
export interface Choice {
  /** What the field searches. */
  readonly text: string;
  /** More about it (default: the problem). */
  readonly note?: string;
  /** The key that does the same. */
  readonly key?: string;
  /** Why it cannot be chosen now; null: it can. */
  readonly problem: string | null;
  /** Runs after the box is closed. */
  choose(): void;
}

export interface List {
  readonly kind: string;
  readonly mode: string;
  readonly title: string;
  readonly label: string;
  readonly invitation: string;
  readonly hints: readonly string[];
  readonly choices: readonly Choice[];
  /** What to say when the query finds nothing. */
  nothing(query: string): string;
  /** The key that opened the box closes it, too. */
  readonly closedBy?: string;
}

interface State {
  readonly value: string;
  readonly selected: number;
}

/** A box with a field above a list that the field filters. */
export function listBox(c: Controller, list: List, state: State = { value: '', selected: 0 }): Overlay {
  const below = c.overlay.peek();
  return listAt(c, list, state, below?.kind === list.kind ? null : below);
}

function listAt(c: Controller, list: List, { value, selected }: State, below: Overlay | null): Overlay {
  const { kind, mode, title, hints, choices } = list;
  const found = fuzzyFind(
    value,
    choices.map(({ text }) => text),
  );
  const chosen = choices[found[selected]?.index ?? -1];
  const to = (state: State) => {
    c.overlay.value = listAt(c, list, state, below);
  };
  const move = (place: number) => to({ value, selected: clampIndex(place, found.length) });
  const close = () => {
    c.overlay.value = below;
  };
  return {
    ...{ kind, mode, hints, value, below },
    title: () => (found.length === 0 ? title : `${title}  ${selected + 1} of ${found.length}`),
    rows: (size) => [
      fieldRow(list.label, value, list.invitation),
      [],
      ...(found.length === 0
        ? [[cell(` ${list.nothing(value)}`, 'warning')]]
        : listRows(choices, found, selected, { ...size, heightCells: size.heightCells - 2 })),
    ],
    press(press, { heightCells }) {
      const { name } = press;
      const page = Math.max(1, heightCells - 4);
      const moves: Readonly<Record<string, number>> = {
        up: selected - 1,
        down: selected + 1,
        pageup: selected - page,
        pagedown: selected + page,
        home: 0,
        end: found.length - 1,
      };
      const place = moves[name];
      if (place !== undefined) move(place);
      else if (name === list.closedBy || (name === 'backspace' && value === '')) close();
      else if (name === 'enter') {
        if (chosen === undefined) c.say(list.nothing(value));
        else if (chosen.problem !== null) c.say(chosen.problem);
        else {
          c.overlay.value = null;
          chosen.choose();
        }
      } else {
        const typed = typedInto(value, press);
        if (typed === null) return false;
        to({ value: typed, selected: 0 });
      }
      return true;
    },
  };
}

/** As many choices as fit around the selected one; the last row counts those below. */
function listRows(choices: readonly Choice[], found: readonly Found[], selected: number, size: Size): Row[] {
  const isCut = found.length > size.heightCells;
  const { start, end } = windowAround(found.length, size.heightCells - Number(isCut), selected);
  const rows = found.slice(start, end).map(({ index, matched }, place): Row => {
    const choice = choices[index];
    return choice === undefined ? [] : choiceRow(choice, matched, start + place === selected, size.widthCells);
  });
  return isCut ? [...rows, [cell(end < found.length ? `   ${found.length - end} more` : '', 'dim')]] : rows;
}

function choiceRow(choice: Choice, matched: ReadonlySet<number>, isSelected: boolean, widthCells: number): Row {
  const { text, note, key = '', problem } = choice;
  const tone = isSelected ? 'accent' : problem === null ? 'plain' : 'dim';
  const room = widthCells - 3 - (key === '' ? 0 : widthOf(key) + 2);
  const remark = note ?? problem ?? '';
  // A long text leaves half of the row to the reason.
  const kept = problem === null ? 0 : Math.min(widthOf(remark) + 2, Math.floor(room / 2));
  const shown = cutEnd(text, room - kept);
  const row: Cell[] = [cell(isSelected ? ' ▸ ' : '   ', tone), ...markedCells(shown, matched, tone)];
  const rest = room - widthOf(shown) - 2;
  if (remark !== '' && rest > 4) row.push(cell(`  ${cutEnd(remark, rest)}`, 'dim'));
  if (key === '') return row;
  const gap = widthCells - 1 - rowWidth(row) - widthOf(key);
  return [...row, cell(' '.repeat(Math.max(0, gap))), cell(key, problem === null ? 'strong' : 'dim')];
}

/** A text with the graphemes marked whose code units are in a set. */
export function markedCells(text: string, marked: ReadonlySet<number>, tone: Cell['tone']): Cell[] {
  if (marked.size === 0) return [cell(text, tone)];
  const cells: { text: string; tone: Cell['tone'] }[] = [];
  let at = 0;
  for (const grapheme of graphemesOf(text)) {
    const end = at + grapheme.length;
    let wanted = tone;
    for (; at < end; at++) if (marked.has(at)) wanted = 'match';
    const last = cells.at(-1);
    if (last?.tone === wanted) last.text += grapheme;
    else cells.push({ text: grapheme, tone: wanted });
  }
  return cells;
}
