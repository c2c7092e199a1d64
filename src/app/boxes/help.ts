import { type HelpMatch, type HelpPage, helpPage, withSelected } from '../../panes/frame/help-view.ts';
import { cell, type Row, type Size } from '../../panes/kit/cells.ts';
import type { KeyPress } from '../../terminal/input/key-name.ts';
import { widthOf } from '../../text/graphemes.ts';
import type { Controller } from '../controller-type.ts';
import type { Overlay } from '../frame.ts';
import { fieldRow, typedInto } from './fields.ts';
import { type HelpText, helpTexts } from './help-pages.ts';

interface Search {
  readonly text: string;
  readonly isTyping: boolean;
  /** The match in view, among those of all pages. */
  readonly selected: number;
}

interface Place {
  readonly page: number;
  /** The first row in view. */
  readonly scroll: number;
  readonly search: Search | null;
}

const browsing = ['↑↓ Space scroll', '←→ pages', '/ search', 'Esc close'];
const searched = ['n next match', 'N previous', ...browsing];
const typing = ['type to search', 'Enter keep', 'Esc end the search'];

interface Match extends HelpMatch {
  readonly page: number;
}

/** The pages of the help at a width, with the matches of a search. */
interface Laid {
  readonly pages: readonly HelpPage[];
  readonly matches: readonly Match[];
}

interface Help {
  readonly names: readonly string[];
  lay(widthCells: number, search: string): Laid;
}

/** Lays the pages out once for each width and search. */
function laidOut(texts: readonly HelpText[]): Help {
  let last: { readonly key: string; readonly laid: Laid } | null = null;
  return {
    names: texts.map(({ name }) => name),
    lay(widthCells, search) {
      const key = `${widthCells} ${search}`;
      if (last?.key === key) return last.laid;
      const pages = texts.map(({ sections }) => helpPage(sections, widthCells, search));
      const matches = pages.flatMap((one, page) => one.matches.map((match) => ({ ...match, page })));
      last = { key, laid: { pages, matches } };
      return last.laid;
    },
  };
}

/** The help: pages of keys and words, to scroll and to search. */
export function helpBox(c: Controller): Overlay {
  const below = c.overlay.peek();
  const help = laidOut(helpTexts(c.explorer.inputs.pane.peek()));
  return helpAt(c, help, { page: 0, scroll: 0, search: null }, below?.kind === 'help' ? null : below);
}

function helpAt(c: Controller, help: Help, place: Place, below: Overlay | null): Overlay {
  const { page, search } = place;
  const to = (next: Partial<Place>) => {
    c.overlay.value = helpAt(c, help, { ...place, ...next }, below);
  };
  return {
    kind: 'help',
    mode: 'HELP',
    ...(search?.isTyping === true ? { value: search.text } : {}),
    below,
    hints: search === null ? browsing : search.isTyping ? typing : searched,
    title: (size) => {
      const { rows, start, end } = shownPart(help, place, size);
      const names = help.names.map((name, index) => (index === page ? `[${name}]` : name));
      const where = `rows ${start + 1}–${end} of ${rows.length}`;
      const title = `${names.join('  ')}   ${where}`;
      return widthOf(title) + 4 <= size.widthCells
        ? title
        : `${help.names[page]}  ${page + 1} of ${names.length}   ${where}`;
    },
    rows: (size) => {
      const { rows, matches, start, end } = shownPart(help, place, size);
      if (search === null) return rows.slice(start, end);
      const shown = withSelected(rows.slice(start, end), matches[search.selected]);
      const blank = Array.from({ length: roomFor(place, size) - shown.length }, (): Row => []);
      return [...shown, ...blank, searchRow(search, matches.length)];
    },
    press(press, size) {
      const { name } = press;
      if (search?.isTyping === true) {
        const next = typedSearch(help, place, search, press, size);
        if (next !== null) to(next);
        return next !== null;
      }
      const { rows, start } = shownPart(help, place, size);
      const room = roomFor(place, size);
      const rowsBy: Readonly<Record<string, number>> = {
        ...{ up: -1, k: -1, down: 1, j: 1, pageup: 1 - room, b: 1 - room, pagedown: room - 1, space: room - 1 },
        ...{ home: -rows.length, end: rows.length },
      };
      const pagesBy: Readonly<Record<string, number>> = { left: -1, h: -1, 'shift+tab': -1, right: 1, l: 1, tab: 1 };
      const [steps, turn] = [rowsBy[name], pagesBy[name]];
      const count = help.names.length;
      if (steps !== undefined) to({ scroll: Math.max(0, Math.min(start + steps, rows.length - room)) });
      else if (turn !== undefined) to({ page: (page + turn + count) % count, scroll: 0 });
      else if (name === '/') to({ search: { text: '', isTyping: true, selected: -1 } });
      else if (search !== null && (name === 'n' || name === 'N'))
        to(jumped(help, place, search, size, name === 'n' ? 1 : -1));
      else if (['q', '?', 'f1', 'enter'].includes(name)) c.overlay.value = below;
      else return false;
      return true;
    },
  };
}

/** The place after a key in the field of the search; null: the key means nothing there. */
function typedSearch(help: Help, place: Place, search: Search, press: KeyPress, size: Size): Partial<Place> | null {
  const { name } = press;
  const { text } = search;
  if (name === 'escape' || (text === '' && (name === 'enter' || name === 'backspace'))) return { search: null };
  if (name === 'enter') return { search: { ...search, isTyping: false } };
  const typed = typedInto(text, press);
  return typed === null ? null : jumped(help, place, { ...search, text: typed, selected: -1 }, size, 1);
}

/** The place of the next match, or of the first one from the rows in view on if none is selected. */
function jumped(help: Help, place: Place, search: Search, size: Size, steps: number): Partial<Place> {
  const { matches } = help.lay(size.widthCells, search.text);
  const onward = matches.findIndex(
    ({ page, row }) => page > place.page || (page === place.page && row >= place.scroll),
  );
  const next = search.selected < 0 ? Math.max(0, onward) : search.selected + steps;
  const selected = matches.length === 0 ? -1 : (next + matches.length) % matches.length;
  const match = matches[selected];
  const found = { search: { ...search, selected } };
  if (match === undefined) return found;
  const room = roomFor({ ...place, ...found }, size);
  const isInView = match.page === place.page && match.row >= place.scroll && match.row < place.scroll + room;
  return {
    ...found,
    page: match.page,
    scroll: isInView ? place.scroll : Math.max(0, match.row - Math.floor(room / 3)),
  };
}

/** Rows of the page that fit; a search takes the last one. */
const roomFor = ({ search }: Place, { heightCells }: Size) => Math.max(1, heightCells - Number(search !== null));

/** The rows of the page, the range in view, and the matches of all pages. */
function shownPart(help: Help, place: Place, size: Size) {
  const { pages, matches } = help.lay(size.widthCells, place.search?.text ?? '');
  const rows = pages[place.page]?.rows ?? [];
  const room = roomFor(place, size);
  const start = Math.max(0, Math.min(place.scroll, rows.length - room));
  return { rows, matches, start, end: Math.min(rows.length, start + room) };
}

function searchRow({ text, isTyping, selected }: Search, count: number): Row {
  const where = text === '' ? '' : count === 0 ? 'not in the help' : `${selected + 1} of ${count}`;
  const result = cell(`   ${where}`, count === 0 ? 'warning' : 'strong');
  return isTyping ? [...fieldRow('/', text, 'type words to find'), result] : [cell(` / ${text}`), result];
}
