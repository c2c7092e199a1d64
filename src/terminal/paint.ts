import type { Cell, Row } from '../panes/kit/cells.ts';
import { asciiRow } from './ascii.ts';
import type { Line, Span, Style } from './canvas/cell.ts';
import { type Colour, contrastText } from './colour/colour.ts';
import type { ColourDepth } from './colour/depth.ts';
import type { Theme } from './colour/theme.ts';
import { themeAt } from './colour/theme-at.ts';
import { hexColour } from './ink-colour.ts';

export interface Paint {
  readonly theme: Theme;
  readonly depth: ColourDepth;
  readonly ascii: boolean;
  /** True fades everything, because the numbers are out of date. */
  readonly isStale?: boolean;
}

/** Ink's properties of a dim text. */
export function dimText({ theme, depth }: Paint): { readonly dimColor: true } | { readonly color: string } {
  return depth === 'none' ? { dimColor: true } : { color: hexColour(themeAt(theme, depth).dim) };
}

const weightShades = { unicode: [' ', '░', '▒', '▓', '█'], ascii: [' ', '.', ':', '-', '=', '+', '*', '#', '%', '@'] };
const signedShades = ['=', '-', '.', '+', '#'];

/** Paints a row: tones take the theme's styles; values take the colours of its ramps, or shaded characters if the terminal
 *  has too few colours. */
export function paintRow(row: Row, paint: Paint, widthCells: number): Line {
  const shown = { ...paint, theme: themeAt(paint.theme, paint.depth, paint.isStale) };
  return (paint.ascii ? asciiRow(row, widthCells) : row).map((cell) => paintCell(cell, shown));
}

export function paintRows(rows: readonly Row[], paint: Paint, widthCells: number): Line[] {
  return rows.map((row) => paintRow(row, paint, widthCells));
}

function paintCell(cell: Cell, paint: Paint): Span {
  const { theme, depth } = paint;
  const hasRamps = depth === 'truecolor' || depth === '256';
  const text = hasRamps ? cell.text : withShade(cell, paint);
  if (cell.selected === true) {
    return depth === 'none'
      ? { text, style: { inverse: true, bold: true } }
      : { text, style: { bg: theme.accent, fg: theme.accentText, bold: true } };
  }
  if (hasRamps && cell.weight !== undefined) return rampSpan(cell, cell.weight, theme);
  if (hasRamps && cell.signed !== undefined && !Number.isNaN(cell.signed)) {
    const bg = theme.signed(cell.signed);
    return { text, style: onColour(text, bg) };
  }
  return { text, style: toneStyle(cell, paint) };
}

/** Text on a colour of a ramp. A blank needs no foreground, which halves the bytes of a strip. */
function onColour(text: string, bg: Colour): Style {
  return text.trim() === '' ? { bg } : { bg, fg: contrastText(bg) };
}

function rampSpan(cell: Cell, weight: number, theme: Theme): Span {
  if (Number.isNaN(weight)) return { text: cell.text, style: { fg: theme.dim } };
  const bg = theme.weight(weight);
  if (cell.lowerWeight === undefined) {
    return cell.text === '▀' ? { text: '▀', style: { fg: bg } } : { text: cell.text, style: onColour(cell.text, bg) };
  }
  return {
    text: cell.text,
    style: { fg: bg, bg: theme.weight(Number.isNaN(cell.lowerWeight) ? 0 : cell.lowerWeight) },
  };
}

function toneStyle({ tone }: Cell, { theme, depth, isStale }: Paint): Style {
  const plain = depth === 'none';
  switch (tone) {
    case 'accent':
      return plain ? { bold: true } : { fg: theme.accent, bold: true };
    case 'strong':
      return plain ? { bold: true } : { fg: theme.title, bold: true };
    case 'dim':
      return plain ? { dim: true } : { fg: theme.dim };
    case 'match':
      return { ...(plain ? {} : { fg: theme.title }), bold: true, underline: true };
    case 'warning':
      return plain ? { bold: true } : { fg: theme.warning };
    case 'badge':
      return { inverse: true, bold: true };
    case 'plain':
      return isStale === true && !plain ? { fg: theme.text } : {};
  }
}

/** Draws a value without colours as the character with the nearest shade; numbers stay numbers. */
function withShade(cell: Cell, { ascii }: Paint): string {
  const isDrawn = cell.text.trim() === '' || cell.text === '▀';
  if (!isDrawn) return cell.text;
  if (cell.weight !== undefined) {
    const weight = Math.max(nanAsZero(cell.weight), nanAsZero(cell.lowerWeight ?? 0));
    return shade(weight, ascii ? weightShades.ascii : weightShades.unicode).repeat(cell.text.length);
  }
  if (cell.signed !== undefined) return shade((nanAsZero(cell.signed) + 1) / 2, signedShades).repeat(cell.text.length);
  return cell.text;
}

function shade(value: number, shades: readonly string[]): string {
  return shades[Math.round(Math.max(0, Math.min(1, value)) * (shades.length - 1))] ?? ' ';
}

function nanAsZero(value: number): number {
  return Number.isNaN(value) ? 0 : value;
}
