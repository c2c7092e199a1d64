import { expect, test } from 'vitest';
import { createWordTokenizer } from '../../src/tokenizer/word-tokenizer.ts';

const tokenizer = createWordTokenizer(
  new Map([
    ['please', 0],
    ['study', 1],
    ['man', 2],
  ]),
);

test('finds words in lower case, with any white space between them', () => {
  expect(tokenizer.tokenize(' Please\t\nSTUDY\u3000man ')).toEqual([
    { id: 0, text: 'please', start: 1, end: 7 },
    { id: 1, text: 'study', start: 9, end: 14 },
    { id: 2, text: 'man', start: 15, end: 18 },
  ]);
});

test('an unknown word has no id, a mark, and its text as typed', () => {
  expect(tokenizer.tokenize('😀 Dog man')).toEqual([
    { id: null, text: '😀', start: 0, end: 1, unknown: true },
    { id: null, text: 'Dog', start: 2, end: 5, unknown: true },
    { id: 2, text: 'man', start: 6, end: 9 },
  ]);
});

test('names of inherited properties are unknown words', () => {
  expect(tokenizer.tokenize('constructor __proto__').every((token) => token.id === null)).toBe(true);
});

test('blank text has no tokens', () => {
  expect(tokenizer.tokenize('')).toEqual([]);
  expect(tokenizer.tokenize(' \n')).toEqual([]);
});
