import { expect } from 'vitest';
import { type ExplorerScreen, openScreen, type ScreenOptions } from './explorer-screen.tsx';
import { expectGolden, textPicture } from './golden.ts';

export const river = 'The boat drifted toward the river bank.';

/** The sizes of golden screens. */
export const sizes = [
  { size: '80x24', columns: 80, rows: 24 },
  { size: '120x40', columns: 120, rows: 40 },
  { size: '200x50', columns: 200, rows: 50 },
];

/** Compares the screen with the golden of that name.  @returns its text */
export async function expectGoldenScreen(name: string, { picture }: ExplorerScreen): Promise<string> {
  const grid = await picture();
  expectGolden(name, grid);
  return textPicture(grid);
}

type Golden = (name: string, options: ScreenOptions, ...keys: string[]) => Promise<string>;

/** Opens the explorer, presses keys one by one, waits after each, and compares with the golden of that name. */
export function goldenAfter(settled: (screen: ExplorerScreen) => Promise<unknown>): Golden {
  return async (name, options, ...keys) => {
    const screen = openScreen(options);
    try {
      await settled(screen);
      for (const key of keys) {
        screen.press(key);
        await settled(screen);
      }
      const { width, height } = await screen.picture();
      expect([width, height]).toEqual([options.columns, options.rows]);
      return await expectGoldenScreen(name, screen);
    } finally {
      screen.close();
    }
  };
}

export const golden = goldenAfter(({ picture }) => picture());
