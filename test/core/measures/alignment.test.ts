import { describe, expect, test } from 'vitest';
import { type AlignedPair, alignTokens } from '../../../src/core/measures/alignment.ts';
import { pseudoRandom } from '../../support/tensors.ts';

/** a~b replaced, a=b the same, a- and +b alone. */
const written = (a: string, b: string) => {
  const [tokensA, tokensB] = [a, b].map((text) => text.split(' ').filter((token) => token !== ''));
  return alignTokens(tokensA!, tokensB!)
    .map((pair) => {
      const [one, other] = [pair.a === null ? '' : tokensA![pair.a], pair.b === null ? '' : tokensB![pair.b]];
      if (pair.a === null) return `+${other}`;
      if (pair.b === null) return `${one}-`;
      return pair.isSame ? one : `${one}~${other}`;
    })
    .join(' ');
};

/** Length of a longest common subsequence, by the recursion of its definition. */
function commonLength(a: readonly number[], b: readonly number[], i = a.length, j = b.length): number {
  if (i === 0 || j === 0) return 0;
  if (a[i - 1] === b[j - 1]) return 1 + commonLength(a, b, i - 1, j - 1);
  return Math.max(commonLength(a, b, i - 1, j), commonLength(a, b, i, j - 1));
}

/** Fewest pairs that are not the same among alignments with `common` same ones, by trying all; Infinity: there is none. */
function fewestEdits(a: readonly number[], b: readonly number[], common: number, i = 0, j = 0): number {
  if (i === a.length && j === b.length) return common === 0 ? 0 : Infinity;
  const ways: number[] = [];
  if (i < a.length) ways.push(1 + fewestEdits(a, b, common, i + 1, j));
  if (j < b.length) ways.push(1 + fewestEdits(a, b, common, i, j + 1));
  if (i < a.length && j < b.length) {
    const isSame = a[i] === b[j];
    ways.push((isSame ? 0 : 1) + fewestEdits(a, b, common - (isSame ? 1 : 0), i + 1, j + 1));
  }
  return Math.min(...ways);
}

function randomTokens(random: () => number, longest: number, kinds: number): number[] {
  const count = Math.floor((random() + 1) * 0.5 * (longest + 1));
  return Array.from({ length: count }, () => Math.floor((random() + 1) * 0.5 * kinds));
}

function expectWhole(pairs: readonly AlignedPair[], a: readonly unknown[], b: readonly unknown[]): void {
  expect(pairs.flatMap((pair) => pair.a ?? [])).toEqual(a.map((_, place) => place));
  expect(pairs.flatMap((pair) => pair.b ?? [])).toEqual(b.map((_, place) => place));
  for (const pair of pairs) {
    const isSame = pair.a !== null && pair.b !== null && a[pair.a] === b[pair.b];
    expect(pair.isSame).toBe(isSame);
  }
}

describe('aligned tokens', () => {
  test.each([
    ['of equal sentences are the same', 'the river bank', 'the river bank', 'the river bank'],
    ['replace one another', 'the money bank .', 'the river bank .', 'the money~river bank .'],
    ['are alone where the other has none', 'it was too tired', 'it was tired', 'it was too- tired'],
    ['are alone in the second', 'it was tired', 'it was too tired', 'it was +too tired'],
    ['are replaced in order, the rest alone', 'a x y z b', 'a p q b', 'a x~p y~q z- b'],
    ['at the beginning', 'x a b', 'a b', 'x- a b'],
    ['with nothing in common are all replaced', 'a b', 'x y z', 'a~x b~y +z'],
    ['keep what is common before what is near', 'x y c d', 'c d p q', 'x- y- c d +p +q'],
    ['of a repeated word are the nearest', 'p the q x r s', 'k the l m the n', 'p~k the q~l x~m r~the s~n'],
    ['of an empty text are alone', '', 'a b', '+a +b'],
    ['of two empty texts are none', '', '', ''],
  ])('%s', (_, a, b, expected) => expect(written(a, b)).toBe(expected));

  test('prefer the place that is the same to one further on', () => {
    const pairs = alignTokens(['x', 'the', 'y', 'w'], ['the', 'p', 'the', 'q', 'the', 'r']);
    expect(pairs.find((pair) => pair.isSame)).toEqual({ a: 1, b: 2, isSame: true });
  });

  test('can be ids, and an id is not its text', () => {
    expect(alignTokens([7], ['7'])).toEqual([{ a: 0, b: 0, isSame: false }]);
    expect(alignTokens([7, 8], [8])).toEqual([
      { a: 0, b: null, isSame: false },
      { a: 1, b: 0, isSame: true },
    ]);
  });

  test('have every token once, in order, as many the same as any alignment, with the fewest edits of those', () => {
    const random = pseudoRandom(5);
    for (let run = 0; run < 300; run++) {
      const [a, b] = [randomTokens(random, 6, 4), randomTokens(random, 6, 4)];
      const pairs = alignTokens(a, b);
      const where = `${a} and ${b}`;
      expectWhole(pairs, a, b);
      const common = pairs.filter((pair) => pair.isSame).length;
      expect(common, where).toBe(commonLength(a, b));
      expect(pairs.length - common, where).toBe(fewestEdits(a, b, common));
    }
  });

  test('stay whole in long texts, and are the same at every call', () => {
    const random = pseudoRandom(9);
    const [a, b] = [512, 500].map((length) => Array.from({ length }, () => Math.floor((random() + 1) * 20)));
    const pairs = alignTokens(a!, b!);
    expectWhole(pairs, a!, b!);
    expect(alignTokens(a!, b!)).toEqual(pairs);
  });
});
