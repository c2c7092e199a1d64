import type { Line } from './cell.ts';
import { defaultColour, type Grid } from './grid.ts';

/** A rectangle of cells; (0, 0) is the upper left corner of the screen. It may lie outside of the screen. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a region is, or a function that tells at each flush; null while it is nowhere. */
export type Place = Rect | (() => Rect | null);

/** A rectangle painted over the frame. */
export interface Region {
  place: Place;
  lines: readonly Line[];
  /** Its place and lines when the screen was last composed. */
  shownAt: Rect | null;
  shownLines: readonly Line[];
}

export function rectOf(region: Region): Rect | null {
  return typeof region.place === 'function' ? region.place() : region.place;
}

function sameRect(a: Rect | null, b: Rect | null): boolean {
  if (a === null || b === null) return a === b;
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}

function flagRows(rect: Rect | null, flags: Uint8Array): void {
  if (rect === null) return;
  flags.fill(1, Math.min(flags.length, Math.max(0, rect.y)), Math.min(flags.length, Math.max(0, rect.y + rect.height)));
}

/** Flags the rows that changed since the region was last composed, and counts it as composed. */
export function flagChanges(region: Region, rect: Rect | null, flags: Uint8Array): void {
  if (!sameRect(rect, region.shownAt)) {
    flagRows(region.shownAt, flags);
    flagRows(rect, flags);
  } else if (rect !== null && region.lines !== region.shownLines) {
    for (let k = Math.max(0, -rect.y); k < rect.height && rect.y + k < flags.length; k++) {
      if (region.lines[k] !== region.shownLines[k]) flags[rect.y + k] = 1;
    }
  }
  region.shownAt = rect;
  region.shownLines = region.lines;
}

function isDrawn(frame: Grid, i: number): boolean {
  return frame.text[i] !== ' ' || frame.bg[i] !== defaultColour || frame.attributes[i] !== 0;
}

/** Paints a region's part of row `y`, except over cells that the frame drew: a dialog stays in front. */
export function paintRegionRow(grid: Grid, frame: Grid, y: number, rect: Rect, lines: readonly Line[]): void {
  grid.paintLine(rect.x, y, rect.width, lines[y - rect.y] ?? []);
  const row = y * frame.width;
  const end = Math.min(frame.width, rect.x + rect.width);
  for (let x = Math.max(0, rect.x); x < end; x++) {
    if (!isDrawn(frame, row + x)) continue;
    let first = x;
    while (x < end && isDrawn(frame, row + x)) x++;
    // Keeps a wide grapheme across the region's edge whole.
    while (first > 0 && frame.text[row + first] === '') first--;
    while (x < frame.width && frame.text[row + x] === '') x++;
    grid.split(y, first);
    grid.split(y, x);
    grid.copyRow(frame, y, first, x);
  }
}
