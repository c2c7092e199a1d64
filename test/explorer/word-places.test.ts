import { expect, test } from 'vitest';
import { createRandom } from '../../src/core/measures/contextuality.ts';
import { placesWithin, shuffleWords, wordsOf } from '../../src/explorer/word-places.ts';

test('words with their places in code points', () => {
  expect(wordsOf('The 🏦 bank, can’t (x_1).')).toEqual([
    { text: 'The', start: 0, end: 3 },
    { text: 'bank', start: 6, end: 10 },
    { text: 'can’t', start: 12, end: 17 },
    { text: 'x_1', start: 19, end: 22 },
  ]);
  expect(wordsOf(' … !')).toEqual([]);
});

test('tokens that stand for a span, and for any of the text', () => {
  const tokens = [
    { start: null, end: null },
    { start: 0, end: 4 },
    { start: 4, end: 6 },
    { start: 6, end: 9 },
  ];
  expect(placesWithin(tokens, { start: 5, end: 7 })).toEqual([2, 3]);
  expect(placesWithin(tokens, { start: 4, end: 4 })).toEqual([]);
  expect(placesWithin(tokens)).toEqual([1, 2, 3]);
});

test('a shuffle keeps the words, and never begins with the one that is looked at', () => {
  const random = createRandom(2);
  const orders = new Set<string>();
  for (let i = 0; i < 200; i++) {
    const mixed = shuffleWords('a b bank c', (text) => text === 'bank', random);
    expect(mixed.split(' ').sort()).toEqual(['a', 'b', 'bank', 'c']);
    expect(mixed).not.toMatch(/^bank/);
    orders.add(mixed);
  }
  expect(orders.size).toBe(18);
  expect(shuffleWords('bank', () => true, random)).toBe('bank');
});
