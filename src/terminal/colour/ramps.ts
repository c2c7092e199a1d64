import { lerp } from 'culori/fn';
import { type Colour, colourOfLab, labOf } from './colour.ts';

/** Few enough steps that neighbouring cells share a colour and merge into runs. */
export const weightSteps = 32;
export const signedSteps = 33;

/** Ten colours along matplotlib's viridis (Smith & van der Walt, 2015; CC0). */
const viridis = [
  0x440154, 0x482878, 0x3e4989, 0x31688e, 0x26828e, 0x1f9e89, 0x35b779, 0x6ece58, 0xb5de2b, 0xfde725,
].map(labOf);

const weightTable: readonly Colour[] = Array.from({ length: weightSteps }, (_, step) => {
  const t = step / (weightSteps - 1);
  const at = t * (viridis.length - 1);
  const low = viridis[Math.floor(at)]!;
  const high = viridis[Math.ceil(at)]!;
  const part = at - Math.floor(at);
  // Hue follows viridis; lightness is exactly even.
  return colourOfLab(lerp(viridis[0]!.l, viridis.at(-1)!.l, t), lerp(low.a, high.a, part), lerp(low.b, high.b, part));
});

const middleLightness = 32;
const endLightness = 80;
/** Directions in the a*, b* plane: people with common colour blindnesses can tell blue from orange. */
const blue: readonly [number, number] = [-8, -34];
const orange: readonly [number, number] = [22, 56];

const signedTable: readonly Colour[] = Array.from({ length: signedSteps }, (_, step) => {
  const t = (2 * step) / (signedSteps - 1) - 1;
  const size = Math.abs(t);
  const [a, b] = t < 0 ? blue : orange;
  return colourOfLab(lerp(middleLightness, endLightness, size), size * a, size * b);
});

/** The step of a ramp at t, clamped to 0…1. */
export function stepAt(ramp: readonly Colour[], t: number): Colour {
  const bounded = t > 0 ? Math.min(1, t) : 0;
  return ramp[Math.round(bounded * (ramp.length - 1))]!;
}

/** Colour of a weight 0…1, in 32 steps of even CIELAB lightness, dark purple to yellow. */
export function weightColour(t: number): Colour {
  return stepAt(weightTable, t);
}

/** Colour of a signed value −1…1, in 33 steps: blue below zero, dark grey at zero, orange above, equally light at ±t. */
export function signedColour(t: number): Colour {
  return stepAt(signedTable, (t + 1) / 2);
}
