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

/** A match of a search: its first row, and the cells that show it, which may go on in the next row. */
export interface HelpMatch {
  readonly row: number;
  readonly cells: readonly Cell[];
}

/** A page of the help, and the matches of a search in the order of its entries. */
export interface HelpPage {
  readonly rows: readonly Row[];
  readonly matches: readonly HelpMatch[];
}

const columnCells = 58;
const mostColumns = 3;

/** Sections in as many columns as fit, to be read down each column, with the matches of a search marked. */
export function helpPage(sections: readonly HelpSection[], widthCells: number, search: string): HelpPage {
  const count = Math.max(1, Math.min(mostColumns, Math.floor(widthCells / columnCells)));
  const width = Math.floor((widthCells - 1) / count);
  const blocks = sections.map((section) => sectionBlock(section, width - 2, search.toLowerCase()));
  const height = columnHeight(
    blocks.map(({ rows }) => rows.length + 1),
    count,
  );
  const columns: Row[][] = [[]];
  const matches: HelpMatch[] = [];
  for (const block of blocks) {
    const last = columns.at(-1) ?? [];
    const isFull = last.length > 0 && last.length + block.rows.length + 1 > height;
    const column = isFull ? [] : last;
    if (column !== last) columns.push(column);
    matches.push(...block.matches.map(({ row, cells }) => ({ row: row + column.length, cells })));
    column.push(...block.rows, []);
  }
  const margin = cell(' ');
  return { rows: sideBySide(columns, width).map((row): Row => [margin, ...row]), matches };
}

/** The smallest height of columns that hold blocks in their order. */
function columnHeight(heights: readonly number[], count: number): number {
  const columnsOf = (limit: number) => {
    let [columns, used] = [1, 0];
    for (const height of heights) {
      const isFull = used > 0 && used + height > limit;
      columns += Number(isFull);
      used = height + (isFull ? 0 : used);
    }
    return columns;
  };
  let limit = Math.ceil(heights.reduce((sum, one) => sum + one, 0) / count);
  while (columnsOf(limit) > count) limit++;
  return limit;
}

/** Rows with one match selected. */
export function withSelected(rows: readonly Row[], match: HelpMatch | undefined): Row[] {
  const isOfMatch = (one: Cell) => match?.cells.includes(one) === true;
  return rows.map((row) => row.map((one) => (isOfMatch(one) ? { ...one, tone: 'accent', selected: true } : one)));
}

function sectionBlock({ title, entries }: HelpSection, widthCells: number, query: string): HelpPage {
  const widest = Math.max(...entries.map((entry) => widthOf(entry.keys)));
  // Prose has no keys.
  const keysWidth = widest === 0 ? 0 : Math.min(20, widest) + 2;
  const heading = markedText(title, [title], 'strong', query);
  const rows: Row[] = [...heading.rows];
  const matches: HelpMatch[] = [...heading.matches];
  for (const { keys, does } of entries) {
    const lines = wrapWords(does, Math.max(10, widthCells - keysWidth - 1));
    const named = markedText(keys, [keys], 'plain', query);
    const words = markedText(does, lines, widest === 0 ? 'plain' : 'dim', query);
    for (const { row, cells } of [...named.matches, ...words.matches]) matches.push({ row: row + rows.length, cells });
    const pad = keysWidth - widthOf(keys);
    rows.push(
      ...words.rows.map(
        (line, index): Row =>
          index === 0
            ? [cell(' '), ...(named.rows[0] ?? []), cell(' '.repeat(Math.max(0, pad))), ...line]
            : [cell(' '.repeat(1 + keysWidth)), ...line],
      ),
    );
  }
  return { rows, matches };
}

/** The lines of a wrapped text, cut where a match begins or ends. */
function markedText(text: string, lines: readonly string[], tone: Cell['tone'], query: string): HelpPage {
  const starts = matchesOf(text, query);
  const found = starts.map(() => ({ row: -1, cells: [] as Cell[] }));
  let offset = 0;
  const rows = lines.map((line, row) => {
    const [begin, end] = [offset, offset + line.length];
    // The blank at which the line was broken.
    offset = end + 1;
    const cells: Cell[] = [];
    let at = begin;
    starts.forEach((start, index) => {
      const [from, to] = [Math.max(start, begin), Math.min(start + query.length, end)];
      const match = found[index];
      if (from >= to || match === undefined) return;
      if (from > at) cells.push(cell(text.slice(at, from), tone));
      const marked = cell(text.slice(from, to), 'match');
      cells.push(marked);
      if (match.row < 0) match.row = row;
      match.cells.push(marked);
      at = to;
    });
    return at < end ? [...cells, cell(text.slice(at, end), tone)] : cells;
  });
  return { rows, matches: found };
}

/** Where a query occurs in a text, whatever the case; the query is in lower case. */
function matchesOf(text: string, query: string): number[] {
  if (query === '') return [];
  const lower = text.toLowerCase();
  const starts: number[] = [];
  for (let at = lower.indexOf(query); at >= 0; at = lower.indexOf(query, at + query.length)) starts.push(at);
  return starts;
}
