import { bold, defaultColour, dim, inverse, italic, type Pen, paletteFlag, underline } from './grid.ts';

const attributeOn: Readonly<Record<number, number>> = { 1: bold, 2: dim, 3: italic, 4: underline, 7: inverse };
const attributeOff: Readonly<Record<number, number>> = {
  22: bold | dim,
  23: italic,
  24: underline,
  27: inverse,
};

/** The colour that follows 38 or 48, from `at` on, and how many parameters it uses. */
function extendedColour(codes: readonly number[], at: number): [colour: number | null, used: number] {
  if (codes[at] === 5) return [paletteFlag | ((codes[at + 1] ?? 0) & 255), 2];
  if (codes[at] === 2) {
    const channel = (k: number): number => (codes[at + k] ?? 0) & 255;
    return [(channel(1) << 16) | (channel(2) << 8) | channel(3), 4];
  }
  return [null, 1];
}

/** Applies the parameters of an SGR sequence to `pen`.  @see ECMA-48 8.3.117; ITU-T T.416 for 38 and 48 */
export function applySgr(pen: Pen, parameters: string): void {
  const codes = parameters.split(/[;:]/).map((part) => (part === '' ? 0 : Number(part)));
  for (let k = 0; k < codes.length; k++) {
    const code = codes[k]!;
    if (code === 0) {
      pen.fg = defaultColour;
      pen.bg = defaultColour;
      pen.attributes = 0;
    } else if (code === 38 || code === 48) {
      const [colour, used] = extendedColour(codes, k + 1);
      if (colour !== null) pen[code === 38 ? 'fg' : 'bg'] = colour;
      k += used;
    } else if (attributeOn[code] !== undefined) pen.attributes |= attributeOn[code];
    else if (attributeOff[code] !== undefined) pen.attributes &= ~attributeOff[code];
    else if (code === 39) pen.fg = defaultColour;
    else if (code === 49) pen.bg = defaultColour;
    else if (code >= 30 && code <= 37) pen.fg = paletteFlag | (code - 30);
    else if (code >= 40 && code <= 47) pen.bg = paletteFlag | (code - 40);
    else if (code >= 90 && code <= 97) pen.fg = paletteFlag | (code - 90 + 8);
    else if (code >= 100 && code <= 107) pen.bg = paletteFlag | (code - 100 + 8);
  }
}

const colourCodes = new Map<number, string>();

function colourCode(colour: number, isBackground: boolean): string {
  const key = isBackground ? -3 - colour : colour;
  const known = colourCodes.get(key);
  if (known !== undefined) return known;
  const base = isBackground ? 10 : 0;
  let code: string;
  if (colour === defaultColour) code = `${39 + base}`;
  else if (colour < paletteFlag) code = `${38 + base};2;${colour >> 16};${(colour >> 8) & 255};${colour & 255}`;
  else {
    const index = colour & 255;
    if (index < 8) code = `${30 + base + index}`;
    else code = index < 16 ? `${90 + base + index - 8}` : `${38 + base};5;${index}`;
  }
  if (colourCodes.size > 4096) colourCodes.clear();
  colourCodes.set(key, code);
  return code;
}

const onCodes: readonly (readonly [number, string])[] = [
  [bold, ';1'],
  [dim, ';2'],
  [italic, ';3'],
  [underline, ';4'],
  [inverse, ';7'],
];

function codesOn(attributes: number): string {
  if (attributes === 0) return '';
  let codes = '';
  for (const [bit, code] of onCodes) if (attributes & bit) codes += code;
  return codes;
}

/** The shortest SGR sequence from one pen to another; '' if they are equal. */
export function sgrBetween(from: Pen, to: Pen): string {
  const isPlain = to.fg === defaultColour && to.bg === defaultColour && to.attributes === 0;
  let change = '';
  let keep = from.attributes;
  const gone = from.attributes & ~to.attributes;
  if (gone & (bold | dim)) {
    change += ';22';
    keep &= ~(bold | dim);
  }
  if (gone & italic) change += ';23';
  if (gone & underline) change += ';24';
  if (gone & inverse) change += ';27';
  change += codesOn(to.attributes & ~keep);
  if (from.fg !== to.fg) change += `;${colourCode(to.fg, false)}`;
  if (from.bg !== to.bg) change += `;${colourCode(to.bg, true)}`;
  if (change === '') return '';
  if (isPlain) return '\x1b[m';
  // A reset (the empty first parameter) can be shorter only if something is removed.
  if (gone !== 0 || to.fg === defaultColour || to.bg === defaultColour) {
    let fresh = codesOn(to.attributes);
    if (to.fg !== defaultColour) fresh += `;${colourCode(to.fg, false)}`;
    if (to.bg !== defaultColour) fresh += `;${colourCode(to.bg, true)}`;
    if (fresh.length < change.length - 1) return `\x1b[${fresh}m`;
  }
  return `\x1b[${change.slice(1)}m`;
}
