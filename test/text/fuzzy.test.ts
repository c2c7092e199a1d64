import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fuzzyFind } from '../../src/text/fuzzy.ts';

const texts = [
  'causal mask on and off',
  'all heads on again',
  'the norms ‖α·f(x)‖',
  'scores without √d_k',
  'GPT-2 small',
];
const found = (query: string) => fuzzyFind(query, texts).map(({ index }) => texts[index]);

describe('a fuzzy search', () => {
  test.each([
    ['mask', 'causal mask on and off'],
    ['MASK causal', 'causal mask on and off'],
    ['msk', 'causal mask on and off'],
    ['gpt', 'GPT-2 small'],
    ['√d', 'scores without √d_k'],
    ['‖', 'the norms ‖α·f(x)‖'],
    [' heads ', 'all heads on again'],
  ])('“%s” finds “%s” first', (query, first) => {
    expect(found(query)[0]).toBe(first);
  });

  test('what no text has is not found', () => {
    expect(found('zzz')).toEqual([]);
  });

  test('a blank query finds all, in order', () => {
    expect(found('  ')).toEqual(texts);
  });

  test('whatever is typed, the matched code units are those of the query', () => {
    const letter = fc.constantFrom(...'abcd √_ÄäßİI');
    fc.assert(
      fc.property(
        fc.string({ unit: letter, maxLength: 6 }),
        fc.string({ unit: letter, maxLength: 30 }),
        (query, text) => {
          for (const { matched } of fuzzyFind(query, [text]))
            for (const at of matched) expect(text[at], `“${query}” in “${text}” at ${at}`).toBeDefined();
        },
      ),
    );
  });

  test('marks the letters that it matched', () => {
    const [first] = fuzzyFind('mask', texts);
    expect([...(first?.matched ?? [])].sort((a, b) => a - b)).toEqual([7, 8, 9, 10]);
  });
});
