import { afterEach, describe, expect, test } from 'vitest';
import { type ExplorerScreen, openScreen, type ScreenOptions } from '../support/explorer-screen.tsx';
import { expectGolden, textPicture } from '../support/golden.ts';

const text = 'The boat drifted toward the river bank.';
const sizes = [
  { size: '80x24', columns: 80, rows: 24 },
  { size: '120x40', columns: 120, rows: 40 },
  { size: '200x50', columns: 200, rows: 50 },
];

let screen: ExplorerScreen | null = null;
afterEach(() => {
  screen?.close();
  screen = null;
});

async function golden(name: string, options: ScreenOptions, ...keys: string[]): Promise<string> {
  screen = openScreen(options);
  await screen.picture();
  screen.press(...keys);
  const grid = await screen.picture();
  expectGolden(name, grid);
  return textPicture(grid);
}

describe.each(sizes)('at $size', ({ size, columns, rows }) => {
  test('T turns to the light theme, and again to the one for a beamer', async () => {
    const light = await golden(`theme-light-${size}`, { columns, rows, text }, 'escape', 'T');
    expect(light).toContain('theme light: for a light background; L shows the command that keeps it');
    screen?.close();
    const options = { columns, rows, text, options: { theme: 'projector' } };
    const projector = await golden(`theme-projector-${size}`, options, 'escape', 'L');
    expect(projector).toContain('--theme projector');
  });

  test('what heads do, in the order of heads and by one score', async () => {
    const all = await golden(`heads-most-${size}`, { columns, rows, text }, 'escape', '9');
    expect(all).toContain('looks at the previous token most: L0 H3 0.37 (at itself 0.56; chance 0.10)');
    screen?.close();
    const previous = await golden(
      `heads-by-previous-${size}`,
      { columns, rows, text },
      'escape',
      '9',
      ...Array(3).fill('right'),
    );
    expect(previous).toContain('mean over i, where i − 1 is of the text, of w(i, i − 1)');
    expect(previous).toMatch(/chance .* 0\.10/);
  });

  test('a sink of a causal model, and its row under the norms', async () => {
    const options = { columns, rows, text: 'The cat sat on the mat and the dog ran', model: 'gpt2' } as const;
    const typed = { cells: 'scores:0.0.6.0=60' };
    const sunk = await golden(
      `row-sink-${size}`,
      { ...options, options: { edits: typed.cells, query: '6' } },
      'escape',
    );
    expect(sunk).toContain('often a sink');
    screen?.close();
    const norms = await golden(`norms-status-${size}`, { columns, rows, text }, 'escape', 'w');
    expect(norms).toMatch(/ = α·‖f\(x\)‖ = /);
  });
});
