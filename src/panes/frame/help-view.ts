import { wrapWords } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { type Cell, cell, type Row } from '../kit/cells.ts';
import { sideBySide } from '../kit/side-by-side.ts';

/** One or more keys and what they do. */
export interface KeyHelp {
  readonly keys: string;
  readonly does: string;
}

export interface HelpSection {
  readonly title: string;
  readonly entries: readonly KeyHelp[];
}

/** A page of the help as rows, and the row of each match of a search. */
export interface HelpPage {
  readonly rows: readonly Row[];
  readonly found: readonly number[];
}

/** A match to show as the selected one: its place among those of the page. */
export interface HelpSearch {
  readonly text: string;
  readonly selected: number | null;
}

const columnCells = 58;
const mostColumns = 3;

/** Sections in as many columns as fit, to be read down each column, with the matches of a search marked. */
export function helpPage(sections: readonly HelpSection[], widthCells: number, search: HelpSearch | null): HelpPage {
  const count = Math.max(1, Math.min(mostColumns, Math.floor(widthCells / columnCells)));
  const width = Math.floor((widthCells - 1) / count);
  const blocks = sections.map((section) => sectionBlock(section, width - 2, search?.text.toLowerCase() ?? ''));
  const total = blocks.reduce((sum, { lines }) => sum + lines.length + 1, 0);
  const columns: Line[][] = [[]];
  for (const { lines } of blocks) {
    const last = columns.at(-1) ?? [];
    const isFull = last.length > 0 && last.length + lines.length / 2 > total / count;
    if (isFull && columns.length < count) columns.push([...lines, []]);
    else last.push(...lines, []);
  }
  const found: number[] = [];
  const drawn = columns.map((lines) =>
    lines.map(
      (line, row): Row =>
        line.map((piece) => {
          if (piece.match === undefined) return cell(piece.text, piece.tone);
          if (piece.match === 'starts') found.push(row);
          const isSelected = found.length - 1 === search?.selected;
          return isSelected ? { ...cell(piece.text, 'accent'), selected: true } : cell(piece.text, 'match');
        }),
    ),
  );
  return { rows: sideBySide(drawn, width).map((row): Row => [cell(' '), ...row]), found };
}

/** A piece of a line; a match may go on in the next line. */
interface Piece extends Pick<Cell, 'text' | 'tone'> {
  readonly match?: 'starts' | 'goes on';
}
type Line = readonly Piece[];

function sectionBlock({ title, entries }: HelpSection, widthCells: number, query: string): { lines: Line[] } {
  const widest = Math.max(...entries.map((entry) => widthOf(entry.keys)));
  // Prose has no keys.
  const keysWidth = widest === 0 ? 0 : Math.min(20, widest) + 2;
  const lines: Line[] = wrapWords(title, widthCells).length === 0 ? [] : marked(title, [title], 'strong', query);
  for (const { keys, does } of entries) {
    const tone = widest === 0 ? 'plain' : 'dim';
    const words = marked(does, wrapWords(does, Math.max(10, widthCells - keysWidth - 1)), tone, query);
    const named = marked(keys, [keys], 'plain', query)[0] ?? [];
    words.forEach((line, index) => {
      const pad = keysWidth - (index === 0 ? widthOf(keys) : 0);
      const before: Line = index === 0 ? named : [];
      lines.push([
        { text: ' ', tone: 'plain' },
        ...before,
        { text: ' '.repeat(Math.max(0, pad)), tone: 'plain' },
        ...line,
      ]);
    });
  }
  return { lines };
}

/** The lines of a wrapped text, cut where a match begins or ends. */
function marked(text: string, lines: readonly string[], tone: Cell['tone'], query: string): Line[] {
  const starts = matchesOf(text, query);
  let offset = 0;
  return lines.map((line) => {
    const begin = offset;
    // The blank at which the line was broken.
    offset += line.length + 1;
    const pieces: Piece[] = [];
    let at = begin;
    for (const start of starts) {
      const [from, to] = [Math.max(start, begin), Math.min(start + query.length, begin + line.length)];
      if (from >= to) continue;
      if (from > at) pieces.push({ text: text.slice(at, from), tone });
      pieces.push({ text: text.slice(from, to), tone, match: start >= begin ? 'starts' : 'goes on' });
      at = to;
    }
    if (at < begin + line.length) pieces.push({ text: text.slice(at, begin + line.length), tone });
    return pieces;
  });
}

/** Where a query occurs in a text, whatever the case; the query is in lower case. */
function matchesOf(text: string, query: string): number[] {
  if (query === '') return [];
  const lower = text.toLowerCase();
  const starts: number[] = [];
  for (let at = lower.indexOf(query); at >= 0; at = lower.indexOf(query, at + query.length)) starts.push(at);
  return starts;
}
