import { afterEach, describe, expect, test } from 'vitest';
import { type ExplorerScreen, openScreen } from '../support/explorer-screen.tsx';
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

const words = (text: string) => Array.from(text, (one) => (one === ' ' ? 'space' : one));
const cases: readonly (readonly [name: string, keys: readonly string[], says: RegExp])[] = [
  ['palette', ['escape', ':'], /all actions {2}1 of \d+/],
  ['palette-sentence', ['ctrl+p'], /Esc, \d/],
  ['palette-query', ['escape', ':', ...words('head off')], /: head off/],
  ['palette-impossible', ['escape', ':', ...words('factor back'), 'enter'], /the factor is 1 already/],
  ['help-keys', ['escape', '2', '?'], /in this pane: Q K V/],
  ['help-glossary', ['f1', 'right'], /\[glossary\]/],
  ['help-caveats', ['f1', 'left'], /\[what attention does not say\]/],
  ['help-search', ['f1', '/', ...words('mask'), 'enter', 'n'], /2 of \d+/],
];

describe.each(sizes)('at $size', ({ size, columns, rows }) => {
  test.each(cases)('%s', async (name, keys, says) => {
    screen = openScreen({ columns, rows, text });
    await screen.picture();
    screen.press(...keys);
    const grid = await screen.picture();
    expect(textPicture(grid)).toMatch(says);
    expectGolden(`${name}-${size}`, grid);
  });
});
