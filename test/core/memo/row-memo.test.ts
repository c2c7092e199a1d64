import { describe, expect, test } from 'vitest';
import { rememberRows } from '../../../src/core/memo/row-memo.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { matrix, rowsOf } from '../../support/tensors.ts';

/** Doubles each number and adds a column with the sum; counts rows. */
function counted() {
  const rows: number[][] = [];
  const compute = rememberRows((x: Tensor) => {
    const all = rowsOf(x);
    rows.push(...all);
    const y = all.map((row) => [...row.map((value) => 2 * value), row.reduce((sum, value) => sum + value, 0)]);
    return tensor(['token', 'out'], [all.length, (x.shape[1] ?? 0) + 1], Float32Array.from(y.flat()));
  });
  return { compute, taken: () => rows.splice(0) };
}

const [a, b, c, d] = [[1], [2], [3], [4]] as const;

describe('rows are computed only where they changed', () => {
  test.each([
    ['nothing changed', [a, b, c], [a, b, c], []],
    ['one was appended', [a, b], [a, b, c], [c]],
    ['one in the middle is another', [a, b, c], [a, d, c], [d]],
    ['one was inserted', [a, c], [a, b, c], [b]],
    ['one was taken away', [a, b, c], [a, c], []],
    ['one was put in front', [b, c], [a, b, c], [a]],
    ['all are others', [a, b], [c, d], [c, d]],
    ['a repeated row grows', [a, a], [a, a, a], [a]],
    ['there are none any more', [a, b], [], []],
  ])('%s', (_, before, after, computed) => {
    const { compute, taken } = counted();
    const two = (rows: readonly (readonly number[])[]) => matrix(rows);
    compute(two(before));
    taken();
    const y = compute(tensor(['row', 'column'], [after.length, 1], Float32Array.from(after.flat())));
    expect(taken()).toEqual(computed);
    expect(rowsOf(y)).toEqual(after.map(([value]) => [2 * (value ?? 0), value]));
    expect(y.shape).toEqual([after.length, 2]);
  });

  test('a row without numbers equals itself', () => {
    const { compute, taken } = counted();
    compute(matrix([[Number.NaN], [1]]));
    taken();
    compute(matrix([[Number.NaN], [2]]));
    expect(taken()).toEqual([[2]]);
  });

  test('another width starts anew', () => {
    const { compute, taken } = counted();
    compute(matrix([[1], [2]]));
    taken();
    compute(matrix([[1, 2]]));
    expect(taken()).toEqual([[1, 2]]);
  });
});
