import { expect, test } from 'vitest';
import { contrastText, lightness } from '../../../src/terminal/colour/colour.ts';
import { faded, themeByName, themeNames } from '../../../src/terminal/colour/theme.ts';

test('every listed theme is found by its name, an unknown name is not', () => {
  expect(themeNames[0]).toBe('dark');
  for (const name of themeNames) expect(themeByName(name)?.name).toBe(name);
  expect(themeByName('pink')).toBeUndefined();
});

test.each(themeNames)('in theme %s text on the accent is the readable one of black and white', (name) => {
  const theme = themeByName(name)!;
  expect(theme.accentText).toBe(contrastText(theme.accent));
});

test.each(themeNames)('in theme %s the accent is no colour of a ramp and of nothing else', (name) => {
  const theme = themeByName(name)!;
  const others = [theme.dim, theme.border, theme.title, theme.warning];
  for (let i = 0; i <= 64; i++) others.push(theme.weight(i / 64), theme.signed(i / 32 - 1));
  expect(others).not.toContain(theme.accent);
});

test('a heavier weight is lighter on the dark theme and darker on the light one', () => {
  const contrast = (name: string): number =>
    lightness(themeByName(name)!.weight(1)) - lightness(themeByName(name)!.weight(0));
  expect(contrast('dark')).toBeGreaterThan(60);
  expect(contrast('light')).toBeLessThan(-60);
});

test('a faded colour is darker and greyer', () => {
  const bright = 0xfde725;
  expect(lightness(faded(bright))).toBeLessThan(lightness(bright));
  const spread = (c: number): number => ((c >> 16) & 255) - (c & 255);
  expect(spread(faded(bright))).toBeLessThan(spread(bright) / 2);
});
