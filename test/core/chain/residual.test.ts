import { describe, expect, test } from 'vitest';
import { addResidual, convolve, feedForward, feedForwardSteps, mixHeads } from '../../../src/core/chain/residual.ts';
import { ShapeError } from '../../../src/tensor/tensor.ts';
import { matrix, rowsOf, vector, weights } from '../../support/tensors.ts';

test('W_O mixes the heads and its bias is added', () => {
  // [1, 2]·[[1, 0, 1], [0, 1, 1]] = [1, 2, 3]; + [10, 20, 30].
  const wO = {
    weight: weights([
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
      weight: weights([
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
    weight: weights([
      [1, -1],
      [1, 1],
    ]),
    bias: vector([0, -1]),
  };
  const down = {
    weight: weights([
      [2, 0],
      [0, 3],
    ]),
    bias: vector([100, 200]),
  };

  const plain = { norm: null, up, gate: null, activation: 'relu', down, outputNorm: null, residualNorm: null } as const;

  test('adds relu(x·W_1 + b_1)·W_2 + b_2', () => {
    // x = [4, 2]: x·W_1 = [6, −2]; + b_1 = [6, −3]; relu = [6, 0]; ·W_2 = [12, 0]; + b_2 = [112, 200].
    expect(rowsOf(feedForward(matrix([[4, 2]]), plain))).toEqual([[112, 200]]);
  });

  test('has a hidden layer before and after the activation', () => {
    const { input, up, gate, activated, hidden, down: added, output } = feedForwardSteps(matrix([[4, 2]]), plain);
    expect([input, up, activated, hidden, added, output].flatMap(rowsOf)).toEqual([
      [4, 2],
      [6, -3],
      [6, 0],
      [6, 0],
      [112, 200],
      [112, 200],
    ]);
    expect(gate).toBeNull();
  });

  test('normalises what goes into W_1', () => {
    // [4, 2] normalised: [1, −1]; ·W_1 = [0, −2]; + b_1 = [0, −3]; relu = [0, 0]; so b_2 alone.
    const norm = { kind: 'layer' as const, scale: vector([1, 1]), bias: vector([0, 0]), epsilon: 0 };
    expect(rowsOf(feedForward(matrix([[4, 2]]), { ...plain, norm }))).toEqual([[100, 200]]);
  });

  test('with a gate multiplies what the activation lets through', () => {
    // x·G = [4, −2]: relu [4, 0]; x·W_1 + b_1 = [6, −3]; product [24, 0]; ·W_2 + b_2 = [148, 200].
    const gate = {
      weight: weights([
        [1, 0],
        [0, -1],
      ]),
      bias: null,
    };
    expect(rowsOf(feedForward(matrix([[4, 2]]), { ...plain, gate }))).toEqual([[148, 200]]);
    const steps = feedForwardSteps(matrix([[4, 2]]), { ...plain, gate });
    expect([steps.gate!, steps.activated, steps.up, steps.hidden].flatMap(rowsOf)).toEqual([
      [4, -2],
      [4, 0],
      [6, -3],
      [24, -0],
    ]);
  });
});

test('the convolution reads the neighbours of a token, and nothing beyond the ends', () => {
  const one = (value: number) => weights([[value]]);
  const norm = { kind: 'rms' as const, scale: vector([1]), epsilon: 0 };
  const parameters = {
    kernel: [one(100), one(10), one(1)],
    bias: vector([0.5]),
    activation: 'identity' as const,
    norm,
  };
  const residPre = matrix([[1], [2], [3]]);
  // 10·1 + 1·2 + 0.5, 100·1 + 10·2 + 1·3 + 0.5, 100·2 + 10·3 + 0.5; the norm of one number is its sign.
  const minus = matrix([[-12.4], [-123.6], [-230.4]]);
  expect(rowsOf(convolve(residPre, minus, parameters))).toEqual([[1], [-1], [1]]);
});
