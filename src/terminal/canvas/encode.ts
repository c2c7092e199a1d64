import type { ColourDepth } from '../colour/depth.ts';
import { colourConverter } from './convert-colour.ts';
import { plainGlyph, uncertainGlyph } from './glyph-kind.ts';
import { defaultColour, type Grid, type Pen, visibleOnBlank } from './grid.ts';
import { sgrBetween } from './sgr.ts';

/** A row or column of the terminal's cursor that is not known. */
const unknown = -1;
/** Length of the sequence that erases to the end of the line. */
const eraseCost = 3;
/** Longest run of unchanged cells to consider writing again instead of jumping over it. */
const longestGap = 5;

function absolute(x: number, y: number): string {
  if (x > 0) return `\x1b[${y + 1};${x + 1}H`;
  return y > 0 ? `\x1b[${y + 1}H` : '\x1b[H';
}

/** Turns the difference of two grids into terminal output; keeps track of the terminal's pen and cursor. */
export class Encoder {
  private readonly convert: (colour: number) => number;
  /** Painted in place of the terminal's own colours; `defaultColour`: those. */
  private readonly ground: { fg: number; bg: number } = { fg: defaultColour, bg: defaultColour };
  private readonly pen: Pen = { fg: defaultColour, bg: defaultColour, attributes: 0 };
  private readonly wanted: Pen = { fg: defaultColour, bg: defaultColour, attributes: 0 };
  private x = unknown;
  private y = unknown;
  private dirty = new Uint8Array(0);

  constructor(depth: ColourDepth) {
    this.convert = colourConverter(depth);
  }

  /** Paints these colours, 0xRRGGBB, where cells have none; null: the terminal's own. Takes effect with `reset`. */
  setGround(ground: { readonly fg: number; readonly bg: number } | null): void {
    this.ground.fg = this.convert(ground?.fg ?? defaultColour);
    this.ground.bg = this.convert(ground?.bg ?? defaultColour);
  }

  /** Blanks have a colour of their own, so that clearing the terminal does not draw them. */
  get hasGround(): boolean {
    return this.ground.bg !== defaultColour;
  }

  /** Clears the terminal and gives it a known state: no wrap, default pen, cursor at home. */
  reset(): string {
    this.pen.fg = defaultColour;
    this.pen.bg = defaultColour;
    this.pen.attributes = 0;
    this.x = 0;
    this.y = 0;
    // Without wrap, writing the last cell does not scroll the screen.
    return '\x1b[?7l\x1b[m\x1b[H\x1b[J';
  }

  private fg(grid: Grid, i: number): number {
    const colour = grid.fg[i]!;
    return colour === defaultColour ? this.ground.fg : this.convert(colour);
  }

  private bg(grid: Grid, i: number): number {
    const colour = grid.bg[i]!;
    return colour === defaultColour ? this.ground.bg : this.convert(colour);
  }

  moveTo(x: number, y: number): string {
    if (this.x === x && this.y === y) return '';
    const direct = absolute(x, y);
    const relative = this.y === y && this.x !== unknown ? this.alongRow(x) : direct;
    this.x = x;
    this.y = y;
    return relative.length < direct.length ? relative : direct;
  }

  /** Output for a terminal that shows `screen` and is to show `next`; copies `next` to `screen`.
   *  changed: a flag per row; rows without it count as equal. */
  difference(screen: Grid, next: Grid, changed: Uint8Array): string {
    if (this.dirty.length < next.width) this.dirty = new Uint8Array(next.width);
    let output = '';
    for (let y = 0; y < next.height; y++) {
      if (changed[y] === 0 || !this.markDirty(screen, next, y)) continue;
      output += this.row(next, y);
      screen.copyRow(next, y);
    }
    return output;
  }

  private alongRow(x: number): string {
    if (x === 0) return '\r';
    const distance = Math.abs(x - this.x);
    return `\x1b[${distance === 1 ? '' : distance}${x > this.x ? 'C' : 'D'}`;
  }

  private same(a: Grid, b: Grid, i: number): boolean {
    return (
      a.text[i] === b.text[i] &&
      a.attributes[i] === b.attributes[i] &&
      (a.bg[i] === b.bg[i] || this.bg(a, i) === this.bg(b, i)) &&
      (a.fg[i] === b.fg[i] || this.fg(a, i) === this.fg(b, i))
    );
  }

  /** Marks the cells of row `y` to write; false if there are none. */
  private markDirty(screen: Grid, next: Grid, y: number): boolean {
    const { dirty } = this;
    const { width } = next;
    const row = y * width;
    let any = false;
    for (let x = 0; x < width; x++) {
      dirty[x] = this.same(screen, next, row + x) ? 0 : 1;
      if (dirty[x]) any = true;
    }
    if (!any) return false;
    for (let x = 0; x < width; x++) {
      if (dirty[x] === 0) continue;
      // A terminal that draws such a grapheme wider also changed the cell after it.
      for (const grid of [screen, next]) {
        if (grid.kind[row + x] !== uncertainGlyph || grid.text[row + x] === '') continue;
        let after = x + 1;
        while (after < width && grid.text[row + after] === '') after++;
        while (after < width && after > x && next.text[row + after] === '') after--;
        if (after < width) dirty[after] = 1;
      }
    }
    return true;
  }

  private row(next: Grid, y: number): string {
    const { dirty } = this;
    const { width } = next;
    const row = y * width;
    let tail = width;
    while (tail > 0 && this.isBlank(next, row + tail - 1)) tail--;
    while (tail < width && dirty[tail] === 0) tail++;
    let inTail = 0;
    // Some terminals erase to their own background.
    if (!this.hasGround) for (let x = tail; x < width; x++) inTail += dirty[x]!;
    const end = inTail > eraseCost ? tail : width;
    let output = '';
    for (let x = 0; x < end; x++) {
      const i = row + x;
      if (dirty[x] === 0 || next.text[i] === '') continue;
      output += this.approach(next, x, y) + this.usePen(next, i) + this.glyph(next, x, y);
    }
    if (end < width) output += `${this.approach(next, end, y) + this.change(this.blankPen(defaultColour))}\x1b[K`;
    return output;
  }

  private isBlank(grid: Grid, i: number): boolean {
    return grid.text[i] === ' ' && grid.attributes[i] === 0 && this.bg(grid, i) === this.ground.bg;
  }

  /** Moves to (x, y), or writes the unchanged cells up to there again if that is shorter. */
  private approach(next: Grid, x: number, y: number): string {
    const gap = x - this.x;
    if (this.y !== y || this.x === unknown || gap <= 0 || gap > longestGap) return this.moveTo(x, y);
    const from = this.x;
    const jump = this.moveTo(x, y);
    let again = '';
    for (let i = y * next.width + from; i < y * next.width + x; i++) {
      const text = next.text[i]!;
      if (next.kind[i] !== plainGlyph || text > '~' || !this.penSuits(next, i)) return jump;
      again += text;
    }
    return again.length <= jump.length ? again : jump;
  }

  private penSuits(grid: Grid, i: number): boolean {
    const { pen } = this;
    if (this.bg(grid, i) !== pen.bg) return false;
    const attributes = grid.attributes[i]!;
    if (grid.text[i] === ' ' && attributes === 0) return (pen.attributes & visibleOnBlank) === 0;
    return attributes === pen.attributes && this.fg(grid, i) === pen.fg;
  }

  private usePen(grid: Grid, i: number): string {
    if (this.penSuits(grid, i)) return '';
    const bg = this.bg(grid, i);
    if (grid.text[i] === ' ' && grid.attributes[i] === 0) return this.change(this.blankPen(bg));
    this.wanted.fg = this.fg(grid, i);
    this.wanted.bg = bg;
    this.wanted.attributes = grid.attributes[i]!;
    return this.change(this.wanted);
  }

  /** The pen nearest to the current one that draws blanks on `bg`. */
  private blankPen(bg: number): Pen {
    const { pen, wanted } = this;
    const suits = pen.bg === bg && (pen.attributes & visibleOnBlank) === 0;
    const plain = bg === defaultColour && !suits;
    wanted.fg = plain ? defaultColour : pen.fg;
    wanted.bg = bg;
    wanted.attributes = plain ? 0 : pen.attributes & ~visibleOnBlank;
    return wanted;
  }

  private change(to: Pen): string {
    const sequence = sgrBetween(this.pen, to);
    this.pen.fg = to.fg;
    this.pen.bg = to.bg;
    this.pen.attributes = to.attributes;
    return sequence;
  }

  private glyph(next: Grid, x: number, y: number): string {
    const i = y * next.width + x;
    const text = next.text[i]!;
    if (next.kind[i] === plainGlyph) {
      this.x = x + 1 < next.width ? x + 1 : unknown;
      return text;
    }
    this.x = unknown;
    if (next.kind[i] !== uncertainGlyph) return text;
    // Blanks first: a terminal that draws the grapheme narrower would leave old cells beside it.
    let width = 1;
    while (x + width < next.width && next.text[i + width] === '') width++;
    return ' '.repeat(width) + absolute(x, y) + text;
  }
}
