import { describe, expect, test } from 'vitest';
import { dotProductScores, scaleScores } from '../../../src/core/chain/scores.ts';
import { ShapeError } from '../../../src/tensor/tensor.ts';
import { blocks, blocksOf } from '../../support/tensors.ts';

const none = Number.NaN;

describe('scores', () => {
  test('are the dot products of every query (row) with every key (column), head by head', () => {
    // Head 0: [1, 2]·[3, 4] = 11, [1, 2]·[0, −1] = −2, [0, 1]·[3, 4] = 4, [0, 1]·[0, −1] = −1.
    // Head 1: [2, 0]·[5, 9] = 10, [2, 0]·[1, 1] = 2, [1, −1]·[5, 9] = −4, [1, −1]·[1, 1] = 0.
    const q = blocks([
      [
        [1, 2],
        [0, 1],
      ],
      [
        [2, 0],
        [1, -1],
      ],
    ]);
    const k = blocks([
      [
        [3, 4],
        [0, -1],
      ],
      [
        [5, 9],
        [1, 1],
      ],
    ]);
    expect(blocksOf(dotProductScores(q, k))).toEqual([
      [
        [11, -2],
        [4, -1],
      ],
      [
        [10, 2],
        [-4, 0],
      ],
    ]);
  });

  test('there may be more keys than queries', () => {
    const scores = dotProductScores(
      blocks([[[2, 1]]]),
      blocks([
        [
          [1, 0],
          [0, 1],
          [1, 1],
        ],
      ]),
    );
    expect(scores).toMatchObject({ axes: ['head', 'query', 'key'], shape: [1, 1, 3] });
    expect(blocksOf(scores)).toEqual([[[2, 1, 3]]]);
  });

  test('a token without numbers has none in its row and in its column', () => {
    const q = blocks([[[1], [none], [3]]]);
    expect(blocksOf(dotProductScores(q, q))).toEqual([
      [
        [1, none, 3],
        [none, none, none],
        [3, none, 9],
      ],
    ]);
  });

  test('another d_k or another number of heads is an error that says both shapes', () => {
    const q = blocks([[[1, 2]]]);
    expect(() => dotProductScores(q, blocks([[[1, 2, 3]]]))).toThrow(
      new ShapeError('[1, 1, 2] does not fit the transposed [1, 1, 3]'),
    );
    expect(() => dotProductScores(q, blocks([[[1, 2]], [[1, 2]]]))).toThrow(ShapeError);
  });
});

describe('scaled scores', () => {
  const scores = blocks([
    [
      [8, -4],
      [0, none],
    ],
  ]);

  test("are the scores times the model's scaling times the factor", () => {
    // 0.5 × 3 = 1.5: 8 → 12, −4 → −6.
    expect(blocksOf(scaleScores(scores, 0.5 * 3))).toEqual([
      [
        [12, -6],
        [0, none],
      ],
    ]);
  });

  test('with the factor 0 are all zero, except where there is no number', () => {
    const scaled = blocksOf(scaleScores(scores, 0.5 * 0)).flat(2);
    expect(scaled.map((score) => (Number.isNaN(score) ? 'none' : Math.abs(score)))).toEqual([0, 0, 0, 'none']);
  });

  test('leave the scores themselves alone', () => {
    scaleScores(scores, 2 * 2);
    expect(blocksOf(scores)).toEqual([
      [
        [8, -4],
        [0, none],
      ],
    ]);
  });
});
