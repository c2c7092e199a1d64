import type { ColourDepth } from '../colour/depth.ts';
import { graphemes, type Line } from './cell.ts';
import { colourConverter } from './convert-colour.ts';
import { isPlain } from './glyph-kind.ts';
import { defaultColour, type Pen, penOf } from './grid.ts';
import { sgrBetween } from './sgr.ts';

const noPen: Pen = { fg: defaultColour, bg: defaultColour, attributes: 0 };

function visible(text: string): string {
  if (isPlain(text)) return text;
  return graphemes(text)
    .map((grapheme) => grapheme.text)
    .join('');
}

/** A line as text with SGR sequences; it begins and ends in the terminal's own style. */
export function encodeLine(line: Line, depth: ColourDepth): string {
  const convert = colourConverter(depth);
  let pen = noPen;
  let output = '';
  for (const { text, style } of line) {
    if (text === '') continue;
    const { fg, bg, attributes } = penOf(style);
    const wanted = { fg: convert(fg), bg: convert(bg), attributes };
    output += sgrBetween(pen, wanted) + visible(text);
    pen = wanted;
  }
  return output + sgrBetween(pen, noPen);
}
