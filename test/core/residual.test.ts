import { describe, expect, test } from 'vitest';
import { addResidual, feedForward, mixHeads } from '../../src/core/residual.ts';
import { ShapeError } from '../../src/tensor/tensor.ts';
import { matrix, rowsOf, vector } from '../support/tensors.ts';

test('W_O mixes the heads and its bias is added', () => {
  // [1, 2]·[[1, 0, 1], [0, 1, 1]] = [1, 2, 3]; + [10, 20, 30].
  const wO = {
    weight: matrix([
      [1, 0, 1],
      [0, 1, 1],
    ]),
    bias: vector([10, 20, 30]),
  };
  expect(rowsOf(mixHeads(matrix([[1, 2]]), wO))).toEqual([[11, 22, 33]]);
});

describe('the residual', () => {
  const residPre = matrix([[1, 2]]);

  test('is the input itself where the width stays', () => {
    expect(rowsOf(addResidual(residPre, matrix([[10, 20]]), { kind: 'identity' }))).toEqual([[11, 22]]);
  });

  test('is a projection of the input where the width changes', () => {
    // [1, 2]·[[1, 0, 2], [0, 1, 1]] = [1, 2, 4]; + bias [0, 0, 5] = [1, 2, 9]; + [10, 20, 30].
    const linear = {
      weight: matrix([
        [1, 0, 2],
        [0, 1, 1],
      ]),
      bias: vector([0, 0, 5]),
    };
    const residMid = addResidual(residPre, matrix([[10, 20, 30]]), { kind: 'projection', linear });
    expect(rowsOf(residMid)).toEqual([[11, 22, 39]]);
  });

  test('of another width than what it is added to is an error', () => {
    expect(() => addResidual(residPre, matrix([[1, 2, 3]]), { kind: 'identity' })).toThrow(ShapeError);
  });
});

describe('the feed-forward part', () => {
  const up = {
    weight: matrix([
      [1, -1],
      [1, 1],
    ]),
    bias: vector([0, -1]),
  };
  const down = {
    weight: matrix([
      [2, 0],
      [0, 3],
    ]),
    bias: vector([100, 200]),
  };

  test('adds relu(x·W_1 + b_1)·W_2 + b_2 to what enters it', () => {
    // x = [4, 2]: x·W_1 = [6, −2]; + b_1 = [6, −3]; relu = [6, 0]; ·W_2 = [12, 0]; + b_2 = [112, 200]; + x = [116, 202].
    const parameters = { norm: null, up, activation: 'relu', down } as const;
    expect(rowsOf(feedForward(matrix([[4, 2]]), parameters))).toEqual([[116, 202]]);
  });

  test('normalises what goes into W_1, and not what it is added to', () => {
    // [4, 2] normalised: [1, −1]; ·W_1 = [0, −2]; + b_1 = [0, −3]; relu = [0, 0]; so b_2 + x = [104, 202].
    const norm = { scale: vector([1, 1]), bias: vector([0, 0]), epsilon: 0 };
    const parameters = { norm, up, activation: 'relu', down } as const;
    expect(rowsOf(feedForward(matrix([[4, 2]]), parameters))).toEqual([[104, 202]]);
  });
});
