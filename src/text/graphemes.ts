import stringWidth from 'string-width';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const printableAscii = /^[\x20-\x7e]*$/;
const cacheLimit = 2000;
const widths = new Map<string, number>();

/** True guarantees that every character is one grapheme, one cell wide. */
export function isPrintableAscii(text: string): boolean {
  return printableAscii.test(text);
}

/** The user-perceived characters of a text, in order.  @see Unicode UAX 29 */
export function graphemesOf(text: string): string[] {
  return printableAscii.test(text) ? text.split('') : Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Range of the grapheme that contains code unit `index`; undefined outside the text. */
export function graphemeAt(text: string, index: number): { readonly start: number; readonly end: number } | undefined {
  const found = segmenter.segment(text).containing(index);
  return found === undefined ? undefined : { start: found.index, end: found.index + found.segment.length };
}

/** Width of the text in terminal cells. */
export function widthOf(text: string): number {
  if (printableAscii.test(text)) return text.length;
  const known = widths.get(text);
  if (known !== undefined) return known;
  const width = stringWidth(text);
  // Clears everything at once: measuring a screenful again takes a millisecond.
  if (widths.size >= cacheLimit) widths.clear();
  widths.set(text, width);
  return width;
}

/** The longest beginning of the text that fits into `widthCells`. */
export function takeCells(text: string, widthCells: number): string {
  if (widthOf(text) <= widthCells) return text;
  let taken = '';
  let width = 0;
  for (const grapheme of graphemesOf(text)) {
    width += widthOf(grapheme);
    if (width > widthCells) break;
    taken += grapheme;
  }
  return taken;
}
