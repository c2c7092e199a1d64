import { defaultColour, type Grid, type Pen } from './grid.ts';
import { applySgr } from './sgr.ts';

// CSI; OSC and the other strings up to their end; or ESC with one more character.
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are control characters.
const escapeSequence = /\x1b(?:\[([0-?]*)[ -/]*([@-~])|[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c|$)|[ -/]*[0-~]|$)/y;

/** Writes text and SGR styles of one row of a frame; skips other escape sequences and cuts long rows. */
function parseRow(grid: Grid, y: number, row: string): void {
  grid.blank(y);
  const pen: Pen = { fg: defaultColour, bg: defaultColour, attributes: 0 };
  let x = 0;
  let at = 0;
  while (at < row.length && x < grid.width) {
    const next = row.indexOf('\x1b', at);
    const end = next < 0 ? row.length : next;
    if (end > at) x = grid.write(x, y, grid.width, row.slice(at, end), pen);
    if (next < 0) return;
    escapeSequence.lastIndex = next;
    const found = escapeSequence.exec(row);
    if (found?.[2] === 'm') applySgr(pen, found[1] ?? '');
    at = found === null ? next + 1 : escapeSequence.lastIndex;
  }
}

/** Writes the rows of a frame that differ from `previous` into a grid, and calls `onChange` for each.
 *  Styles end with their row. Returns the rows, for `previous` next time. */
export function parseFrame(
  grid: Grid,
  frame: string,
  previous: readonly string[] = [],
  onChange: (y: number) => void = () => {},
): readonly string[] {
  const rows = frame.split('\n');
  if (rows.length > grid.height) rows.length = grid.height;
  while (rows.length < grid.height) rows.push('');
  for (let y = 0; y < grid.height; y++) {
    if (rows[y] === previous[y]) continue;
    parseRow(grid, y, rows[y]!);
    onChange(y);
  }
  return rows;
}
