import { describe, expect, test } from 'vitest';
import { golden, river, sizes } from '../support/golden-screen.ts';

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
    expect(await golden(`${name}-${size}`, { columns, rows, text: river }, ...keys)).toMatch(says);
  });
});
