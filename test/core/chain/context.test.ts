import { describe, expect, test } from 'vitest';
import { concatHeads, contextVectors, replaceHeads } from '../../../src/core/chain/context.ts';
import { ShapeError } from '../../../src/tensor/tensor.ts';
import { blocks, blocksOf, rowsOf } from '../../support/tensors.ts';

const none = Number.NaN;
describe('context vectors', () => {
  test('are the weighted sums of all values', () => {
    // 0.25·[4, 0] + 0.75·[0, 8] = [1, 6]; 1·[4, 0] + 0·[0, 8] = [4, 0].
    const context = contextVectors(
      blocks([
        [
          [0.25, 0.75],
          [1, 0],
        ],
      ]),
      blocks([
        [
          [4, 0],
          [0, 8],
        ],
      ]),
    );
    expect(blocksOf(context)).toEqual([
      [
        [1, 6],
        [4, 0],
      ],
    ]);
    expect(context.axes).toEqual(['head', 'token', 'd_v']);
  });

  test("take each head's own values, which may be wider than there are keys", () => {
    // Head 0: 0.5·[2, 4, 6] = [1, 2, 3] twice over two keys; head 1: its second value alone.
    const weights = blocks([[[0.5, 0.5]], [[0, 1]]]);
    const v = blocks([
      [
        [2, 4, 6],
        [2, 4, 6],
      ],
      [
        [9, 9, 9],
        [1, 0, -1],
      ],
    ]);
    expect(blocksOf(contextVectors(weights, v))).toEqual([[[2, 4, 6]], [[1, 0, -1]]]);
  });

  test('leave out a key without numbers, and a query without numbers stays without', () => {
    const weights = blocks([
      [
        [0.5, none, 0.5],
        [none, none, none],
        [1, none, 0],
      ],
    ]);
    const v = blocks([
      [
        [2, 2],
        [none, none],
        [4, 0],
      ],
    ]);
    // 0.5·[2, 2] + 0.5·[4, 0] = [3, 1]; 1·[2, 2] = [2, 2].
    expect(blocksOf(contextVectors(weights, v))).toEqual([
      [
        [3, 1],
        [none, none],
        [2, 2],
      ],
    ]);
  });

  test('of an ablated head are zeros, the other heads keep theirs', () => {
    const weights = blocks([[[1]], [[1]], [[1]]]);
    const v = blocks([[[5, 6]], [[7, 8]], [[9, 10]]]);
    expect(blocksOf(replaceHeads(contextVectors(weights, v), new Set([1]), 'zero'))).toEqual([
      [[5, 6]],
      [[0, 0]],
      [[9, 10]],
    ]);
  });

  test('of an ablated head have no numbers where the query has none', () => {
    const weights = blocks([
      [
        [none, none],
        [none, 1],
      ],
    ]);
    const v = blocks([
      [
        [none, none],
        [3, 4],
      ],
    ]);
    expect(blocksOf(replaceHeads(contextVectors(weights, v), new Set([0]), 'zero'))).toEqual([
      [
        [none, none],
        [0, 0],
      ],
    ]);
  });

  test('of a head that is replaced by its mean are the mean of the tokens that have numbers', () => {
    const context = blocks([
      [
        [1, 8],
        [none, none],
        [3, 2],
      ],
      [
        [5, 5],
        [5, 5],
        [6, 7],
      ],
    ]);
    // (1 + 3) / 2 = 2, (8 + 2) / 2 = 5.
    expect(blocksOf(replaceHeads(context, new Set([0]), 'mean'))).toEqual([
      [
        [2, 5],
        [none, none],
        [2, 5],
      ],
      [
        [5, 5],
        [5, 5],
        [6, 7],
      ],
    ]);
    const lost = blocks([[[none, none]]]);
    expect(blocksOf(replaceHeads(lost, new Set([0]), 'mean'))).toEqual([[[none, none]]]);
  });

  test('replacing leaves what it is given alone', () => {
    const context = blocks([[[5, 6]]]);
    replaceHeads(context, new Set([0]), 'zero');
    expect(blocksOf(context)).toEqual([[[5, 6]]]);
  });

  test('values for other keys or heads are an error that says both shapes', () => {
    const weights = blocks([[[0.5, 0.5]]]);
    expect(() => contextVectors(weights, blocks([[[1], [2], [3]]]))).toThrow(
      new ShapeError('weights [1, 1, 2] do not fit values [1, 3, 1]'),
    );
    expect(() =>
      contextVectors(
        weights,
        blocks([
          [[1], [2]],
          [[1], [2]],
        ]),
      ),
    ).toThrow(ShapeError);
  });
});

test('concat puts the heads of a token side by side, in order', () => {
  const concat = concatHeads(
    blocks([
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      [
        [10, 20],
        [30, 40],
        [50, 60],
      ],
    ]),
  );
  expect(concat.axes).toEqual(['token', 'concat']);
  expect(rowsOf(concat)).toEqual([
    [1, 2, 10, 20],
    [3, 4, 30, 40],
    [5, 6, 50, 60],
  ]);
});
