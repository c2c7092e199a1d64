import { expect, test } from 'vitest';
import { themeChoices } from '../../../src/explorer/settings/view-settings.ts';
import { contrastText, lightness } from '../../../src/terminal/colour/colour.ts';
import { type ThemeName, themes } from '../../../src/terminal/colour/theme.ts';
import { themeAt } from '../../../src/terminal/colour/theme-at.ts';

const names = Object.keys(themes) as ThemeName[];

test('the option takes every theme, and auto', () => {
  expect(themeChoices).toEqual(['auto', ...names]);
  for (const name of names) expect(themes[name].name).toBe(name);
});

test.each(names)('in theme %s text on the accent is the readable one of black and white', (name) => {
  const theme = themes[name];
  expect(theme.accentText).toBe(contrastText(theme.accent));
});

test.each(names)('in theme %s the accent is no colour of a ramp and of nothing else', (name) => {
  for (const depth of ['truecolor', '256', '16'] as const) {
    const theme = themeAt(themes[name], depth);
    const others = [theme.dim, theme.border, theme.title, theme.warning];
    for (let i = 0; i <= 64; i++) others.push(theme.weight(i / 64), theme.signed(i / 32 - 1));
    expect(others).not.toContain(theme.accent);
  }
});

test('a heavier weight is lighter on a dark ground and darker on a light one', () => {
  const rise = ({ weight }: (typeof themes)[ThemeName]): number => lightness(weight(1)) - lightness(weight(0));
  for (const name of names) {
    if (lightness(themes[name].ground) > 50) expect(rise(themes[name])).toBeLessThan(-60);
    else expect(rise(themes[name])).toBeGreaterThan(60);
  }
});

test('a number that is out of date is nearer to the ground and greyer', () => {
  const [fresh, stale] = [themes.dark.weight(1), themeAt(themes.dark, 'truecolor', true).weight(1)];
  expect(lightness(stale)).toBeLessThan(lightness(fresh));
  const spread = (c: number): number => ((c >> 16) & 255) - (c & 255);
  expect(spread(stale)).toBeLessThan(spread(fresh) / 2);
  const [first, faded] = [themes.light.weight(1), themeAt(themes.light, 'truecolor', true).weight(1)];
  expect(lightness(faded)).toBeGreaterThan(lightness(first));
});
