import { describe, expect, test } from 'vitest';
import { type AlignedPair, alignTokens } from '../../../src/core/measures/alignment.ts';
import { alignedDifference, headChange, rankHeads } from '../../../src/core/measures/attention-difference.ts';
import { softmaxRows } from '../../../src/tensor/softmax.ts';
import { ShapeError, type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { blocks, pseudoRandom, rowsOf } from '../../support/tensors.ts';

const none = Number.NaN;
const pairs = (...places: [number | null, number | null][]): AlignedPair[] =>
  places.map(([a, b]) => ({ a, b, isSame: a !== null && b !== null }));
const sameTwo = pairs([0, 0], [1, 1]);

function randomWeights(seed: number, heads: number, queries: number, keys: number): Tensor {
  const random = pseudoRandom(seed);
  const scores = Float32Array.from({ length: heads * queries * keys }, () => 3 * random());
  return tensor(['head', 'query', 'key'], [heads, queries, keys], softmaxRows(scores, keys));
}

describe('the aligned difference', () => {
  const a = blocks([
    [
      [1, 0],
      [0.25, 0.75],
    ],
  ]);
  const b = blocks([
    [
      [0.5, 0.25, 0.25],
      [0, 1, 0],
      [0.125, 0.125, 0.75],
    ],
  ]);
  const aligned = pairs([0, 0], [null, 1], [1, 2]);

  test('is B less A where both have query and key, and no number elsewhere', () => {
    const difference = alignedDifference(a, b, 0, aligned, aligned);
    expect(difference.axes).toEqual(['query', 'key']);
    expect(rowsOf(difference)).toEqual([
      [-0.5, none, 0.25],
      [none, none, none],
      [-0.125, none, 0],
    ]);
  });

  test('has the shape of query pairs and key pairs', () => {
    expect(alignedDifference(a, b, 0, sameTwo, aligned).shape).toEqual([2, 3]);
    expect(alignedDifference(a, b, 0, [], aligned).shape).toEqual([0, 3]);
  });

  test('is of the head that is asked for', () => {
    const two = blocks([[[0, 1]], [[1, 0]]]);
    const other = blocks([[[0, 1]], [[0.5, 0.5]]]);
    expect(rowsOf(alignedDifference(two, other, 1, pairs([0, 0]), sameTwo))).toEqual([[-0.5, 0.5]]);
  });

  test('refuses a place that the weights do not have', () => {
    expect(() => alignedDifference(a, b, 0, pairs([2, 2]), sameTwo)).toThrow(ShapeError);
    expect(() => alignedDifference(a, b, 0, sameTwo, pairs([0, 3]))).toThrow(ShapeError);
    expect(() => headChange(a, b, 0, sameTwo, pairs([2, 2]))).toThrow(ShapeError);
  });
});

describe('the change of a head', () => {
  test('is the mean of half the summed differences', () => {
    const a = blocks([
      [
        [1, 0],
        [0.5, 0.5],
      ],
    ]);
    const b = blocks([
      [
        [0.5, 0.5],
        [0.25, 0.75],
      ],
    ]);
    // (½ (½ + ½) + ½ (¼ + ¼)) / 2
    expect(headChange(a, b, 0, sameTwo, sameTwo)).toBe(0.375);
  });

  test('counts a key that one text alone has with its whole weight', () => {
    const a = blocks([[[0.75, 0.25]]]);
    const b = blocks([[[0.75, 0.125, 0.125]]]);
    // A's second key and B's second have no partner; B's third is A's first: ½ (|⅛ − ¾| + ¼ + ¾ + ⅛)
    expect(headChange(a, b, 0, pairs([0, 0]), pairs([null, 0], [null, 1], [0, 2], [1, null]))).toBe(0.875);
  });

  test('is 1 where the two have no key in common', () => {
    const one = blocks([[[0.25, 0.75]]]);
    expect(headChange(one, one, 0, pairs([0, 0]), pairs([0, null], [1, null], [null, 0], [null, 1]))).toBe(1);
  });

  test('leaves out queries that one text alone has; without any there is none', () => {
    const a = blocks([
      [
        [1, 0],
        [0, 1],
      ],
    ]);
    const b = blocks([[[0, 1]]]);
    expect(headChange(a, b, 0, pairs([0, null], [1, 0]), sameTwo)).toBe(0);
    expect(headChange(a, b, 0, pairs([0, null], [1, null], [null, 0]), sameTwo)).toBeNull();
  });

  test('passes over what has no number', () => {
    const a = blocks([
      [
        [0.5, none, 0.5],
        [none, none, none],
        [0, none, 1],
      ],
    ]);
    const b = blocks([
      [
        [0.5, 0.5, 0],
        [1, 0, 0],
        [0, 0, 1],
      ],
    ]);
    const three = pairs([0, 0], [1, 1], [2, 2]);
    // The first query: ½ (0 + ½ + ½); the second has no numbers in A; the third 0.
    expect(headChange(a, b, 0, three, three)).toBe(0.25);
    expect(headChange(a, b, 0, pairs([1, 1]), three)).toBeNull();
  });

  test('is exactly 0 for equal weights, the same both ways, and never above 1', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const [a, b] = [randomWeights(seed, 1, 5, 5), randomWeights(seed + 1000, 1, 4, 4)];
      const five = pairs([0, 0], [1, 1], [2, 2], [3, 3], [4, 4]);
      expect(headChange(a, a, 0, five, five)).toBe(0);
      const aligned = alignTokens([1, 2, 3, seed, 5], [1, 3, seed % 7, 5]);
      const flipped = aligned.map((pair) => ({ ...pair, a: pair.b, b: pair.a }));
      const change = headChange(a, b, 0, aligned, aligned)!;
      expect(headChange(b, a, 0, flipped, flipped)).toBe(change);
      expect(change).toBeGreaterThan(0);
      expect(change).toBeLessThanOrEqual(1);
    }
  });
});

describe('the ranking of heads', () => {
  const head = (weight: number) => [[weight, 1 - weight]];
  const one = pairs([0, 0]);

  test('has the largest change first, equal ones by layer and head', () => {
    const a = [blocks([head(1), head(1)]), blocks([head(1), head(1)])];
    const b = [blocks([head(0.5), head(1)]), blocks([head(0.25), head(0.5)])];
    expect(rankHeads(a, b, one, sameTwo)).toEqual([
      { layer: 1, head: 0, change: 0.75 },
      { layer: 0, head: 0, change: 0.5 },
      { layer: 1, head: 1, change: 0.5 },
      { layer: 0, head: 1, change: 0 },
    ]);
  });

  test('has heads without numbers last, after those that do not change', () => {
    const a = [blocks([[[none, none]], head(1)])];
    expect(rankHeads(a, [blocks([head(1), head(1)])], one, sameTwo)).toEqual([
      { layer: 0, head: 1, change: 0 },
      { layer: 0, head: 0, change: null },
    ]);
  });

  test('says of each head what its change alone says', () => {
    const [a, b] = [
      [randomWeights(1, 3, 4, 4), randomWeights(2, 2, 4, 4)],
      [randomWeights(3, 3, 3, 3), randomWeights(4, 2, 3, 3)],
    ];
    const aligned = alignTokens([1, 2, 3, 4], [1, 9, 4]);
    const ranked = rankHeads(a, b, aligned, aligned);
    expect(ranked).toHaveLength(5);
    for (const { layer, head: at, change } of ranked) {
      expect(change).toBe(headChange(a[layer]!, b[layer]!, at, aligned, aligned));
    }
  });

  test('of models with other layers or heads is refused', () => {
    const single = blocks([head(1)]);
    expect(() => rankHeads([single], [], one, sameTwo)).toThrow(ShapeError);
    expect(() => rankHeads([single], [blocks([head(1), head(1)])], one, sameTwo)).toThrow(ShapeError);
  });
});
