import { describe, expect, test } from 'vitest';
import { attentionWeights, rememberWeights, strongestKey } from '../../src/core/attention-weights.ts';
import { maskScores } from '../../src/core/mask.ts';
import { scaleScores } from '../../src/core/scores.ts';
import { blocks, blocksOf, pseudoRandom } from '../support/tensors.ts';

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
    expect(blocksOf(attentionWeights(scaleScores(scores, 0.125, 0)))).toEqual([
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

describe('weights that are remembered', () => {
  const random = pseudoRandom(7);
  const causal = (count: number, changedFrom: number, seed: number) =>
    maskScores(
      blocks(
        [0, 1].map((head) =>
          Array.from({ length: count }, (_, query) =>
            Array.from({ length: count }, (__, key) => {
              const isChanged = Math.max(query, key) >= changedFrom;
              return Math.sin(31 * head + 7 * query + 3 * key) * 3 + (isChanged ? seed : 0);
            }),
          ),
        ),
      ),
      { isCausal: true, window: null },
    );

  test.each([
    ['a token appended', 5, 5, 6, 5],
    ['several appended', 3, 3, 9, 3],
    ['one changed in the middle', 7, 7, 7, 4],
    ['tokens taken away', 8, 8, 5, 5],
    ['all changed', 4, 4, 4, 0],
    ['none to begin with', 0, 0, 3, 0],
  ])('%s: bit for bit those that are computed anew', (_, before, unchanged, after, changedFrom) => {
    const remembered = rememberWeights();
    remembered(causal(before, unchanged, 0));
    const scores = causal(after, changedFrom, 0.5 + random());
    expect(remembered(scores).data).toEqual(attentionWeights(scores).data);
    expect(remembered(scores).data).toEqual(attentionWeights(scores).data);
  });

  test('without a mask, and of words without numbers', () => {
    const remembered = rememberWeights();
    const none = Number.NaN;
    const first = blocks([
      [
        [1, none],
        [none, none],
      ],
    ]);
    const second = blocks([
      [
        [1, none, 2],
        [none, none, none],
        [0, none, 1],
      ],
    ]);
    remembered(first);
    expect(remembered(second).data).toEqual(attentionWeights(second).data);
    expect(remembered(first).data).toEqual(attentionWeights(first).data);
  });
});
