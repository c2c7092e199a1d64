import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWordIndex } from '../../src/loaders/static-vectors-index.ts';
import { arePlainNumbers, parseLine } from '../../src/loaders/static-vectors-line.ts';

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text));

describe('index of words', () => {
  /** An index of words whose offsets are their places in a list. */
  function indexOf(words: readonly string[]) {
    const index = createWordIndex((word, offset) => Buffer.from(word).toString() === words[offset]);
    for (const [place, word] of words.entries()) index.add(bytesOf(word), place);
    return index;
  }

  test('agrees with a map, the first of two equal words counts', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 3 })), fc.string({ maxLength: 3 }), (words, other) => {
        const index = indexOf(words);
        expect(index.count).toBe(new Set(words).size);
        for (const word of [...words, other]) {
          const place = words.indexOf(word);
          expect(index.find(bytesOf(word))).toBe(place < 0 ? null : place);
        }
      }),
    );
  });

  test('many words, some of which have equal hashes', () => {
    const words = Array.from({ length: 200_000 }, (_, i) => `w${i}`);
    let [compared, equal] = [0, 0];
    const index = createWordIndex((word, offset) => {
      compared += 1;
      const isEqual = Buffer.from(word).toString() === words[offset];
      equal += Number(isEqual);
      return isEqual;
    });
    for (const [place, word] of words.entries()) index.add(bytesOf(word), place);
    expect(index.count).toBe(words.length);
    expect(words.every((word, place) => index.find(bytesOf(word)) === place)).toBe(true);
    expect(equal).toBe(words.length);
    // 200 000² / 2³³ pairs of 32-bit hashes are equal by chance, about 5; each is compared once or twice.
    expect(compared - equal).toBeLessThan(60);
  });

  test('a hash that is equal is not yet the word', () => {
    const index = createWordIndex(() => false);
    index.add(bytesOf('a'), 0);
    index.add(bytesOf('a'), 7);
    expect(index.count).toBe(2);
    expect(index.find(bytesOf('a'))).toBeNull();
  });
});

describe('the two ways to look at a line', () => {
  const piece = fc.oneof(
    fc.double({ noNaN: true }).map(String),
    fc.constantFrom(
      '1',
      '-2',
      '.5',
      '5.',
      '+1e-3',
      '1e5',
      '1e40',
      '.',
      '-',
      'e',
      '1e',
      '1e-',
      '--1',
      'nan',
      'a',
      '1.2.3',
    ),
    fc.integer({ min: 30, max: 45 }).map((length) => '9'.repeat(length)),
  );
  const gap = fc.constantFrom(' ', '  ', '\t');

  test('what the quick one takes, the other takes, with the same number of values', () => {
    const parts = fc.array(fc.tuple(gap, piece), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(parts, fc.integer({ min: 1, max: 6 }), (pairs, dimension) => {
        const line = bytesOf(`w${pairs.flat().join('')}`);
        const isPlain = arePlainNumbers(line, 1, line.length, dimension);
        const texts = pairs.map(([, text]) => text);
        const areNumbers = texts.every((text) => !/nan|inf/i.test(text) && Number.isFinite(Math.fround(Number(text))));
        if (isPlain) {
          expect(areNumbers && texts.length === dimension).toBe(true);
          expect(parseLine(line, dimension)).toEqual({ wordBytes: 1, values: Float32Array.from(texts, Number) });
        } else if (areNumbers && texts.length === dimension) {
          // Left to the other for an exponent or its length alone.
          expect(texts.some((text) => /e\+?\d/.test(text) || text.length > 38)).toBe(true);
          expect(parseLine(line, dimension).wordBytes).toBe(1);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('the quick one takes what files are full of', () => {
    const takes = (values: string, count: number) => arePlainNumbers(bytesOf(values), 0, values.length, count);
    expect(takes(' 0.418 -0.24968 1 1.5e-05', 4)).toBe(true);
    expect(takes(' 1\t2 ', 2)).toBe(true);
    expect(takes(' 1 2', 3)).toBe(false);
    expect(takes(' 1 2 3', 2)).toBe(false);
    expect(takes('', 0)).toBe(true);
  });
});
