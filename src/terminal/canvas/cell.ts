import { graphemesOf, widthOf } from '../../text/graphemes.ts';
import type { Colour } from '../colour/colour.ts';
import { type GlyphKind, isPlain, kindOf, plainGlyph } from './glyph-kind.ts';

/** How a text is drawn; a missing colour is the terminal's own. */
export interface Style {
  readonly fg?: Colour | undefined;
  readonly bg?: Colour | undefined;
  readonly bold?: boolean | undefined;
  readonly dim?: boolean | undefined;
  readonly underline?: boolean | undefined;
  readonly inverse?: boolean | undefined;
  readonly italic?: boolean | undefined;
}

/** A part of a line in one style. */
export interface Span {
  readonly text: string;
  readonly style: Style;
}

export type Line = readonly Span[];

/** One user-perceived character, and the cells that it covers (at least 1). */
export interface Grapheme {
  readonly text: string;
  readonly width: number;
  readonly kind: GlyphKind;
}

const ignorable = /^\p{Default_Ignorable_Code_Point}+$/u;
const control = /^[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;
const replacement: Grapheme = { text: '·', width: 1, kind: plainGlyph };
const space: Grapheme = { text: ' ', width: 1, kind: plainGlyph };

function graphemeOf(segment: string): Grapheme {
  if (segment === '\t') return space;
  if (control.test(segment) || ignorable.test(segment)) return replacement;
  const width = widthOf(segment);
  if (width > 0) return { text: segment, width, kind: kindOf(segment, width) };
  // A dotted circle carries a lone combining mark, which would otherwise join the cell before it.
  const carried = `\u25cc${segment}`;
  return { text: carried, width: 1, kind: kindOf(carried, 1) };
}

const cacheLimit = 2000;
const cache = new Map<string, readonly Grapheme[]>();

function segmented(text: string): readonly Grapheme[] {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const result = graphemesOf(text).map(graphemeOf);
  // Clears everything at once: segmenting a screenful again takes a millisecond.
  if (cache.size >= cacheLimit) cache.clear();
  cache.set(text, result);
  return result;
}

/** The graphemes of a text. A tab becomes a space; a control character or a lone invisible one becomes `·`. */
export function graphemes(text: string): readonly Grapheme[] {
  if (isPlain(text)) return Array.from(text, (character) => ({ text: character, width: 1, kind: plainGlyph }));
  return segmented(text);
}

export function textWidth(text: string): number {
  if (isPlain(text)) return text.length;
  return segmented(text).reduce((sum, grapheme) => sum + grapheme.width, 0);
}

export function lineWidth(line: Line): number {
  return line.reduce((sum, span) => sum + textWidth(span.text), 0);
}

/** The text cut to `widthCells`; a wide grapheme that the edge would halve becomes spaces. */
export function cutText(text: string, widthCells: number): string {
  if (isPlain(text)) return text.slice(0, Math.max(0, widthCells));
  let result = '';
  let used = 0;
  for (const grapheme of segmented(text)) {
    if (used >= widthCells) break;
    const fits = used + grapheme.width <= widthCells;
    result += fits ? grapheme.text : ' '.repeat(widthCells - used);
    used += grapheme.width;
  }
  return result;
}

export function cutLine(line: Line, widthCells: number): Line {
  const result: Span[] = [];
  let left = widthCells;
  for (const span of line) {
    if (left <= 0) break;
    const width = textWidth(span.text);
    result.push(width <= left ? span : { text: cutText(span.text, left), style: span.style });
    left -= width;
  }
  return result;
}

/** The line cut or filled with spaces of `style` to exactly `widthCells`. */
export function padLine(line: Line, widthCells: number, style: Style = {}): Line {
  const missing = widthCells - lineWidth(line);
  if (missing < 0) return cutLine(line, widthCells);
  return missing === 0 ? line : [...line, { text: ' '.repeat(missing), style }];
}

export function plainText(lines: readonly Line[]): string {
  return lines.map((line) => line.map((span) => span.text).join('')).join('\n');
}
