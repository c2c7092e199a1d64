import type { Explorer } from '../explorer/explorer.ts';
import type { ThemeChoice } from '../explorer/settings/view-settings.ts';
import type { KeyContext } from '../panes/kit/pane.ts';
import { lightness } from '../terminal/colour/colour.ts';
import { defaultTheme, type Theme, type ThemeName, themes } from '../terminal/colour/theme.ts';

const descriptions: Readonly<Record<ThemeName, string>> = {
  dark: 'for a dark background',
  light: 'for a light background',
  projector: 'black on white with few, wide steps, for a beamer',
  mono: 'greys, for a dark background',
};

/** The theme of a choice on a terminal with this background; null: not known. */
export function themeOf(choice: ThemeChoice, ground: number | null): Theme {
  if (choice !== 'auto') return themes[choice];
  return ground !== null && lightness(ground) > 50 ? themes.light : defaultTheme;
}

export function shownTheme({ inputs }: Pick<Explorer, 'inputs'>): Theme {
  return themeOf(inputs.theme.value, inputs.terminal.value.ground);
}

/** Turns to the next theme, and says which it is. */
export function nextTheme({ explorer, change, say }: Pick<KeyContext, 'explorer' | 'change' | 'say'>): void {
  const names = Object.keys(themes) as ThemeName[];
  const next = names[(names.indexOf(shownTheme(explorer).name) + 1) % names.length]!;
  change(() => {
    explorer.inputs.theme.value = next;
  });
  say(`theme ${next}: ${descriptions[next]}; {state} shows the command that keeps it`);
}
