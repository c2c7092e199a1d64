import { convertLab65ToRgb, convertRgbToLab65, convertRgbToOklab, type Lab65, type Oklab, type Rgb } from 'culori/fn';

/** A colour as 0xRRGGBB. */
export type Colour = number;

function rgbOf(colour: Colour): Rgb {
  return { mode: 'rgb', r: (colour >> 16) / 255, g: ((colour >> 8) & 255) / 255, b: (colour & 255) / 255 };
}

/** CIELAB under D65.  @see CIE 15:2004 */
export function labOf(colour: Colour): Lab65 {
  return convertRgbToLab65(rgbOf(colour));
}

/** Oklab: distances that mix hue and lightness match the eye better than in CIELAB.
 *  @see Björn Ottosson, "A perceptual color space for image processing", 2020 */
export function oklabOf(colour: Colour): Oklab {
  return convertRgbToOklab(rgbOf(colour));
}

/** The sRGB colour of the same lightness and hue, with the chroma lowered in 64 steps until sRGB has it. */
export function colourOfLab(l: number, a: number, b: number): Colour {
  for (let chroma = 64; ; chroma--) {
    const rgb = convertLab65ToRgb({ l, a: (a * chroma) / 64, b: (b * chroma) / 64 });
    const channels = [rgb.r, rgb.g, rgb.b].map((channel) => Math.round(255 * channel));
    if (chroma > 0 && channels.some((channel) => channel < 0 || channel > 255)) continue;
    return channels.reduce((colour, channel) => (colour << 8) | Math.max(0, Math.min(255, channel)), 0);
  }
}

/** CIELAB L*, 0 (black) to 100 (white). */
export function lightness(colour: Colour): number {
  return labOf(colour).l;
}

/** Relative luminance, 0 (black) to 1 (white).  @see WCAG 2.2 */
function luminance(colour: Colour): number {
  const [r, g, b] = [16, 8, 0].map((shift) => {
    const value = ((colour >> shift) & 255) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast ratio of two colours, 1 to 21.  @see WCAG 2.2 */
export function contrast(a: Colour, b: Colour): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Black or white, whichever stands out more from `background`. */
export function contrastText(background: Colour): Colour {
  // Their contrasts are equal at a luminance of √(1.05 · 0.05) − 0.05.
  return luminance(background) > 0.17913 ? 0x000000 : 0xffffff;
}
