import { describe, expect, test } from 'vitest';
import { attentionWeights, strongestKey } from '../../src/core/attention-weights.ts';
import { concatHeads, contextVectors } from '../../src/core/context.ts';
import { embed } from '../../src/core/embedding.ts';
import { maskScores } from '../../src/core/mask.ts';
import { projectHeads } from '../../src/core/projection.ts';
import { addResidual, feedForward, mixHeads } from '../../src/core/residual.ts';
import { dotProductScores, scaleScores } from '../../src/core/scores.ts';
import { meanOverTokens, sentenceEmbedding } from '../../src/core/sentence-embedding.ts';
import { ShapeError, type Tensor, tensor } from '../../src/tensor/tensor.ts';
import { block, matrix } from '../support/compare.ts';

const none = Number.NaN;
const blocks = (axes: string[], values: number[][][]): Tensor =>
  tensor(axes, [values.length, values[0]!.length, values[0]![0]!.length], new Float32Array(values.flat(2)));
const rows = (values: number[][]): Tensor =>
  tensor(['row', 'column'], [values.length, values[0]!.length], new Float32Array(values.flat()));
const vector = (values: number[]): Tensor => tensor(['out'], [values.length], new Float32Array(values));
const axes = ['head', 'token', 'd_k'];
const scoreAxes = ['head', 'query', 'key'];

describe('embedding', () => {
  const tokenEmbedding = rows([
    [1, 2, 3, 4],
    [0.5, 0, 0, 0.25],
  ]);

  test('is scale · E[id] + sines beside cosines of position × rate', () => {
    // Position 1 with rates 1 and 0.5: sin 1, sin 0.5, cos 1, cos 0.5 on top of 2 · E[0].
    const positionFrequencies = vector([1, 0.5]);
    const x = matrix(embed({ tokenEmbedding, tokenScale: 2, positionFrequencies }, [1, 0]));
    expect(x[0]).toEqual([1, 0, 1, 1.5]);
    [2 + Math.sin(1), 4 + Math.sin(0.5), 6 + Math.cos(1), 8 + Math.cos(0.5)].forEach((value, i) => {
      expect(x[1]![i]).toBeCloseTo(value, 6);
    });
  });

  test('has no numbers for a word without an id, and refuses one outside the vocabulary', () => {
    const parameters = { tokenEmbedding, tokenScale: 1, positionFrequencies: null };
    expect(matrix(embed(parameters, [null]))).toEqual([[none, none, none, none]]);
    expect(() => embed(parameters, [2])).toThrow('token id 2 is outside the vocabulary of 2');
  });
});

test('projecting gives each head its own block of columns', () => {
  // x·W = [1·1 + 2·5, 1·2 + 2·6, 1·3 + 2·7, 1·4 + 2·8] = [11, 14, 17, 20], plus the bias 1.
  const weight = rows([
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ]);
  const q = projectHeads(rows([[1, 2]]), { weight, bias: vector([1, 1, 1, 1]) }, 2, 'd_k');
  expect(block(q, 0)).toEqual([[12, 15]]);
  expect(block(q, 1)).toEqual([[18, 21]]);
});

describe('scores', () => {
  const q = blocks(axes, [
    [
      [1, 2],
      [3, 4],
    ],
  ]);
  const k = blocks(axes, [
    [
      [1, 0],
      [1, 1],
    ],
  ]);

  test('are the dot products, the query down and the key across', () => {
    expect(block(dotProductScores(q, k), 0)).toEqual([
      [1, 3],
      [3, 7],
    ]);
  });

  test('refuse widths that differ', () => {
    expect(() => dotProductScores(q, blocks(axes, [[[1, 2, 3]]]))).toThrow(ShapeError);
  });

  test('are multiplied by the scaling and the factor', () => {
    expect(block(scaleScores(dotProductScores(q, k), 0.5, 4), 0)).toEqual([
      [2, 6],
      [6, 14],
    ]);
  });
});

describe('weights', () => {
  const scores = blocks(scoreAxes, [
    [
      [1, 0, 1],
      [0, 2, 0],
      [1, 1, 2],
    ],
  ]);

  test("are the softmax of each row: the lesson's example", () => {
    // e / (2e + 1) = 0.42232, 1 / (2e + 1) = 0.15536
    const [first] = block(attentionWeights(scores), 0);
    [Math.E / (2 * Math.E + 1), 1 / (2 * Math.E + 1), Math.E / (2 * Math.E + 1)].forEach((value, i) => {
      expect(first![i]).toBeCloseTo(value, 6);
    });
  });

  test('under a causal mask are exactly zero after the query and still sum to 1', () => {
    const weights = block(attentionWeights(maskScores(scores, 'causal')), 0);
    expect(weights[0]).toEqual([1, 0, 0]);
    expect(weights[1]![2]).toBe(0);
    for (const row of weights) expect(row.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 6);
  });

  test('of a row that is masked as a whole are an error, not zeros', () => {
    const masked = blocks(scoreAxes, [[[-Infinity, -Infinity]]]);
    expect(() => attentionWeights(masked)).toThrow('every key of a row is masked');
  });

  test('of large scores do not overflow', () => {
    const [row] = block(attentionWeights(blocks(scoreAxes, [[[1000, 999]]])), 0);
    expect(row![0]).toBeCloseTo(1 / (1 + Math.exp(-1)), 6);
  });

  test('leave out a key without a number', () => {
    const [row] = block(attentionWeights(blocks(scoreAxes, [[[3, none, 3]]])), 0);
    expect(row).toEqual([0.5, none, 0.5]);
    expect(block(attentionWeights(blocks(scoreAxes, [[[none, none]]])), 0)).toEqual([[none, none]]);
    expect(block(maskScores(blocks(scoreAxes, [[[1, none]]]), 'causal'), 0)).toEqual([[1, none]]);
  });

  test('the strongest key is the first of the largest, or the query itself where there is none', () => {
    expect(strongestKey(blocks(scoreAxes, [[[0.2, 0.4, 0.4]]]), 0, 0)).toBe(1);
    expect(strongestKey(blocks(scoreAxes, [[[none, none]]]), 0, 0)).toBe(0);
    expect(strongestKey(undefined, 0, 4)).toBe(4);
  });
});

describe('context', () => {
  const weights = blocks(scoreAxes, [
    [
      [0.25, 0.75],
      [1, 0],
    ],
    [
      [0.5, 0.5],
      [0, 1],
    ],
  ]);
  const v = blocks(
    ['head', 'key', 'd_v'],
    [
      [
        [4, 0],
        [0, 8],
      ],
      [
        [2, 2],
        [6, 4],
      ],
    ],
  );

  test('is the weighted sum of the values, head by head', () => {
    const context = contextVectors(weights, v, () => false);
    expect(block(context, 0)).toEqual([
      [1, 6],
      [4, 0],
    ]);
    expect(block(context, 1)).toEqual([
      [4, 3],
      [6, 4],
    ]);
    expect(matrix(concatHeads(context))).toEqual([
      [1, 6, 4, 3],
      [4, 0, 6, 4],
    ]);
  });

  test('of a head that is switched off is zeros, the others stay', () => {
    const context = contextVectors(weights, v, (head) => head === 0);
    expect(block(context, 0)).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(block(context, 1)[0]).toEqual([4, 3]);
  });

  test('leaves out keys without numbers and has none for such a query, switched off or not', () => {
    const partial = blocks(scoreAxes, [
      [
        [none, 1],
        [none, none],
      ],
    ]);
    const values = blocks(['head', 'key', 'd_v'], [[[none], [7]]]);
    expect(
      block(
        contextVectors(partial, values, () => false),
        0,
      ),
    ).toEqual([[7], [none]]);
    expect(
      block(
        contextVectors(partial, values, () => true),
        0,
      ),
    ).toEqual([[0], [none]]);
  });
});

describe('what follows the heads', () => {
  const eye = rows([
    [1, 0],
    [0, 1],
  ]);

  test('W_O mixes them and adds its bias', () => {
    const swap = rows([
      [0, 1],
      [1, 0],
    ]);
    expect(matrix(mixHeads(rows([[3, 5]]), { weight: swap, bias: vector([10, 20]) }))).toEqual([[15, 23]]);
  });

  test('the residual is the input, or a projection of it', () => {
    const x = rows([[1, 2]]);
    expect(matrix(addResidual(x, rows([[10, 10]]), { kind: 'identity' }))).toEqual([[11, 12]]);
    const linear = { weight: rows([[2], [3]]), bias: null };
    // 1·2 + 2·3 = 8
    expect(matrix(addResidual(x, rows([[10]]), { kind: 'projection', linear }))).toEqual([[18]]);
  });

  test('the feed-forward is added to what it reads, with nothing below zero inside', () => {
    const parameters = {
      norm: null,
      up: { weight: eye, bias: vector([-2, 0]) },
      activation: 'relu',
      down: { weight: eye, bias: vector([100, 100]) },
    } as const;
    // relu([1 − 2, 3]) = [0, 3]; [1, 3] + [0, 3] + 100
    expect(matrix(feedForward(rows([[1, 3]]), parameters))).toEqual([[101, 106]]);
  });

  test('the sentence is the unit vector of tanh of a projection of the mean', () => {
    const x = rows([
      [1, 0],
      [3, 0],
    ]);
    const pooled = meanOverTokens(x);
    expect([...pooled.data]).toEqual([2, 0]);
    const unit = sentenceEmbedding(pooled, { projection: { weight: eye, bias: null }, squaredNormFloor: 1e-12 });
    expect([...unit.data]).toEqual([1, 0]);
    const zero = sentenceEmbedding(vector([0, 0]), {
      projection: { weight: eye, bias: null },
      squaredNormFloor: 1e-12,
    });
    expect([...zero.data]).toEqual([0, 0]);
    expect(() => meanOverTokens(tensor(['token', 'hidden'], [0, 2]))).toThrow('the mean over no tokens');
  });
});
