import { type HelpPage, helpPage } from '../../panes/frame/help-view.ts';
import { cell, type Row, type Size } from '../../panes/kit/cells.ts';
import type { KeyPress } from '../../terminal/input/key-name.ts';
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

/** The help: pages of keys and words, to scroll and to search. */
export function helpBox(c: Controller): Overlay {
  const below = c.overlay.peek();
  const texts = helpTexts(c.explorer.inputs.pane.peek());
  return helpAt(c, texts, { page: 0, scroll: 0, search: null }, below?.kind === 'help' ? null : below);
}

function helpAt(c: Controller, texts: readonly HelpText[], place: Place, below: Overlay | null): Overlay {
  const { page, search } = place;
  const to = (next: Partial<Place>) => {
    c.overlay.value = helpAt(c, texts, { ...place, ...next }, below);
  };
  const close = () => {
    c.overlay.value = below;
  };
  return {
    kind: 'help',
    ...(search?.isTyping === true ? { value: search.text } : {}),
    below,
    hints: search === null ? browsing : search.isTyping ? typing : searched,
    title: (size) => {
      const { rows, start, end } = shownPart(texts, place, size);
      const names = texts.map(({ name }, index) => (index === page ? `[${name}]` : name));
      return `${names.join('  ')}   rows ${start + 1}–${end} of ${rows.length}`;
    },
    rows: (size) => {
      const { rows, start, end } = shownPart(texts, place, size);
      const shown = rows.slice(start, end);
      if (search === null) return shown;
      const blank = Array.from({ length: roomFor(place, size) - shown.length }, (): Row => []);
      return [...shown, ...blank, searchRow(search, matchesIn(texts, search, size).length)];
    },
    press(press, size) {
      if (search?.isTyping === true) return pressSearch(press, search, size, texts, place, to);
      const { name } = press;
      const { rows, start } = shownPart(texts, place, size);
      const room = roomFor(place, size);
      const rowsBy: Readonly<Record<string, number>> = {
        ...{ up: -1, k: -1, down: 1, j: 1, pageup: 1 - room, b: 1 - room, pagedown: room - 1, space: room - 1 },
        ...{ home: -rows.length, end: rows.length },
      };
      const pagesBy: Readonly<Record<string, number>> = { left: -1, h: -1, 'shift+tab': -1, right: 1, l: 1, tab: 1 };
      const [steps, turn] = [rowsBy[name], pagesBy[name]];
      if (steps !== undefined) to({ scroll: Math.max(0, Math.min(start + steps, rows.length - room)) });
      else if (turn !== undefined) to({ page: (page + turn + texts.length) % texts.length, scroll: 0 });
      else if (name === '/') to({ search: { text: '', isTyping: true, selected: 0 } });
      else if (search !== null && (name === 'n' || name === 'N')) to(jumped(texts, place, size, name === 'n' ? 1 : -1));
      else if (name === 'q' || name === '?' || name === 'f1' || name === 'enter') close();
      else return false;
      return true;
    },
  };
}

/** A key while the search is typed: it goes on from the match or the rows in view. */
function pressSearch(
  press: KeyPress,
  search: Search,
  size: Size,
  texts: readonly HelpText[],
  place: Place,
  to: (next: Partial<Place>) => void,
): boolean {
  const { name } = press;
  const typed = typedInto(search.text, press);
  const isEnding = name === 'escape' || (search.text === '' && (name === 'enter' || name === 'backspace'));
  if (isEnding) to({ search: null });
  else if (name === 'enter') to({ search: { ...search, isTyping: false } });
  else if (typed === null) return false;
  else to(jumped(texts, { ...place, search: { ...search, text: typed, selected: -1 } }, size, 1));
  return true;
}

interface Match {
  readonly page: number;
  readonly row: number;
}

/** The matches of a search on all pages. */
function matchesIn(texts: readonly HelpText[], { text }: Search, { widthCells }: Size): readonly Match[] {
  return texts.flatMap(({ sections }, page) =>
    helpPage(sections, widthCells, { text, selected: null }).found.map((row) => ({ page, row })),
  );
}

/** The place of the next match, or of the first one from the rows in view on if none is selected. */
function jumped(texts: readonly HelpText[], place: Place, size: Size, steps: number): Partial<Place> {
  const { search } = place;
  if (search === null) return {};
  const matches = matchesIn(texts, search, size);
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

function shownPart(texts: readonly HelpText[], place: Place, size: Size) {
  const { search, page } = place;
  const before = search === null ? 0 : matchesIn(texts, search, size).filter((match) => match.page < page).length;
  const marks = search === null ? null : { text: search.text, selected: search.selected - before };
  const { rows }: HelpPage = helpPage(texts[page]?.sections ?? [], size.widthCells, marks);
  const room = roomFor(place, size);
  const start = Math.max(0, Math.min(place.scroll, rows.length - room));
  return { rows, start, end: Math.min(rows.length, start + room) };
}

function searchRow({ text, isTyping, selected }: Search, count: number): Row {
  const where = text === '' ? '' : count === 0 ? 'not in the help' : `${selected + 1} of ${count}`;
  const result = cell(`   ${where}`, count === 0 ? 'warning' : 'strong');
  return isTyping ? [...fieldRow('/', text, 'type words to find').slice(0, 3), result] : [cell(` / ${text}`), result];
}
