import { lerp } from 'culori/fn';
import { type Colour, colourOfLab } from './colour.ts';
import { signedSteps, stepAt, weightSteps } from './ramps.ts';

/** Directions in the a*, b* plane. */
type Hue = readonly [a: number, b: number];

/** Those of viridis, from its light end to its dark one. */
const hues: readonly [Hue, Hue, Hue] = [
  [-9, 34],
  [-32, -6],
  [32, -46],
];
const blue: Hue = [-4, -42];
const orange: Hue = [28, 56];

/** Colours of weights from 0 on, one for each lightness; nothing has no tint. */
function weightRamp(lightness: readonly number[]): (t: number) => Colour {
  const ramp = lightness.map((l, step) => {
    const t = step / (lightness.length - 1);
    const [from, to, part] = t < 0.5 ? [hues[0], hues[1], 2 * t] : [hues[1], hues[2], 2 * t - 1];
    const chroma = Math.min(1, 4 * t);
    return colourOfLab(l, chroma * lerp(from[0], to[0], part), chroma * lerp(from[1], to[1], part));
  });
  return (t) => stepAt(ramp, t);
}

/** Colours of signed values, one for each lightness of a size from 0 on: blue below zero, orange above. */
function signedRamp(lightness: readonly number[]): (t: number) => Colour {
  const side = ([a, b]: Hue) =>
    lightness.map((l, step) => {
      const size = step / (lightness.length - 1);
      return colourOfLab(l, size * a, size * b);
    });
  const ramp = [...side(blue).slice(1).reverse(), ...side(orange)];
  return (t) => stepAt(ramp, (t + 1) / 2);
}

const even = (from: number, to: number, count: number) =>
  Array.from({ length: count }, (_, step) => lerp(from, to, step / (count - 1)));

/** Colour of a weight 0…1 on a light ground, in 32 steps of even CIELAB lightness, white to dark purple. */
export const lightWeight = weightRamp(even(98, 15, weightSteps));
/** Colour of a signed value −1…1 on a light ground, in 33 steps: white at zero. */
export const lightSigned = signedRamp(even(98, 40, (signedSteps + 1) / 2));

// Few and wide steps, and none near L* 50: there neither black nor white text reaches a contrast of 7.
/** Colour of a weight 0…1 from a beamer, in seven steps, white to dark purple. */
export const projectedWeight = weightRamp([100, 89, 78, 67, 34, 20, 5]);
/** Colour of a signed value −1…1 from a beamer, in nine steps: white at zero. */
export const projectedSigned = signedRamp([100, 88, 77, 66, 29]);
