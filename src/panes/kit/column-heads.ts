import { cutEnd } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { type Cell, cell, type Row } from './cells.ts';
import { indicesIn, type Window } from './viewport.ts';

/** Where the columns of a matrix stand on the screen. */
export interface ColumnPlaces {
  readonly columns: Window;
  readonly labelWidth: number;
  readonly cellWidth: number;
  readonly widthCells: number;
}

interface Head {
  readonly column: number;
  readonly text: string;
  readonly start: number;
}

/** The names above their columns, on as few lines as they need; null if they need more than `mostLines`. */
export function nameLines(
  names: readonly string[],
  selected: number | null,
  places: ColumnPlaces,
  mostLines: number,
): Row[] | null {
  const lines: Head[][] = [];
  for (const column of indicesIn(places.columns)) {
    const text = names[column] ?? '';
    const head = { column, text, start: startOf(column, text, places) };
    const line = lines.findLast((one) => isFree(one, head));
    if (line !== undefined) line.push(head);
    else if (lines.length < mostLines) lines.unshift([head]);
    else return null;
  }
  return lines.map((heads) => lineOf(heads, selected));
}

/** The positions above their columns; where not all fit, every second, fifth, tenth … */
export function positionLine(positions: readonly string[], selected: number | null, places: ColumnPlaces): Row {
  const { columns, cellWidth, widthCells } = places;
  const widest = Math.max(...indicesIn(columns).map((column) => widthOf(positions[column] ?? '')));
  const step = [1, 2, 5, 10, 20, 50, 100].find((one) => one * cellWidth > widest) ?? 200;
  const heads = indicesIn(columns).flatMap((column): Head[] => {
    const text = positions[column] ?? '';
    const start = columnStart(column, places) + (step === 1 ? Math.floor((cellWidth - widthOf(text)) / 2) : 0);
    return column % step === 0 && start + widthOf(text) <= widthCells ? [{ column, text, start }] : [];
  });
  return lineOf(heads, selected);
}

/** A mark above the selected column, with its position and whole name beside it; without the position, or the mark, where all is too long. */
export function markLine(position: string, name: string, selected: number, places: ColumnPlaces): Row {
  const at = columnStart(selected, places) + Math.floor((places.cellWidth - 1) / 2);
  const full = `key ${position} ${name}`;
  const heads = [full, name].flatMap((text) => [
    { text: `▾ ${text}`, start: at },
    { text: `${text} ▾`, start: at - widthOf(text) - 1 },
  ]);
  const fits = ({ text, start }: Pick<Head, 'text' | 'start'>) =>
    start >= 0 && start + widthOf(text) <= places.widthCells;
  const head = heads.find(fits) ?? { text: cutEnd(full, places.widthCells), start: 0 };
  return lineOf([{ column: selected, ...head }], selected);
}

function columnStart(column: number, { columns, labelWidth, cellWidth }: ColumnPlaces): number {
  return labelWidth + (column - columns.start) * cellWidth;
}

function startOf(column: number, text: string, places: ColumnPlaces): number {
  const width = widthOf(text);
  const centred = columnStart(column, places) + Math.floor((places.cellWidth - width) / 2);
  return Math.max(0, Math.min(centred, places.widthCells - width));
}

/** Whether a blank is left between the head and those on the line. */
function isFree(line: readonly Head[], { start }: Head): boolean {
  const last = line.at(-1);
  return last === undefined || last.start + widthOf(last.text) < start;
}

function lineOf(heads: readonly Head[], selected: number | null): Row {
  const row: Cell[] = [];
  let end = 0;
  for (const { column, text, start } of heads) {
    row.push(cell(' '.repeat(start - end)), cell(text, column === selected ? 'accent' : 'dim'));
    end = start + widthOf(text);
  }
  return row;
}
