/** The width of a grapheme: one cell on every terminal; two cells on every terminal (CJK); or terminals disagree. */
export const plainGlyph = 0;
const wideGlyph = 1;
export const uncertainGlyph = 2;
export type GlyphKind = typeof plainGlyph | typeof wideGlyph | typeof uncertainGlyph;

/** Code units that take one cell, never join a neighbour into a grapheme, and have no emoji form: first and last of each range. */
const plainRanges = [
  0x20, 0x7e, 0xa1, 0xa8, 0xaa, 0xac, 0xaf, 0x2ff, 0x370, 0x377, 0x37a, 0x37f, 0x384, 0x482, 0x48a, 0x52f, 0x1e00,
  0x1fff, 0x2010, 0x2027, 0x2030, 0x203b, 0x203d, 0x2048, 0x204a, 0x205e, 0x2070, 0x209c, 0x20a0, 0x20c0, 0x2100,
  0x2121, 0x2123, 0x2138, 0x213a, 0x2193, 0x219a, 0x21a8, 0x21ab, 0x2319, 0x231c, 0x2327, 0x232b, 0x23ce, 0x23d0,
  0x23e8, 0x2400, 0x24c1, 0x24c3, 0x25a9, 0x25ac, 0x25b5, 0x25b7, 0x25bf, 0x25c1, 0x25fa, 0x2800, 0x28ff,
];

const plainUnits = new Uint8Array(0x10000);
for (let i = 0; i < plainRanges.length; i += 2) plainUnits.fill(1, plainRanges[i], plainRanges[i + 1]! + 1);

/** True when every code unit is one cell, so that `text` needs no segmentation. */
export function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (plainUnits[text.charCodeAt(i)] === 0) return false;
  return true;
}

const eastAsian =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]$/;

export function kindOf(grapheme: string, width: number): GlyphKind {
  if (width === 1 && grapheme.length === 1 && plainUnits[grapheme.charCodeAt(0)] === 1) return plainGlyph;
  return width === 2 && eastAsian.test(grapheme) ? wideGlyph : uncertainGlyph;
}
