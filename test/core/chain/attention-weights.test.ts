import { describe, expect, test } from 'vitest';
import { attentionWeights, strongestKey } from '../../../src/core/chain/attention-weights.ts';
import { maskScores } from '../../../src/core/chain/mask.ts';
import { scaleScores } from '../../../src/core/chain/scores.ts';
import { blocks, blocksOf } from '../../support/tensors.ts';

const none = Number.NaN;

describe('attention weights', () => {
  test('are the softmax of each row: log 3 against 0 is 3 parts of 4', () => {
    const [[first, second]] = blocksOf(
      attentionWeights(
        blocks([
          [
            [Math.log(3), 0],
            [7, 7],
          ],
        ]),
      ),
    ) as [number[][]];
    expect(first![0]).toBeCloseTo(0.75, 6);
    expect(first![1]).toBeCloseTo(0.25, 6);
    expect(second).toEqual([0.5, 0.5]);
  });

  test("give the lesson's first row for the scores [1, 0, 1]: e, 1 and e parts of 2e + 1", () => {
    const row = attentionWeights(blocks([[[1, 0, 1]]])).data;
    const parts = [Math.E, 1, Math.E];
    parts.forEach((part, key) => {
      expect(row[key]).toBeCloseTo(part / (2 * Math.E + 1), 6);
    });
  });

  test("rows and heads do not share their scores' maximum or sum", () => {
    const weights = attentionWeights(
      blocks([
        [
          [0, 0],
          [900, 900],
        ],
        [
          [-900, -900],
          [5, 5],
        ],
      ]),
    );
    expect(weights.data).toEqual(new Float32Array(8).fill(0.5));
  });

  test('under a causal mask of equal scores are 1, then halves, then thirds, and exactly 0 above the diagonal', () => {
    const masked = maskScores(
      blocks([
        [
          [2, 2, 2],
          [2, 2, 2],
          [2, 2, 2],
        ],
      ]),
      { isCausal: true, window: null },
    );
    const third = Math.fround(1 / 3);
    expect(blocksOf(attentionWeights(masked))).toEqual([
      [
        [1, 0, 0],
        [0.5, 0.5, 0],
        [third, third, third],
      ],
    ]);
  });

  test('with the scale factor 0 are uniform over the keys that have numbers', () => {
    const scores = blocks([
      [
        [3, -80, none],
        [none, none, none],
        [0, 12, none],
      ],
    ]);
    expect(blocksOf(attentionWeights(scaleScores(scores, 0.125 * 0)))).toEqual([
      [
        [0.5, 0.5, none],
        [none, none, none],
        [0.5, 0.5, none],
      ],
    ]);
  });

  test('of a row that may see nothing are an error', () => {
    expect(() =>
      attentionWeights(
        blocks([
          [
            [1, 2],
            [-Infinity, -Infinity],
          ],
        ]),
      ),
    ).toThrow(RangeError);
  });

  test('leave the scores alone', () => {
    const scores = blocks([[[1, 2]]]);
    attentionWeights(scores);
    expect(blocksOf(scores)).toEqual([[[1, 2]]]);
  });
});

describe('the strongest key', () => {
  const weights = blocks([
    [
      [0.1, 0.7, 0.2],
      [0.4, 0.2, 0.4],
      [none, none, none],
    ],
    [
      [none, 0.25, 0.75],
      [0, 0, 1],
      [1, 0, 0],
    ],
  ]);

  test('is the one with the largest weight of its head and query', () => {
    expect([strongestKey(weights, 0, 0), strongestKey(weights, 1, 1), strongestKey(weights, 1, 2)]).toEqual([1, 2, 0]);
  });

  test('is the first of equals', () => {
    expect(strongestKey(weights, 0, 1)).toBe(0);
  });

  test('is never one without a number', () => {
    expect(strongestKey(weights, 1, 0)).toBe(2);
  });

  test('of a query without weights is the query itself', () => {
    expect(strongestKey(weights, 0, 2)).toBe(2);
    expect(strongestKey(undefined, 0, 1)).toBe(1);
  });
});
