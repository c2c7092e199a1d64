import { describe, expect, test } from 'vitest';
import { type GrownText, grow, keptTokens } from '../../src/explorer/grown-text.ts';
import type { Token } from '../../src/tokenizer/token.ts';
import { hfModel, hfTokenizerExpected } from '../support/hf-models.ts';

const tokenizers = { gpt2: hfModel('gpt2').tokenizer, llama: hfModel('llama').tokenizer, t5: hfModel('t5').tokenizer };

/** Grows all tokens of a text, one after the other. */
function grownFromNothing(name: keyof typeof tokenizers, ids: readonly number[]): GrownText {
  let grown: GrownText = { text: '', tokens: [], typedCount: 0 };
  for (const id of ids) grown = grow(tokenizers[name], grown.text, grown.tokens, id, 0);
  return grown;
}

interface Recorded {
  readonly cases: readonly { readonly text: string; readonly ids: number[]; readonly offsets: [number, number][] }[];
}

describe('a text grown from its tokens is the text', () => {
  const gpt2 = (hfTokenizerExpected('gpt2') as Recorded).cases;
  test.each(gpt2)('gpt2: $text, with the recorded offsets', ({ text, ids, offsets }) => {
    const grown = grownFromNothing('gpt2', ids);
    expect(grown.text).toBe(text);
    // The recording leaves the blank before a word out of its span.
    expect(grown.tokens.map(({ end }) => end)).toEqual(offsets.map(([, end]) => end));
  });

  const llama = (hfTokenizerExpected('llama') as Recorded).cases;
  test.each(llama)('llama: $text, its bytes too', ({ text, ids, offsets }) => {
    const grown = grownFromNothing('llama', ids);
    expect(grown.text).toBe(text);
    // Bytes in a row are decoded together, so the span of each may be that of their characters together.
    for (const [index, [start, end]] of offsets.entries()) {
      if (index === 0) continue;
      expect(grown.tokens[index]!.start).toBeLessThanOrEqual(start);
      expect(grown.tokens[index]!.end).toBeGreaterThanOrEqual(end);
    }
  });

  test('what stands for the first bytes of a character gives way to it', () => {
    const { llama: tokenizer } = tokenizers;
    const bytes = ['<0xF0>', '<0x9F>', '<0x99>', '<0x82>'].map((name) => {
      return Array.from({ length: 300 }, (_, id) => id).find((id) => tokenizer.tokenText!(id) === name)!;
    });
    const begin = { text: 'a', tokens: tokenizer.encode!('a').tokens, typedCount: 2 };
    const texts: string[] = [];
    let grown: GrownText = begin;
    for (const id of bytes) {
      grown = grow(tokenizer, grown.text, grown.tokens, id, 2);
      texts.push(grown.text);
    }
    expect(texts).toEqual(['a\ufffd', 'a\ufffd\ufffd', 'a\ufffd\ufffd\ufffd', 'a🙂']);
    expect(grown.tokens.slice(-4).map(({ start, end }) => [start, end])).toEqual(new Array(4).fill([1, 2]));
  });

  test('what the decoder would change of the typed text stays as it was typed', () => {
    const { t5 } = tokenizers;
    const typed = 'ﬁn  Haus';
    const id = t5.encodePlain!('house')[0]!.id!;
    const { text, tokens } = grow(t5, typed, t5.encodePlain!(typed), id);
    expect(text).toBe(`${typed} house`);
    expect(tokens.at(-1)).toMatchObject({ id, start: 8, end: 14 });
  });

  test('a line break is a token as any other, and stays one when the line goes on', () => {
    const { llama: tokenizer } = tokenizers;
    const idOf = (name: string) => {
      return Array.from({ length: 300 }, (_, id) => id).find((id) => tokenizer.tokenText!(id) === name)!;
    };
    const typed = tokenizer.encode!('a').tokens;
    const broken = grow(tokenizer, 'a', typed, idOf('<0x0A>'));
    expect(broken.text).toBe('a ');
    const escaped = grow(tokenizer, broken.text, broken.tokens, idOf('<0x1B>'), broken.typedCount);
    expect(escaped.text).toBe('a ');
    const further = grow(tokenizer, escaped.text, escaped.tokens, idOf('<0x62>'), broken.typedCount);
    expect(further.text).toBe('a b');
    expect(keptTokens(further, 'a bc')?.tokens.map(({ id }) => id)).toEqual([
      ...typed.map(({ id }) => id),
      idOf('<0x0A>'),
      idOf('<0x1B>'),
      idOf('<0x62>'),
    ]);
  });

  test('a special token adds nothing to the text', () => {
    const { t5 } = tokenizers;
    const grown = grow(t5, 'Haus', t5.encodePlain!('Haus'), 0);
    expect(grown.text).toBe('Haus');
    expect(grown.tokens.at(-1)).toEqual({ id: 0, text: '<pad>', start: 4, end: 4 });
  });
});

describe('what is left of a grown text', () => {
  const token = (id: number, start: number | null, end: number | null): Token => ({ id, text: `${id}`, start, end });
  // "ab" was typed, "cd" and "e" were appended.
  const tokens = [token(0, null, null), token(1, 0, 2), token(2, 2, 4), token(3, 4, 5)];
  const grown: GrownText = { text: 'abcde', tokens, typedCount: 2 };
  const kept = (text: string) => keptTokens(grown, text)?.tokens.map(({ id }) => id) ?? null;

  test.each([
    ['abcde', [0, 1, 2, 3]],
    ['abcdeX', [0, 1, 2, 3]],
    ['abcd', [0, 1, 2]],
    ['abcdX', [0, 1, 2]],
    ['abcXde', null],
    ['abX', null],
    ['ab', null],
    ['Xabcde', null],
    ['', null],
  ])('%j', (text, ids) => expect(kept(text)).toEqual(ids));

  test('has the length of its letters', () => {
    expect(keptTokens(grown, 'abcdX')?.length).toBe(4);
    expect(keptTokens(grown, 'abcdeX')?.length).toBe(5);
    expect(keptTokens({ ...grown, text: '🙂bcde' }, '🙂bcdeX')?.length).toBe(5);
  });

  test('of nothing is nothing', () => expect(keptTokens(null, 'abc')).toBeNull());
});
