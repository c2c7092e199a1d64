import { expect, test } from 'vitest';
import { createWordTokenizer } from '../../src/tokenizer/word-tokenizer.ts';

const tokenizer = createWordTokenizer(
  new Map([
    ['please', 0],
    ['study', 1],
    ['man', 2],
  ]),
);

test('words are found in lower case, whatever white space is between them', () => {
  expect(tokenizer.tokenize(' Please\t\nSTUDY\u3000man ')).toEqual([
    { id: 0, text: 'please', start: 1, end: 7 },
    { id: 1, text: 'study', start: 9, end: 14 },
    { id: 2, text: 'man', start: 15, end: 18 },
  ]);
});

test('a word that is not there has no id and is marked, as it was written', () => {
  expect(tokenizer.tokenize('😀 Dog man')).toEqual([
    { id: null, text: '😀', start: 0, end: 1, unknown: true },
    { id: null, text: 'Dog', start: 2, end: 5, unknown: true },
    { id: 2, text: 'man', start: 6, end: 9 },
  ]);
});

test('names that objects inherit are unknown words', () => {
  expect(tokenizer.tokenize('constructor __proto__').every((token) => token.id === null)).toBe(true);
});

test('blank text has no tokens', () => {
  expect(tokenizer.tokenize('')).toEqual([]);
  expect(tokenizer.tokenize(' \n')).toEqual([]);
});
