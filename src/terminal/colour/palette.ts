import { type Colour, oklabOf } from './colour.ts';

/** The sixteen named colours as xterm draws them. They only serve to find the nearest, because users redefine them. */
const named: readonly Colour[] = [
  0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00,
  0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
];
const cubeSteps = [0, 95, 135, 175, 215, 255] as const;

/** Entry `index` (0…255) of xterm's palette: 16 named colours, a 6×6×6 cube, 24 greys. */
export function paletteColour(index: number): Colour {
  if (index < 16) return named[index] ?? 0;
  if (index >= 232) return (8 + 10 * (index - 232)) * 0x010101;
  const cube = index - 16;
  const level = (step: number): number => cubeSteps[step % 6] ?? 0;
  return (level(Math.floor(cube / 36)) << 16) | (level(Math.floor(cube / 6)) << 8) | level(cube);
}

const palette = Array.from({ length: 256 }, (_, index) => ({ index, oklab: oklabOf(paletteColour(index)) }));

/** Lightness counts more than hue: a ramp must keep its order before its tint. */
const lightnessWeight = 1.4;

/** Replaces culori's `nearest`, which sorts all entries for each colour and takes twenty times as long. */
function nearestIn(entries: typeof palette, colour: Colour): number {
  const { l, a, b } = oklabOf(colour);
  let best = 0;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const { index, oklab } of entries) {
    const distance = lightnessWeight * (l - oklab.l) ** 2 + (a - oklab.a) ** 2 + (b - oklab.b) ** 2;
    if (distance >= bestDistance) continue;
    bestDistance = distance;
    best = index;
  }
  return best;
}

const named16 = palette.slice(0, 16);
const unnamed = palette.slice(16);

/** The nearest entry 16…255 in Oklab; users redefine the first sixteen. */
export function nearestIn256(colour: Colour): number {
  return nearestIn(unnamed, colour);
}

export function nearestIn16(colour: Colour): number {
  return nearestIn(named16, colour);
}
