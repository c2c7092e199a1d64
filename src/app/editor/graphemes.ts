import stringWidth from 'string-width';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const MAX_CACHED_WIDTHS = 1024;
const widths = new Map<string, number>();

/** The user-perceived characters of a text, in order (Unicode UAX 29). */
export function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Start of the grapheme that ends at or holds the code unit before `index`; 0 at the beginning. */
export function previousBoundary(text: string, index: number): number {
  return index <= 0 ? 0 : (segmenter.segment(text).containing(index - 1)?.index ?? 0);
}

/** End of the grapheme that begins at or holds `index`; the text's length at its end. */
export function nextBoundary(text: string, index: number): number {
  const found = segmenter.segment(text).containing(index);
  return found === undefined ? text.length : found.index + found.segment.length;
}

/** `index` itself where a grapheme begins there, else the end of the grapheme it would cut. */
export function snapToBoundary(text: string, index: number): number {
  if (index <= 0) return 0;
  if (index >= text.length) return text.length;
  return segmenter.segment(text).containing(index)?.index === index ? index : nextBoundary(text, index);
}

/** Terminal cells that a grapheme takes. */
export function graphemeWidthCells(grapheme: string): number {
  if (grapheme >= ' ' && grapheme <= '~' && grapheme.length === 1) return 1;
  const known = widths.get(grapheme);
  if (known !== undefined) return known;
  const widthCells = stringWidth(grapheme);
  if (widths.size >= MAX_CACHED_WIDTHS) widths.clear();
  widths.set(grapheme, widthCells);
  return widthCells;
}
