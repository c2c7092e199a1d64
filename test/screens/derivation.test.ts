import { afterEach, describe, expect, test } from 'vitest';
import { type ExplorerScreen, openScreen } from '../support/explorer-screen.tsx';
import { expectGolden, textPicture } from '../support/golden.ts';

const sizes = [
  { size: '80x24', columns: 80, rows: 24 },
  { size: '120x40', columns: 120, rows: 40 },
  { size: '200x50', columns: 200, rows: 50 },
];

/** Keys that lead from the attention to an explanation. */
const ways = {
  weight: ['t'],
  score: ['3', 't'],
  q: ['2', 't'],
  // From the layer's output through its feed-forward to the hidden layer.
  'feed-forward': ['t', 'n', 'n', 'n', 'n', 'n', 'enter', 'enter'],
  norm: ['2', 't', 'enter'],
  embedding: ['2', 't', 'enter', 'enter', 'enter'],
} as const;

let screen: ExplorerScreen | null = null;
afterEach(() => {
  screen?.close();
  screen = null;
});

describe.each(sizes)('how it is made at $size', ({ size, columns, rows }) => {
  test.each(Object.entries(ways))('%s', async (name, keys) => {
    screen = openScreen({ columns, rows, text: 'The boat drifted toward the river bank.' });
    await screen.picture();
    screen.press('escape', ...keys);
    const grid = await screen.picture();
    expectGolden(`made-${name}-${size}`, grid);
    const text = textPicture(grid);
    expect(text).toContain('the number in its cell');
    expect(text).not.toMatch(/masked|softmax\(/);
  });
});
