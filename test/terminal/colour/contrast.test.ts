import { describe, expect, test } from 'vitest';
import type { Cell, Tone } from '../../../src/panes/kit/cells.ts';
import type { Style } from '../../../src/terminal/canvas/cell.ts';
import { colourConverter } from '../../../src/terminal/canvas/convert-colour.ts';
import { paletteFlag } from '../../../src/terminal/canvas/grid.ts';
import type { ColourDepth } from '../../../src/terminal/colour/depth.ts';
import { suitsGround, type ThemeName, themes } from '../../../src/terminal/colour/theme.ts';
import { themeAt } from '../../../src/terminal/colour/theme-at.ts';
import { paintRow } from '../../../src/terminal/paint.ts';

/** xterm's first sixteen colours, from its XTerm-col.ad. */
const xterm16 = [
  [0, 0, 0],
  [205, 0, 0],
  [0, 205, 0],
  [205, 205, 0],
  [0, 0, 238],
  [205, 0, 205],
  [0, 205, 205],
  [229, 229, 229],
  [127, 127, 127],
  [255, 0, 0],
  [0, 255, 0],
  [255, 255, 0],
  [92, 92, 255],
  [255, 0, 255],
  [0, 255, 255],
  [255, 255, 255],
];
const cube = [0, 95, 135, 175, 215, 255];

/** The channels 0…255 that a terminal of `depth` shows. */
function channels(colour: number, depth: ColourDepth): readonly number[] {
  const shown = colourConverter(depth)(colour);
  if (shown < paletteFlag) return [shown >> 16, (shown >> 8) & 255, shown & 255];
  const index = shown - paletteFlag;
  if (index < 16) return xterm16[index]!;
  if (index > 231) return Array<number>(3).fill(8 + 10 * (index - 232));
  return [36, 6, 1].map((unit) => cube[Math.floor((index - 16) / unit) % 6]!);
}

/** WCAG 2: (L1 + 0.05) / (L2 + 0.05), L from the linear channels. */
function ratio(text: number, ground: number, depth: ColourDepth): number {
  const [a, b] = [text, ground].map((colour) => {
    const [r, g, blue] = channels(colour, depth).map((channel) => {
      const s = channel / 255;
      return s <= 0.03928 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
    });
    return 0.05 + 0.2126 * r! + 0.7152 * g! + 0.0722 * blue!;
  });
  return Math.max(a! / b!, b! / a!);
}

const steps = Array.from({ length: 201 }, (_, step) => step / 200);
const tones: readonly Tone[] = ['plain', 'dim', 'strong', 'accent', 'warning'];
/** Every kind of cell with a text. */
const cells: readonly Cell[] = [
  ...tones.map((tone): Cell => ({ text: 'word', tone })),
  ...tones.map((tone): Cell => ({ text: '.12', tone, weight: Number.NaN })),
  ...steps.flatMap((t): Cell[] => [
    { text: '.12', tone: 'plain', weight: t },
    { text: '.12', tone: 'dim', signed: 2 * t - 1 },
    { text: '.12', tone: 'accent', weight: t, selected: true },
    { text: '-.1', tone: 'accent', signed: 2 * t - 1, selected: true },
  ]),
];

const names = Object.keys(themes) as ThemeName[];
const depths = ['truecolor', '256', '16'] as const;
const wanted: Readonly<Record<ThemeName, number>> = { dark: 4.5, light: 4.5, projector: 7, mono: 4.5 };
const cases = names.flatMap((name) => depths.map((depth) => [name, depth] as const));

describe.each(cases)('theme %s in %s colours', (name, depth) => {
  const theme = themes[name];
  const { text, ground } = theme;
  const ratioOf = ({ fg, bg }: Style) => ratio(fg ?? text, bg ?? ground, depth);

  test.each([false, true])('every text stands out from what is below it; out of date: %s', (isStale) => {
    for (const cell of cells) {
      const [span] = paintRow([cell], { theme, depth, ascii: false, isStale }, 80);
      expect(ratioOf(span!.style), JSON.stringify([cell, span])).toBeGreaterThanOrEqual(wanted[name]);
    }
  });

  test('titles of frames and the sentence stand out, and frames by 3 to 1', () => {
    const { accent, title, dim, border } = themeAt(theme, depth);
    for (const fg of [accent, title, dim, text]) expect(ratioOf({ fg })).toBeGreaterThanOrEqual(wanted[name]);
    expect(ratioOf({ fg: border })).toBeGreaterThanOrEqual(3);
  });
});

test('the light ends of the measure are those of WCAG', () => {
  expect(ratio(0x000000, 0xffffff, 'truecolor')).toBeCloseTo(21, 6);
  // #767676 is the lightest grey that passes on white, at 4.54.
  expect(ratio(0x767676, 0xffffff, 'truecolor')).toBeCloseTo(4.54, 2);
});

test.each(['truecolor', '256'] as const)(
  'for a beamer, weights and signed values have few and wide steps in %s',
  (depth) => {
    const { weight, signed } = themeAt(themes.projector, depth);
    const weights = [...new Set(steps.map(weight))];
    expect(weights).toHaveLength(7);
    expect(new Set(steps.map((t) => signed(2 * t - 1))).size).toBe(9);
    // The luminances of neighbours differ by a seventh at least.
    for (let i = 1; i < weights.length; i++) expect(ratio(weights[i]!, weights[i - 1]!, depth)).toBeGreaterThan(1.14);
  },
);

test('a theme leaves the ground to the terminal where all its text is readable on it', () => {
  expect(suitsGround(themes.dark, 0x000000)).toBe(true);
  expect(suitsGround(themes.dark, 0x1e1e1e)).toBe(true);
  expect(suitsGround(themes.dark, 0x002b36)).toBe(true);
  expect(suitsGround(themes.dark, 0xffffff)).toBe(false);
  expect(suitsGround(themes.dark, 0x585858)).toBe(false);
  expect(suitsGround(themes.light, 0xffffff)).toBe(true);
  expect(suitsGround(themes.light, 0xfdf6e3)).toBe(true);
  expect(suitsGround(themes.light, 0x1e1e1e)).toBe(false);
  expect(suitsGround(themes.projector, 0xffffff)).toBe(false);
});
