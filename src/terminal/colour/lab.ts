/** A colour as 0xRRGGBB. */
export type Colour = number;

/** CIELAB under D65: lightness 0…100, and two opponent axes. */
export type Lab = readonly [lightness: number, a: number, b: number];

const whiteX = 0.95047;
const whiteZ = 1.08883;

/** Light of an sRGB channel 0…255, as a part 0…1 of the full one. */
export function linearChannel(channel: number): number {
  const s = channel / 255;
  return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
}

function companded(value: number): number {
  return value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055;
}

function forward(t: number): number {
  return t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116;
}

function backward(f: number): number {
  return f ** 3 > 216 / 24389 ? f ** 3 : (116 * f - 16) / (24389 / 27);
}

/** L*, a*, b* of an sRGB colour.  @see CIE 15:2004; IEC 61966-2-1 */
export function labOf(colour: Colour): Lab {
  const r = linearChannel((colour >> 16) & 255);
  const g = linearChannel((colour >> 8) & 255);
  const b = linearChannel(colour & 255);
  const x = forward((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / whiteX);
  const y = forward(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = forward((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / whiteZ);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** The sRGB channels of a Lab colour, 0…1 where the colour exists in sRGB and outside of it where it does not. */
function channelsOf([lightness, a, b]: Lab): [number, number, number] {
  const fy = (lightness + 16) / 116;
  const x = whiteX * backward(fy + a / 500);
  const y = backward(fy);
  const z = whiteZ * backward(fy - b / 200);
  return [
    companded(3.2404542 * x - 1.5371385 * y - 0.4985314 * z),
    companded(-0.969266 * x + 1.8760108 * y + 0.041556 * z),
    companded(0.0556434 * x - 0.2040259 * y + 1.0572252 * z),
  ];
}

/** The sRGB colour of the same lightness and hue; its chroma is lowered as far as sRGB asks. */
export function colourOfLab([lightness, a, b]: Lab): Colour {
  for (let chroma = 1; chroma >= 0; chroma -= 1 / 64) {
    const channels = channelsOf([lightness, a * chroma, b * chroma]);
    if (chroma > 0 && channels.some((c) => !(c >= -0.001 && c <= 1.001))) continue;
    const [red, green, blue] = channels.map((c) => Math.round(255 * Math.min(1, Math.max(0, c))));
    return (red! << 16) | (green! << 8) | blue!;
  }
  return 0;
}

/** CIELAB L*, 0 (black) to 100 (white). */
export function lightness(colour: Colour): number {
  return labOf(colour)[0];
}
