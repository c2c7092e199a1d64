import { describe, expect, test } from 'vitest';
import { attentionRollout } from '../../../src/core/measures/rollout.ts';
import { ShapeError, type Tensor } from '../../../src/tensor/tensor.ts';
import { hfModel } from '../../support/hf-models.ts';
import { builtInModel } from '../../support/models.ts';
import { blocks, blocksOf } from '../../support/tensors.ts';
import { traceOfIds } from '../../support/trace-of-ids.ts';

const none = Number.NaN;
const range = (length: number) => Array.from({ length }, (_, i) => i);

describe('by hand', () => {
  // The mean over heads is [[1, 0], [0.5, 0.5]], so Ã_0 = [[1, 0], [0.25, 0.75]].
  const lower = blocks([
    [
      [1, 0],
      [0.25, 0.75],
    ],
    [
      [1, 0],
      [0.75, 0.25],
    ],
  ]);
  // Ã_1 = [[0.75, 0.25], [0.5, 0.5]]; of one head.
  const upper = blocks([
    [
      [0.5, 0.5],
      [1, 0],
    ],
  ]);

  test('one layer is half of the mean weights and half of the token itself', () => {
    const rollout = attentionRollout([lower]);
    expect(rollout.axes).toEqual(['layer', 'query', 'key']);
    expect(blocksOf(rollout)).toEqual([
      [
        [1, 0],
        [0.25, 0.75],
      ],
    ]);
  });

  test('a second layer multiplies what was before it, from the left', () => {
    // [0.75·1 + 0.25·0.25, 0.25·0.75], [0.5·1 + 0.5·0.25, 0.5·0.75]
    expect(blocksOf(attentionRollout([lower, upper]))[1]).toEqual([
      [0.8125, 0.1875],
      [0.625, 0.375],
    ]);
  });

  test('rows are divided by their sum', () => {
    // Half of [1, 2] and half of [1, 0] is [1, 1].
    const rows = blocks([
      [
        [1, 2],
        [0, 1],
      ],
    ]);
    expect(blocksOf(attentionRollout([rows]))[0]![0]).toEqual([0.5, 0.5]);
  });

  test('a token without numbers stays without, and the others are as if it were not there', () => {
    const gap = (rows: number[][]) => [
      [rows[0]![0]!, none, rows[0]![1]!],
      [none, none, none],
      [rows[1]![0]!, none, rows[1]![1]!],
    ];
    const withGap = attentionRollout([lower, upper].map((layer) => blocks(blocksOf(layer).map(gap))));
    expect(blocksOf(withGap)).toEqual(blocksOf(attentionRollout([lower, upper])).map(gap));
  });
});

test('of no layers and of no tokens there is none', () => {
  expect(attentionRollout([]).shape).toEqual([0, 0, 0]);
  expect(attentionRollout([blocks([[]])]).shape).toEqual([1, 0, 0]);
});

test('cross-attention and layers of other tokens are an error', () => {
  const cross = blocks([[[0.5, 0.25, 0.25]]]);
  expect(() => attentionRollout([cross])).toThrow(
    new ShapeError('rollout is not defined for cross-attention: 1 queries and 3 keys are not the same tokens'),
  );
  const two = blocks([
    [
      [1, 0],
      [0, 1],
    ],
  ]);
  expect(() => attentionRollout([blocks([[[1]]]), two])).toThrow(
    new ShapeError('a layer of 2 tokens cannot follow a layer of 1'),
  );
});

/** As in the paper, in float64: the sum over all paths, one layer after the other, from the top. */
function reaches(layers: readonly Tensor[], query: number, key: number, layer: number): number {
  if (layer < 0) return query === key ? 1 : 0;
  const heads = blocksOf(layers[layer]!);
  let sum = 0;
  for (const through of range(heads[0]!.length)) {
    const mean = heads.reduce((total, rows) => total + rows[query]![through]!, 0) / heads.length;
    const step = 0.5 * mean + (query === through ? 0.5 : 0);
    if (step > 0) sum += step * reaches(layers, through, key, layer - 1);
  }
  return sum;
}

test.each(['use-lite', 'gpt2'])('a sum over all paths in float64 agrees on %s', (name) => {
  const { model } = name === 'use-lite' ? builtInModel(name) : hfModel(name);
  const trace = traceOfIds(model, { ids: [3, 5, 9, 5], typeIds: null });
  // Deeper sums of paths take too long.
  const layers = trace.layers.slice(0, 4).map((one) => one.attentionWeights);
  expect(layers.length).toBeGreaterThan(1);
  for (const [layer, rows] of blocksOf(attentionRollout(layers)).entries()) {
    for (const [query, row] of rows.entries()) {
      expect(row.reduce((total, one) => total + one, 0)).toBeCloseTo(1, 6);
      for (const [key, value] of row.entries()) expect(value).toBeCloseTo(reaches(layers, query, key, layer), 6);
    }
  }
});

test('the unknown word of the worked example reaches nothing', () => {
  const { model } = builtInModel('example');
  const known = traceOfIds(model, { ids: [0, 1, 2], typeIds: null });
  const gap = traceOfIds(model, { ids: [0, null, 2], typeIds: null });
  expect(known.layers[0]!.attentionWeights.data.every((one) => !Number.isNaN(one))).toBe(true);
  const [rows] = blocksOf(attentionRollout(gap.layers.map((one) => one.attentionWeights)));
  expect(rows![1]).toEqual([none, none, none]);
  for (const row of [rows![0]!, rows![2]!]) {
    expect(row[1]).toBeNaN();
    expect(row[0]! + row[2]!).toBeCloseTo(1, 6);
  }
});
