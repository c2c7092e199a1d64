import { describe, expect, test } from 'vitest';
import { createHfTokenizer } from '../../../src/tokenizer/hf/hf-tokenizer.ts';
import type { Fields } from '../../../src/tokenizer/hf/json-fields.ts';
import { fixture, wordLevel } from './support.ts';

const texts = (fields: Fields, text: string) => createHfTokenizer(fields).encodePlain(text);

describe('the results of a tokenizer', () => {
  test('adds special tokens without spans around one text and two', () => {
    const bert = createHfTokenizer(fixture('bert'));
    const one = bert.encode('the cat');
    expect(one.tokens.map(({ text }) => text).at(0)).toBe('[CLS]');
    expect(one.tokens.at(-1)).toEqual({ id: 3, text: '[SEP]', start: null, end: null });
    expect(one.closing).toBe(1);
    expect(bert.tokenize('the cat')).toEqual(one.tokens);
    const two = bert.encode('the cat', 'sat');
    expect(two.tokens.filter(({ id }) => id === 3)).toHaveLength(2);
    expect(new Set(two.typeIds)).toEqual(new Set([0, 1]));
    expect(two.closing).toBe(1);
    expect(createHfTokenizer(fixture('gpt2')).encode('the').closing).toBe(0);
  });

  test('an empty second text still makes a pair', () => {
    const roberta = createHfTokenizer(fixture('roberta'));
    expect(roberta.encode('a', '').tokens.map(({ text }) => text)).toEqual(['<s>', 'a', '</s>', '</s>', '</s>']);
  });

  test('ids of special tokens and of the mask', () => {
    const bert = createHfTokenizer(fixture('bert'));
    expect([...bert.specialTokenIds]).toEqual([0, 1, 2, 3, 4]);
    expect(bert.maskTokenId).toBe(4);
    expect(createHfTokenizer(fixture('roberta')).maskTokenId).toBe(4);
    expect(createHfTokenizer(fixture('gpt2')).maskTokenId).toBeNull();
    expect(createHfTokenizer(fixture('t5'), '<extra_id_0>').maskTokenId).toBe(379);
    expect(bert.vocabSize).toBe(400);
    expect([bert.tokenText(4), bert.tokenText(4000)]).toEqual(['[MASK]', '']);
  });

  test('decoding skips special tokens on request, and unknown ids always', () => {
    const bert = createHfTokenizer(fixture('bert'));
    const ids = bert.encode('the cat').tokens.map(({ id }) => id!);
    expect(bert.decode([...ids, 99999])).toBe('[CLS] the cat [SEP]');
    expect(bert.decode(ids, { skipSpecialTokens: true })).toBe('the cat');
  });

  test('half a surrogate pair becomes U+FFFD', () => {
    const gpt2 = createHfTokenizer(fixture('gpt2'));
    const ids = gpt2.encodePlain('a\ud83d').map(({ id }) => id!);
    expect(gpt2.decode(ids)).toBe('a\ufffd');
  });
});

describe('names of inherited properties are ordinary names', () => {
  const words = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];

  test('as tokens of the vocabulary', () => {
    const fields = JSON.parse(
      `{"model": {"type": "WordLevel", "unk_token": "<unk>", "vocab": {"<unk>": 0, "__proto__": 1, "constructor": 2}},
        "pre_tokenizer": {"type": "WhitespaceSplit"}}`,
    );
    expect(texts(fields, '__proto__ constructor toString').map(({ id, text }) => [id, text])).toEqual([
      [1, '__proto__'],
      [2, 'constructor'],
      [0, '<unk>'],
    ]);
  });

  test('as words that the vocabulary lacks', () => {
    const fields = wordLevel(['a'], { pre_tokenizer: { type: 'WhitespaceSplit' } });
    expect(texts(fields, words.join(' ')).map(({ id }) => id)).toEqual([0, 0, 0, 0]);
  });

  test('as types and special tokens', () => {
    for (const type of words) {
      expect(() => createHfTokenizer(wordLevel(['a'], { normalizer: { type } }))).toThrow(/^normalizer is of type/);
      expect(() => createHfTokenizer({ ...wordLevel([]), model: { type } })).toThrow(/^model is of type/);
      const single = [{ SpecialToken: { id: type, type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }];
      const template = { type: 'TemplateProcessing', single, pair: [], special_tokens: {} };
      expect(() => createHfTokenizer(wordLevel(['a'], { post_processor: template }))).toThrow(/needs/);
    }
  });
});

describe('added tokens in the text', () => {
  const added = (content: string, flags: Fields = {}) => ({ id: 10, content, normalized: false, ...flags });
  const found = (token: Fields, text: string, steps: Fields = {}) => {
    const fields = wordLevel(['a', 'b'], { added_tokens: [token], ...steps });
    return texts(fields, text)
      .filter(({ id }) => id === 10)
      .map(({ start, end }) => [start, end]);
  };

  test('match inside words unless single_word is set', () => {
    expect(found(added('<x>'), 'a<x>b <x> ')).toEqual([
      [1, 4],
      [6, 9],
    ]);
    expect(found(added('ab', { single_word: true }), 'cab abc 😀ab, ab_ ab')).toEqual([
      [9, 11],
      [17, 19],
    ]);
  });

  test('include the white space beside them', () => {
    expect(found(added('<x>', { lstrip: true }), '🙂  <x> a')).toEqual([[1, 6]]);
    expect(found(added('<x>', { rstrip: true }), '🙂 <x> \n a')).toEqual([[2, 8]]);
  });

  test('match normalised text', () => {
    const lower = { normalizer: { type: 'Lowercase' } };
    expect(found(added('New', { normalized: true }), 'a NEW b', lower)).toEqual([[2, 5]]);
    expect(found(added('New'), 'a NEW b', lower)).toEqual([]);
  });

  test('prefer the longest match', () => {
    const tokens = [added('<x>'), { ...added('<x><y>'), id: 11 }];
    const fields = wordLevel(['a'], { added_tokens: tokens });
    expect(texts(fields, '<x><y><x>').map(({ id }) => id)).toEqual([11, 10]);
  });
});

describe('long texts', () => {
  const text = 'The café is open — 12,345 people said so. '.repeat(120).slice(0, 5000);
  test.each(['bert', 'gpt2', 'llama', 'llama-f16', 't5'])('5,000 characters avoid quadratic time in %s', (name) => {
    const tokenizer = createHfTokenizer(fixture(name));
    for (const long of [text, 'a'.repeat(5000), ' '.repeat(5000), 'e\u0301'.repeat(2500), '\u0301'.repeat(5000)]) {
      const start = performance.now();
      tokenizer.encode(long);
      expect(performance.now() - start).toBeLessThan(1000);
    }
  });
});
