import { lerp } from 'culori/fn';
import { type Colour, colourOfLab, lightness } from './colour.ts';
import { signedColour, signedSteps, stepAt, weightColour, weightSteps } from './ramps.ts';

type ThemeName = 'dark' | 'light' | 'mono';

/** The colours of the screen; plain text keeps the terminal's own colour. */
export interface Theme {
  readonly name: ThemeName;
  /** Only for what is selected. */
  readonly accent: Colour;
  readonly accentText: Colour;
  /** Labels and other text of minor importance. */
  readonly dim: Colour;
  readonly border: Colour;
  readonly title: Colour;
  readonly warning: Colour;
  /** Colour of a weight 0…1. */
  readonly weight: (t: number) => Colour;
  /** Colour of a signed value −1…1. */
  readonly signed: (t: number) => Colour;
}

const dark: Theme = {
  name: 'dark',
  accent: 0xff5fd7,
  accentText: 0x000000,
  dim: 0x8a8a8a,
  border: 0x585858,
  title: 0xd0d0d0,
  warning: 0xffaf5f,
  weight: weightColour,
  signed: signedColour,
};

const light: Theme = {
  name: 'light',
  accent: 0xaf0087,
  accentText: 0xffffff,
  dim: 0x6c6c6c,
  border: 0xa8a8a8,
  title: 0x303030,
  warning: 0x875f00,
  // On a light background, small weights must be light.
  weight: (t) => weightColour(1 - t),
  signed: signedColour,
};

function greys(steps: number): readonly Colour[] {
  return Array.from({ length: steps }, (_, step) => colourOfLab(lerp(12, 95, step / (steps - 1)), 0, 0));
}

const weightGreys = greys(weightSteps);
const signedGreys = greys(signedSteps);

/** Only greys; a signed value is darker below zero and lighter above. */
const mono: Theme = {
  name: 'mono',
  accent: 0xffffff,
  accentText: 0x000000,
  dim: 0x9e9e9e,
  border: 0x767676,
  title: 0xe4e4e4,
  warning: 0xe4e4e4,
  weight: (t) => stepAt(weightGreys, t),
  signed: (t) => stepAt(signedGreys, (t + 1) / 2),
};

const themes: readonly Theme[] = [dark, light, mono];

/** The values of `--theme`; the first is the default. */
export const themeNames: readonly ThemeName[] = themes.map((theme) => theme.name);

export const defaultTheme: Theme = dark;

export function themeByName(name: string): Theme | undefined {
  return themes.find((theme) => theme.name === name);
}

/** For numbers that are out of date: the colour moved 0.6 of the way to a grey of L* 12 to 72. */
export function faded(colour: Colour): Colour {
  const grey = colourOfLab(lightness(colour) * 0.6 + 12, 0, 0);
  const mix = (shift: number): number => Math.round(lerp((colour >> shift) & 255, (grey >> shift) & 255, 0.6));
  return (mix(16) << 16) | (mix(8) << 8) | mix(0);
}
