import { describe, expect, test } from 'vitest';
import { addPositionTerms, logBucket, relativeBucket, softCap } from '../../../src/core/chain/position-terms.ts';
import { blocks, blocksOf, matrix, vector } from '../../support/tensors.ts';

describe("T5's buckets of the distance key − query", () => {
  // 32 buckets: 16 for each side, 8 of them exact; from 8 on a new one at 8·16^(i/8): 8, 11.3, 16, 22.6, 32, 45.3, 64, 90.5.
  test.each([
    [0, 0],
    [-1, 1],
    [-7, 7],
    [-8, 8],
    [-11, 8],
    [-12, 9],
    [-15, 9],
    [-16, 10],
    [-31, 11],
    [-32, 12],
    [-63, 13],
    [-64, 14],
    [-91, 15],
    [-1000, 15],
    [1, 17],
    [8, 24],
    [64, 30],
    [1000, 31],
  ])('%i is in bucket %i of a bidirectional stack', (distance, bucket) => {
    expect(relativeBucket(distance, 32, 128, true)).toBe(bucket);
  });

  // One side alone: 16 exact; from 16 on at 16·8^(i/16): 16, 18.2, 20.7, …
  test.each([
    [0, 0],
    [5, 0],
    [-15, 15],
    [-16, 16],
    [-19, 17],
    [-21, 18],
    [-127, 31],
    [-500, 31],
  ])('%i is in bucket %i of a causal stack', (distance, bucket) => {
    expect(relativeBucket(distance, 32, 128, false)).toBe(bucket);
  });

  test('add a number a head and bucket', () => {
    const zero = blocks([
      [
        [0, 0],
        [0, 0],
      ],
      [
        [0, 0],
        [0, 0],
      ],
    ]);
    // Four buckets, two a side, one of them exact: distance 0 in 0, −1 in 1, +1 in 3.
    const table = matrix([
      [1, 10],
      [2, 20],
      [3, 30],
      [4, 40],
    ]);
    const terms = { kind: 'buckets', table, maxDistance: 8, isBidirectional: true } as const;
    const x = blocks([
      [[0], [0]],
      [[0], [0]],
    ]);
    expect(blocksOf(addPositionTerms(zero, terms, x, x))).toEqual([
      [
        [1, 4],
        [2, 1],
      ],
      [
        [10, 40],
        [20, 10],
      ],
    ]);
  });
});

describe("DeBERTa's buckets of the distance query − key", () => {
  test('are the distances themselves up to half of them, then fewer and fewer, odd in the sign', () => {
    expect([-3, 0, 4, 8].map((distance) => logBucket(distance, 16, 64))).toEqual([-3, 0, 4, 8]);
    // ⌈ln(d / 8) / ln(63 / 8) · 7⌉ + 8
    expect([9, 16, 63].map((distance) => logBucket(distance, 16, 64))).toEqual([9, 11, 15]);
    expect(logBucket(-16, 16, 64)).toBe(-11);
    expect(logBucket(500, 0, 512)).toBe(500);
  });

  test('content to position reads K of the distance, position to content Q', () => {
    const zero = blocks([
      [
        [0, 0],
        [0, 0],
      ],
    ]);
    const q = blocks([[[1], [10]]]);
    const k = blocks([[[2], [20]]]);
    // span 2: distances −2, −1, 0, 1 are rows 0 … 3.
    const keys = blocks([[[100], [200], [300], [400]]]);
    const queries = blocks([[[1], [2], [3], [4]]]);
    const terms = { kind: 'disentangled', keys, queries, span: 2, buckets: 0, maxDistance: 2, scale: 0.5 } as const;
    expect(blocksOf(addPositionTerms(zero, terms, q, k))).toEqual([
      [
        [0.5 * (1 * 300 + 2 * 3), 0.5 * (1 * 200 + 20 * 2)],
        [0.5 * (10 * 400 + 2 * 4), 0.5 * (10 * 300 + 20 * 3)],
      ],
    ]);
    const contentOnly = blocksOf(addPositionTerms(zero, { ...terms, queries: null }, q, k))[0]![0]![0];
    expect(contentOnly).toBe(150);
  });
});

test('slopes take off the more the farther a key is back', () => {
  const zero = blocks([
    [
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ],
  ]);
  const x = blocks([[[0], [0], [0]]]);
  const biased = addPositionTerms(zero, { kind: 'slopes', slopes: vector([0.5]) }, x, x);
  expect(blocksOf(biased)[0]![2]).toEqual([-1, -0.5, 0]);
});

test('a soft cap keeps scores within ± the cap and hardly changes small ones', () => {
  const [[[small, large, negative]]] = blocksOf(softCap(blocks([[[0.1, 1000, -1000]]]), 50)) as [
    [[number, number, number]],
  ];
  expect(small).toBeCloseTo(0.1, 5);
  expect([large, negative]).toEqual([50, -50]);
});
