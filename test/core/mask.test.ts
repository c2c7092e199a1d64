import { describe, expect, test } from 'vitest';
import { type AttentionMask, canAttend, maskScores } from '../../src/core/mask.ts';
import { blocks, blocksOf } from '../support/tensors.ts';

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
