import { graphemeAt } from '../../text/graphemes.ts';

/** Start of the grapheme that contains the code unit before `index`; 0 at the beginning. */
export function previousBoundary(text: string, index: number): number {
  return index <= 0 ? 0 : (graphemeAt(text, index - 1)?.start ?? 0);
}

/** End of the grapheme that contains `index`; the text's length at its end. */
export function nextBoundary(text: string, index: number): number {
  return graphemeAt(text, index)?.end ?? text.length;
}

/** `index` if a grapheme begins there, otherwise the end of the grapheme that it would cut. */
export function snapToBoundary(text: string, index: number): number {
  if (index <= 0) return 0;
  if (index >= text.length) return text.length;
  return graphemeAt(text, index)?.start === index ? index : nextBoundary(text, index);
}
