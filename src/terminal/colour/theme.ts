import { lerp } from 'culori/fn';
import { type Colour, colourOfLab, contrast } from './colour.ts';
import { lightSigned, lightWeight, projectedSigned, projectedWeight } from './light-ramps.ts';
import { signedColour, signedSteps, stepAt, weightColour, weightSteps } from './ramps.ts';

export type ThemeName = 'dark' | 'light' | 'projector' | 'mono';

/** The colours of text and lines. */
interface Roles {
  /** Plain text, where the theme paints its ground; elsewhere it keeps the terminal's own colour. */
  readonly text: Colour;
  /** Only for what is selected. */
  readonly accent: Colour;
  readonly accentText: Colour;
  /** Labels and other text of minor importance. */
  readonly dim: Colour;
  readonly border: Colour;
  readonly title: Colour;
  readonly warning: Colour;
}

/** The colours of the screen. */
export interface Theme extends Roles {
  readonly name: ThemeName;
  /** The background that the colours are made for. */
  readonly ground: Colour;
  /** WCAG contrast of every text with what is below it. */
  readonly contrast: number;
  /** Colour of a weight 0…1. */
  readonly weight: (t: number) => Colour;
  /** Colour of a signed value −1…1. */
  readonly signed: (t: number) => Colour;
  /** L* of a number that is out of date, from its own L*. */
  readonly fadedLightness: (lightness: number) => number;
  /** What differs among 16 colours: many of their greys are too near to the ground. */
  readonly in16?: Partial<Roles>;
}

const dark: Theme = {
  name: 'dark',
  ground: 0x000000,
  contrast: 4.5,
  text: 0xd0d0d0,
  accent: 0xff5fd7,
  accentText: 0x000000,
  dim: 0x9e9e9e,
  border: 0x6c6c6c,
  title: 0xd0d0d0,
  warning: 0xffaf5f,
  weight: weightColour,
  signed: signedColour,
  fadedLightness: (l) => 0.6 * l + 12,
};

const light: Theme = {
  name: 'light',
  ground: 0xffffff,
  contrast: 4.5,
  text: 0x1c1c1c,
  accent: 0xaf0087,
  accentText: 0xffffff,
  dim: 0x5f5f5f,
  border: 0x8a8a8a,
  title: 0x1c1c1c,
  warning: 0x875f00,
  weight: lightWeight,
  signed: lightSigned,
  fadedLightness: (l) => 0.6 * l + 28,
  in16: { dim: 0x000000, warning: 0xcd0000 },
};

/** Black on white with few, wide steps: a bright room takes the dark half of a beamer's range first. */
const projector: Theme = {
  name: 'projector',
  ground: 0xffffff,
  contrast: 7,
  text: 0x000000,
  accent: 0x87005f,
  accentText: 0xffffff,
  dim: 0x303030,
  border: 0x000000,
  title: 0x000000,
  warning: 0x870000,
  weight: projectedWeight,
  signed: projectedSigned,
  fadedLightness: (l) => l,
  in16: { accent: 0x0000ee, dim: 0x000000, warning: 0x000000 },
};

function greys(steps: number): readonly Colour[] {
  return Array.from({ length: steps }, (_, step) => colourOfLab(lerp(12, 95, step / (steps - 1)), 0, 0));
}

const weightGreys = greys(weightSteps);
const signedGreys = greys(signedSteps);

/** Only greys; a signed value is darker below zero and lighter above. */
const mono: Theme = {
  name: 'mono',
  ground: 0x000000,
  contrast: 4.5,
  text: 0xd0d0d0,
  accent: 0xffffff,
  accentText: 0x000000,
  dim: 0x9e9e9e,
  border: 0x767676,
  title: 0xe4e4e4,
  warning: 0xe4e4e4,
  weight: (t) => stepAt(weightGreys, t),
  signed: (t) => stepAt(signedGreys, (t + 1) / 2),
  fadedLightness: (l) => 0.6 * l + 12,
};

/** All themes, in the order of the key that changes them. */
export const themes: Readonly<Record<ThemeName, Theme>> = { dark, light, projector, mono };

export const defaultTheme: Theme = dark;

/** Whether every text of a theme is readable on a terminal's own background, so that it need not paint one. */
export function suitsGround(theme: Theme, ground: Colour): boolean {
  const { dim, title, warning, accent } = theme;
  return theme !== projector && [dim, title, warning, accent].every((text) => contrast(text, ground) >= theme.contrast);
}
