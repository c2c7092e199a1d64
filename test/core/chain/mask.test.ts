import { describe, expect, test } from 'vitest';
import { type AttentionMask, canAttend, hideKeys, maskScores, seesOther } from '../../../src/core/chain/mask.ts';
import { blocks, blocksOf } from '../../support/tensors.ts';

const all: AttentionMask = { isCausal: false, window: null };
const causal: AttentionMask = { isCausal: true, window: null };
const none = Number.NaN;
const cut = -Infinity;

test('under a causal mask a query sees itself and the keys before it', () => {
  expect([canAttend(causal, 1, 0), canAttend(causal, 1, 1), canAttend(causal, 1, 2)]).toEqual([true, true, false]);
});

test('without a mask a query sees every key', () => {
  expect([canAttend(all, 0, 0), canAttend(all, 0, 5)]).toEqual([true, true]);
});

test('in a window a query sees as many keys back as it is wide, itself counted', () => {
  const window = { isCausal: true, window: 2 };
  expect([0, 1, 2, 3].map((key) => canAttend(window, 2, key))).toEqual([false, true, true, false]);
  const both = { isCausal: false, window: 2 };
  expect([0, 1, 2, 3, 4].map((key) => canAttend(both, 2, key))).toEqual([false, true, true, true, false]);
});

describe('masked scores', () => {
  const scaled = blocks([
    [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ],
    [
      [-1, -2, -3],
      [-4, -5, -6],
      [-7, -8, -9],
    ],
  ]);

  test('are minus infinity above the diagonal of every head', () => {
    expect(blocksOf(maskScores(scaled, causal))).toEqual([
      [
        [1, cut, cut],
        [4, 5, cut],
        [7, 8, 9],
      ],
      [
        [-1, cut, cut],
        [-4, -5, cut],
        [-7, -8, -9],
      ],
    ]);
  });

  test('are the scaled scores themselves without a mask', () => {
    expect(maskScores(scaled, all)).toBe(scaled);
  });

  test('leave the scaled scores alone', () => {
    maskScores(scaled, causal);
    expect(scaled.data[1]).toBe(2);
  });

  test('have no number where there was none, masked or not', () => {
    const unknownInTheMiddle = blocks([
      [
        [1, none, 3],
        [none, none, none],
        [7, none, 9],
      ],
    ]);
    expect(blocksOf(maskScores(unknownInTheMiddle, causal))).toEqual([
      [
        [1, none, cut],
        [none, none, none],
        [7, none, 9],
      ],
    ]);
  });
});

describe('keys that are hidden from all queries', () => {
  const masked = blocks([
    [
      [1, cut, cut],
      [4, 5, cut],
      [7, 8, 9],
    ],
    [
      [-1, cut, cut],
      [-4, -5, cut],
      [-7, -8, -9],
    ],
  ]);

  test('have minus infinity in every head; a query that sees no other keeps what it sees', () => {
    expect(blocksOf(hideKeys(masked, new Set([0])))).toEqual([
      [
        [1, cut, cut],
        [cut, 5, cut],
        [cut, 8, 9],
      ],
      [
        [-1, cut, cut],
        [cut, -5, cut],
        [cut, -8, -9],
      ],
    ]);
  });

  test('several: each query alone decides whether it still sees another', () => {
    expect(blocksOf(hideKeys(masked, new Set([0, 1])))[0]).toEqual([
      [1, cut, cut],
      [4, 5, cut],
      [cut, cut, 9],
    ]);
    expect(blocksOf(hideKeys(masked, new Set([0, 1, 2])))).toEqual(blocksOf(masked));
  });

  test('leave the scores that they are made of alone', () => {
    const result = hideKeys(masked, new Set([2]));
    expect(result).not.toBe(masked);
    expect(masked.data[8]).toBe(9);
    expect(result.data[8]).toBe(cut);
  });

  test('that a text does not have, or that were masked anyway, change nothing', () => {
    expect(blocksOf(hideKeys(masked, new Set([3, 17])))).toEqual(blocksOf(masked));
    expect(blocksOf(hideKeys(blocks([[[1, 2, cut]]]), new Set([2])))).toEqual([[[1, 2, cut]]]);
    expect(blocksOf(hideKeys(masked, new Set()))).toEqual(blocksOf(masked));
  });

  test('have no number where there was none, which is nothing that a query sees', () => {
    const unknown = blocks([
      [
        [1, none, 3],
        [4, none, cut],
        [none, none, none],
      ],
    ]);
    expect(blocksOf(hideKeys(unknown, new Set([0, 1])))).toEqual([
      [
        [cut, none, 3],
        [4, none, cut],
        [none, none, none],
      ],
    ]);
  });

  test('a row sees another key where one that is not hidden has a score', () => {
    const row = Float32Array.of(cut, 2, none, -7);
    expect(seesOther(row, new Set([1]))).toBe(true);
    expect(seesOther(row, new Set([3]))).toBe(true);
    expect(seesOther(row, new Set([1, 3]))).toBe(false);
    expect(seesOther(row, new Set([0, 2]))).toBe(true);
    expect(seesOther(Float32Array.of(cut, none), new Set())).toBe(false);
  });
});
