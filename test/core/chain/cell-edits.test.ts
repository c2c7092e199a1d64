import { describe, expect, test } from 'vitest';
import { editCells, sumOfNumbers, swapTokens } from '../../../src/core/chain/cell-edits.ts';
import type { CellEdit } from '../../../src/core/interventions.ts';
import type { Tensor } from '../../../src/tensor/tensor.ts';
import { blocks, blocksOf } from '../../support/tensors.ts';

const none = Number.NaN;

/** A number put into a cell; stage and layer are chosen by who calls. */
function edit(head: number, row: number, column: number, value: number): CellEdit {
  return { stage: 'attentionWeights', layer: 0, head, row, column, value };
}

/** Does it, and asserts that what it was made of is as before. */
function leavingAlone(x: Tensor, compute: () => Tensor): Tensor {
  const before = x.data.slice();
  const result = compute();
  expect(x.data).toEqual(before);
  expect(result.axes).toEqual(x.axes);
  expect(result.shape).toEqual(x.shape);
  return result;
}

describe('numbers put into cells', () => {
  const weights = blocks([
    [
      [0.25, 0.75],
      [0.5, 0.5],
      [1, 0],
    ],
    [
      [0.125, 0.875],
      [0, 1],
      [0.75, 0.25],
    ],
  ]);

  test('stand where they were put, in their head, row and column, and nowhere else', () => {
    const edited = leavingAlone(weights, () => editCells(weights, [edit(1, 2, 0, 3), edit(0, 1, 1, -2)], false));
    expect(blocksOf(edited)).toEqual([
      [
        [0.25, 0.75],
        [0.5, -2],
        [1, 0],
      ],
      [
        [0.125, 0.875],
        [0, 1],
        [3, 0.25],
      ],
    ]);
  });

  test('rows with one are divided by their sum where that is asked for, and no other row', () => {
    // (0.25, 1.75) / 2 and (0.5, 1.5) / 2.
    const edited = leavingAlone(weights, () => editCells(weights, [edit(0, 0, 1, 1.75), edit(0, 1, 1, 1.5)], true));
    expect(blocksOf(edited)).toEqual([
      [
        [0.125, 0.875],
        [0.25, 0.75],
        [1, 0],
      ],
      blocksOf(weights)[1],
    ]);
  });

  test('several in one row are all put in before it is divided, once', () => {
    const edited = editCells(weights, [edit(1, 1, 0, 6), edit(1, 1, 1, 2)], true);
    expect(blocksOf(edited)[1]![1]).toEqual([0.75, 0.25]);
  });

  test.each([
    ['0 is not divided', [edit(0, 1, 0, 0), edit(0, 1, 1, 0)], [0, 0]],
    ['less than 0 sums to 1 then, too', [edit(0, 1, 0, -1.5)], [1.5, -0.5]],
  ])('a row whose sum is %s', (_, edits, expected) => {
    expect(blocksOf(editCells(weights, edits, true))[0]![1]).toEqual(expected);
  });

  test('what has no number stays without, and does not count in the sum', () => {
    const unknown = blocks([
      [
        [0.5, none, 0.5],
        [none, none, none],
      ],
    ]);
    const [first, second] = blocksOf(editCells(unknown, [edit(0, 0, 0, 1.5)], true))[0]!;
    expect(first).toEqual([0.75, none, 0.25]);
    expect(second).toEqual([none, none, none]);
    expect(blocksOf(editCells(unknown, [edit(0, 1, 2, 4)], true))[0]![1]).toEqual([none, none, 1]);
  });

  test.each([
    ['head', edit(2, 0, 0, 9)],
    ['row', edit(0, 3, 0, 9)],
    ['column', edit(0, 0, 2, 9)],
  ])('a %s that there is not is passed over, its row is not divided, and the others are put in', (_, outside) => {
    const odd = blocks([[[1, 3]], [[5, 6]]]);
    const edited = leavingAlone(odd, () => editCells(odd, [outside, edit(1, 0, 0, 2)], true));
    expect(blocksOf(edited)).toEqual([[[1, 3]], [[0.25, 0.75]]]);
  });

  test('without any, all is as it was, and nothing is divided', () => {
    expect(blocksOf(editCells(blocks([[[2, 3]]]), [], true))).toEqual([[[2, 3]]]);
  });
});

test('the sum passes over what is not a number, and is a float64 sum', () => {
  expect(sumOfNumbers([1, none, 2.5])).toBe(3.5);
  expect(sumOfNumbers([none])).toBe(0);
  expect(sumOfNumbers([])).toBe(0);
  // In float32, 2²⁴ + 1 is 2²⁴.
  expect(sumOfNumbers(Float32Array.of(2 ** 24, 1, 1))).toBe(2 ** 24 + 2);
});

describe('two tokens with each other’s vectors', () => {
  const v = blocks(
    [
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      [
        [-1, -2],
        [-3, -4],
        [none, -6],
      ],
    ],
    ['head', 'token', 'd_v'],
  );

  test('have them in every head, and the others keep theirs', () => {
    expect(blocksOf(leavingAlone(v, () => swapTokens(v, [0, 2])))).toEqual([
      [
        [5, 6],
        [3, 4],
        [1, 2],
      ],
      [
        [none, -6],
        [-3, -4],
        [-1, -2],
      ],
    ]);
  });

  test('in whichever order they are named; twice is as before', () => {
    expect(blocksOf(swapTokens(v, [2, 0]))).toEqual(blocksOf(swapTokens(v, [0, 2])));
    expect(blocksOf(swapTokens(swapTokens(v, [1, 2]), [1, 2]))).toEqual(blocksOf(v));
  });

  test('are those of the text: where one of them is none, nothing is exchanged', () => {
    expect(swapTokens(v, [1, 3])).toBe(v);
    expect(swapTokens(v, [3, 1])).toBe(v);
    expect(blocksOf(swapTokens(v, [1, 1]))).toEqual(blocksOf(v));
  });
});
