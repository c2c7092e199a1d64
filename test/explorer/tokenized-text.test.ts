import { describe, expect, test } from 'vitest';
import { cut, encode, shiftRight, tokenInput, tokenViews } from '../../src/explorer/tokenized-text.ts';
import type { Encoding, Token, Tokenizer } from '../../src/tokenizer/token.ts';
import { builtInModel } from '../support/models.ts';

const token = (id: number, start: number | null = null, end: number | null = null): Token => ({
  id,
  text: `t${id}`,
  start,
  end,
});
const encoding = (ids: readonly number[], closing: number, typeIds = ids.map(() => 0)): Encoding => ({
  tokens: ids.map((id) => token(id)),
  typeIds,
  closing,
});
const idsOf = ({ tokens }: { readonly tokens: readonly Token[] }) => tokens.map(({ id }) => id);

/** A letter a token, between 100 and 200. */
const letters: Tokenizer = {
  vocabSize: 300,
  tokenize: (text) => letters.encode!(text).tokens.slice(),
  encode: (text, pair) => {
    const all = [token(100), ...letters.encodePlain!(text), token(200)];
    const second = pair === null || pair === undefined ? [] : [...letters.encodePlain!(pair), token(200)];
    const typeIds = [...all.map(() => 0), ...second.map(() => 1)];
    return { tokens: [...all, ...second], typeIds, closing: 1 };
  },
  encodePlain: (text) => Array.from(text, (symbol, i) => token(symbol.codePointAt(0)!, i, i + 1)),
  tokenText: (id) => `t${id}`,
};

describe('a text becomes tokens', () => {
  test('with the special ones and the segments of the tokenizer', () => {
    expect(idsOf(encode(letters, 'ab', null))).toEqual([100, 97, 98, 200]);
    const { typeIds, ...both } = encode(letters, 'a', 'b');
    expect(idsOf(both)).toEqual([100, 97, 200, 98, 200]);
    expect(typeIds).toEqual([0, 0, 0, 1, 1]);
  });

  test('of one segment and nothing that closes it where the tokenizer adds nothing', () => {
    const { tokens, typeIds, closing } = encode(builtInModel('example').tokenizer, 'please study man', null);
    expect(tokens.map(({ text }) => text)).toEqual(['please', 'study', 'man']);
    expect({ typeIds, closing }).toEqual({ typeIds: [0, 0, 0], closing: 0 });
  });

  const grown = { text: '🙂x', tokens: [token(100), token(1, 0, 1), token(2, 1, 2)], typedCount: 2 };

  test('of which those that were grown stay, and the offsets behind them go on in code points', () => {
    const { tokens, closing } = encode(letters, '🙂xyz', null, grown);
    expect(tokens).toEqual([...grown.tokens, token(121, 2, 3), token(122, 3, 4)]);
    expect(closing).toBe(0);
  });

  test.each([
    ['the text before them is another', 'ax', null],
    ['there is a second text', '🙂x', 'b'],
  ])('anew where %s', (_, text, pair) => {
    expect(encode(letters, text, pair, grown)).toEqual(encode(letters, text, pair));
  });
});

describe('a text is cut to the positions of a model', () => {
  test.each([
    ['no limit', [1, 2, 3], 1, null, [1, 2, 3]],
    ['short enough', [1, 2, 3], 1, 3, [1, 2, 3]],
    ['its closing token stays', [1, 2, 3, 9], 1, 3, [1, 2, 9]],
    ['two closing tokens stay', [1, 2, 3, 8, 9], 2, 3, [1, 8, 9]],
    ['nothing closes it', [1, 2, 3, 4], 0, 3, [1, 2, 3]],
    ['one position', [1, 2, 9], 1, 1, [9]],
    ['fewer positions than closing tokens', [1, 8, 9], 2, 1, [9]],
    ['no token', [], 0, 3, []],
  ])('%s', (_, ids, closing, maxPositions, kept) => {
    const whole = encoding(ids, closing);
    const text = cut(whole, maxPositions);
    expect(idsOf(text)).toEqual(kept);
    expect(text).toMatchObject({ tokenCount: ids.length, truncated: kept.length < ids.length });
  });

  test('and each token that stays keeps its segment', () => {
    const { typeIds } = cut(encoding([1, 2, 3, 4, 9], 1, [0, 0, 1, 1, 1]), 4);
    expect(typeIds).toEqual([0, 0, 1, 1]);
    expect(cut(encoding([1, 2, 3, 9], 1, [0, 0, 0, 1]), 2).typeIds).toEqual([0, 1]);
  });
});

describe('a decoder reads the target shifted right', () => {
  const start = { id: 7, text: 't7', start: null, end: null };

  test('its start token, then all but the last', () => {
    const read = shiftRight(encoding([1, 2, 3], 1), 7, letters, 'a', false);
    expect(read.tokens[0]).toEqual(start);
    expect(idsOf(read)).toEqual([7, 1, 2]);
    expect(read).toMatchObject({ typeIds: [0, 0, 0], closing: 0 });
  });

  test('the start token alone where there is no target', () => {
    expect(idsOf(shiftRight(encoding([1, 2], 1), 7, letters, null, false))).toEqual([7]);
  });

  test('all of a target that was grown, which nothing closes', () => {
    expect(idsOf(shiftRight(encoding([1, 2], 0), 7, letters, 'a', true))).toEqual([7, 1, 2]);
  });
});

test('what the model takes are ids, null for unknown words, and segments', () => {
  const text = { tokens: [token(5), { ...token(0), id: null }], typeIds: [0, 1], tokenCount: 2, truncated: false };
  expect(tokenInput(text)).toEqual({ ids: [5, null], typeIds: [0, 1] });
});

describe('tokens as views show them', () => {
  const view = (text: string, start: number | null, end: number | null): Token => ({ id: 1, text, start, end });

  test("letters that stand for bytes are shown as the text's own", () => {
    const tokens = [view('na', 0, 2), view('Ã¯', 2, 3), view('ve', 3, 5), view('Ġcaf', 5, 9), view('Ã©', 9, 10)];
    const labels = tokenViews(tokens, 'naïve café').map((one) => one.label ?? one.text);
    expect(labels).toEqual(['na', 'ï', 've', 'caf', 'é']);
  });

  test('plain letters, blanks alone and added tokens stay as they are', () => {
    const tokens = [view('<s>', null, null), view('Ġ', 0, 1), view('the', 1, 4)];
    expect(tokenViews(tokens, ' the').map((one) => one.label ?? one.text)).toEqual(['<s>', 'Ġ', 'the']);
  });

  test('other vocabularies are left alone', () => {
    const tokens = [view('▁das', 0, 3), view('##é', 3, 4)];
    expect(tokenViews(tokens, 'dasé')).toBe(tokens);
  });
});
