import { type Grapheme, graphemes, type Line, type Style } from './cell.ts';
import { isPlain, plainGlyph } from './glyph-kind.ts';

/** The terminal's own foreground or background. */
export const defaultColour = -1;
/** Marks a colour as entry 0…255 of the terminal's palette, not 0xRRGGBB. */
export const paletteFlag = 0x1000000;

export const bold = 1;
export const dim = 2;
export const italic = 4;
export const underline = 8;
export const inverse = 16;
/** Attributes that show on a blank cell. */
export const visibleOnBlank = underline | inverse;

export interface Pen {
  fg: number;
  bg: number;
  attributes: number;
}

export function penOf(style: Style): Pen {
  return {
    fg: style.fg ?? defaultColour,
    bg: style.bg ?? defaultColour,
    attributes:
      (style.bold ? bold : 0) |
      (style.dim ? dim : 0) |
      (style.italic ? italic : 0) |
      (style.underline ? underline : 0) |
      (style.inverse ? inverse : 0),
  };
}

/** One string per plain code unit (about 2000), so that filling a grid makes no new strings. */
const unitStrings = new Map<number, string>();
function unitString(unit: number): string {
  let text = unitStrings.get(unit);
  if (text === undefined) {
    text = String.fromCharCode(unit);
    unitStrings.set(unit, text);
  }
  return text;
}

/** Cells of a screen, one array per property, [y · width + x]; the further cells of a wide grapheme have the text ''. */
export class Grid {
  readonly width: number;
  readonly height: number;
  readonly text: string[];
  readonly fg: Int32Array;
  readonly bg: Int32Array;
  readonly attributes: Uint8Array;
  readonly kind: Uint8Array;

  constructor(width: number, height: number) {
    const size = width * height;
    this.width = width;
    this.height = height;
    this.text = new Array<string>(size).fill(' ');
    this.fg = new Int32Array(size).fill(defaultColour);
    this.bg = new Int32Array(size).fill(defaultColour);
    this.attributes = new Uint8Array(size);
    this.kind = new Uint8Array(size);
  }

  /** Makes the cells [x, end) of row `y` blank. */
  blank(y: number, x = 0, end = this.width): void {
    const first = y * this.width + x;
    const last = y * this.width + end;
    this.text.fill(' ', first, last);
    this.fg.fill(defaultColour, first, last);
    this.bg.fill(defaultColour, first, last);
    this.attributes.fill(0, first, last);
    this.kind.fill(plainGlyph, first, last);
  }

  /** Copies the cells [x, end) of row `y` from a grid of the same size. */
  copyRow(from: Grid, y: number, x = 0, end = this.width): void {
    const first = y * this.width + x;
    const last = y * this.width + end;
    for (let i = first; i < last; i++) this.text[i] = from.text[i]!;
    this.fg.set(from.fg.subarray(first, last), first);
    this.bg.set(from.bg.subarray(first, last), first);
    this.attributes.set(from.attributes.subarray(first, last), first);
    this.kind.set(from.kind.subarray(first, last), first);
  }

  /** Replaces a wide grapheme across the boundary before column `x` by spaces. */
  split(y: number, x: number): void {
    if (x <= 0 || x >= this.width) return;
    const row = y * this.width;
    if (this.text[row + x] !== '') return;
    let start = x;
    while (start > 0 && this.text[row + start] === '') start--;
    for (let i = start; i === start || (i < this.width && this.text[row + i] === ''); i++) {
      this.text[row + i] = ' ';
      this.kind[row + i] = plainGlyph;
    }
  }

  /** Writes `text` from (x, y) up to column `end`; returns the column after it. A grapheme that does not fit becomes spaces. */
  write(x: number, y: number, end: number, text: string, pen: Pen): number {
    if (isPlain(text)) return this.writePlain(x, y, end, text, pen);
    let at = x;
    for (const grapheme of graphemes(text)) {
      if (at >= end) break;
      if (at + grapheme.width > end) this.writePlain(at, y, end, ' '.repeat(end - at), pen);
      else if (grapheme.kind === plainGlyph) this.writePlain(at, y, end, grapheme.text, pen);
      else this.put(y * this.width + at, grapheme, pen);
      at += grapheme.width;
    }
    return Math.min(at, end);
  }

  private writePlain(x: number, y: number, end: number, text: string, { fg, bg, attributes }: Pen): number {
    const count = Math.min(text.length, end - x);
    // Drops the invisible foreground of blanks, so that cells that look equal are equal.
    const blankFg = attributes & visibleOnBlank ? fg : defaultColour;
    const blankAttributes = attributes & visibleOnBlank ? attributes : 0;
    for (let k = 0, i = y * this.width + x; k < count; k++, i++) {
      const unit = text.charCodeAt(k);
      const isBlank = unit === 32;
      this.text[i] = isBlank ? ' ' : unitString(unit);
      this.fg[i] = isBlank ? blankFg : fg;
      this.bg[i] = bg;
      this.attributes[i] = isBlank ? blankAttributes : attributes;
      this.kind[i] = plainGlyph;
    }
    return x + Math.max(0, count);
  }

  private put(index: number, grapheme: Grapheme, { fg, bg, attributes }: Pen): void {
    for (let k = 0; k < grapheme.width; k++) {
      this.text[index + k] = k === 0 ? grapheme.text : '';
      this.fg[index + k] = fg;
      this.bg[index + k] = bg;
      this.attributes[index + k] = attributes;
      this.kind[index + k] = grapheme.kind;
    }
  }

  /** Paints `lines` into a rectangle, cut to it and to the grid; the rest of it becomes blank. */
  paintLines(x: number, y: number, width: number, height: number, lines: readonly Line[]): void {
    for (let k = Math.max(0, -y); k < height && y + k < this.height; k++)
      this.paintLine(x, y + k, width, lines[k] ?? []);
  }

  paintLine(x: number, y: number, width: number, line: Line): void {
    const start = Math.max(0, x);
    const end = Math.min(this.width, x + width);
    if (start >= end || y < 0 || y >= this.height) return;
    this.split(y, start);
    this.split(y, end);
    this.blank(y, start, end);
    let at = x;
    for (const { text, style } of line) {
      if (at >= end) break;
      const pen = penOf(style);
      if (at >= start) {
        at = this.write(at, y, end, text, pen);
        continue;
      }
      // Skips what lies left of the edge.
      for (const grapheme of graphemes(text)) {
        const visible = at >= start ? grapheme.text : ' '.repeat(Math.max(0, at + grapheme.width - start));
        if (visible !== '' && at < end) this.write(Math.max(at, start), y, end, visible, pen);
        at += grapheme.width;
      }
    }
  }
}
