import { type Colour, colourOfLab, type Lab, labOf, lightness } from './lab.ts';

/** Steps of the ramps: few enough that neighbouring cells share a colour and runs merge. */
export const weightSteps = 32;
export const signedSteps = 33;

/** Ten colours along matplotlib's viridis (Smith & van der Walt, 2015; CC0). */
const viridis: readonly Lab[] = [
  0x440154, 0x482878, 0x3e4989, 0x31688e, 0x26828e, 0x1f9e89, 0x35b779, 0x6ece58, 0xb5de2b, 0xfde725,
].map(labOf);

const weightTable: readonly Colour[] = Array.from({ length: weightSteps }, (_, step) => {
  const t = step / (weightSteps - 1);
  const at = t * (viridis.length - 1);
  const low = viridis[Math.floor(at)]!;
  const high = viridis[Math.ceil(at)]!;
  const part = at - Math.floor(at);
  const first = viridis[0]![0];
  const last = viridis[viridis.length - 1]![0];
  // Hue follows viridis; lightness is made exactly even.
  return colourOfLab([
    first + t * (last - first),
    low[1] + part * (high[1] - low[1]),
    low[2] + part * (high[2] - low[2]),
  ]);
});

const middleLightness = 32;
const endLightness = 80;
/** Directions in the a*, b* plane: blue and orange, which the common colour blindnesses keep apart. */
const blue: readonly [number, number] = [-8, -34];
const orange: readonly [number, number] = [22, 56];

const signedTable: readonly Colour[] = Array.from({ length: signedSteps }, (_, step) => {
  const t = (2 * step) / (signedSteps - 1) - 1;
  const size = Math.abs(t);
  const [a, b] = t < 0 ? blue : orange;
  return colourOfLab([middleLightness + size * (endLightness - middleLightness), size * a, size * b]);
});

function pick(table: readonly Colour[], t: number): Colour {
  const bounded = t > 0 ? Math.min(1, t) : 0;
  return table[Math.round(bounded * (table.length - 1))]!;
}

/** Colour of a weight 0…1, in 32 steps of even CIELAB lightness, dark purple to yellow. */
export function weightColour(t: number): Colour {
  return pick(weightTable, t);
}

/** Colour of a signed value −1…1, in 33 steps: blue below zero, dark grey at zero, orange above, equally light at ±t. */
export function signedColour(t: number): Colour {
  return pick(signedTable, (t + 1) / 2);
}

/** Black or white, whichever stands out more from `background`. */
export function contrastText(background: Colour): Colour {
  // WCAG contrast with white equals that with black at a luminance of 0.179, which is L* 49.
  return lightness(background) > 49.4 ? 0x000000 : 0xffffff;
}
