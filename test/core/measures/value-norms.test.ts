import { describe, expect, test } from 'vitest';
import { valueNorms } from '../../../src/core/measures/value-norms.ts';
import type { AttentionParameters } from '../../../src/core/model.ts';
import type { LayerTrace } from '../../../src/core/trace.ts';
import { ShapeError, type Tensor } from '../../../src/tensor/tensor.ts';
import { hfModel } from '../../support/hf-models.ts';
import { builtInModel } from '../../support/models.ts';
import { blocks, blocksOf, pseudoRandom, rowsOfWeights, vector, weights } from '../../support/tensors.ts';
import { traceOfIds } from '../../support/trace-of-ids.ts';

const none = Number.NaN;

/** The definition as it is written, in float64. */
function inPlainLoops(alpha: Tensor, v: Tensor, wO: number[][] | null): number[][][] {
  const values = blocksOf(v);
  const d = v.shape[2]!;
  return blocksOf(alpha).map((rows, head) =>
    rows.map((row) =>
      row.map((weight, key) => {
        const value = values[head]![key]!;
        const f =
          wO === null
            ? value
            : wO[0]!.map((_, out) => value.reduce((sum, one, i) => sum + one * wO[head * d + i]![out]!, 0));
        return Math.hypot(...f.map((one) => weight * one));
      }),
    ),
  );
}

/** Relative to the largest of the norms. */
function expectSame(actual: Tensor, expected: number[][][]) {
  const all = expected.flat(2);
  expect(actual.data).toHaveLength(all.length);
  const largest = Math.max(...all);
  expect(largest).toBeGreaterThan(0);
  for (const [i, one] of all.entries()) expect(Math.abs(actual.data[i]! - one) / largest).toBeLessThan(1e-6);
}

describe('by hand', () => {
  const alpha = blocks([[[0.25, 0.75]], [[1, 0]]]);
  const v = blocks([
    [
      [3, 4],
      [1, 0],
    ],
    [
      [0, 2],
      [5, 5],
    ],
  ]);

  test('each head goes through its own rows of W_O', () => {
    // Head 0 doubles the first dimension: ‖(6, 4, 0)‖ = √52, ‖(2, 0, 0)‖ = 2. Head 1 swaps the rest: ‖(0, 6, 8)‖ = 10.
    const wO = weights([
      [2, 0, 0],
      [0, 1, 0],
      [7, 7, 7],
      [0, 3, 4],
    ]);
    const norms = valueNorms(alpha, v, { weight: wO, bias: null });
    expect([norms.axes, norms.shape]).toEqual([
      ['head', 'query', 'key'],
      [2, 1, 2],
    ]);
    const [[first], [second]] = blocksOf(norms) as [number[][], number[][]];
    expect(first![0]).toBeCloseTo(0.25 * Math.sqrt(52), 6);
    expect(first![1]).toBeCloseTo(0.75 * 2, 6);
    expect(second).toEqual([10, 0]);
  });

  test('the bias of W_O is of no key', () => {
    const weight = weights([[1], [1], [1], [1]]);
    const plain = valueNorms(alpha, v, { weight, bias: null });
    expect(blocksOf(valueNorms(alpha, v, { weight, bias: vector([100]) }))).toEqual(blocksOf(plain));
  });

  test('without W_O it is the value itself', () => {
    expect(blocksOf(valueNorms(alpha, v, null))).toEqual([[[0.25 * 5, 0.75]], [[2, 0]]]);
  });

  test.each([
    ['with', weights([[1, 0]])],
    ['without', null],
  ])('%s W_O, what has no number stays without, and nothing else does', (_, weight) => {
    const gaps = blocks([
      [
        [0.5, none, 0.5],
        [none, none, none],
        [0, none, 1],
      ],
    ]);
    const norms = valueNorms(gaps, blocks([[[2], [none], [-4]]]), weight === null ? null : { weight, bias: null });
    expect(blocksOf(norms)).toEqual([
      [
        [1, none, 2],
        [none, none, none],
        [0, none, 4],
      ],
    ]);
  });

  test('shapes that do not fit are an error', () => {
    expect(() => valueNorms(alpha, blocks([[[1]], [[1]]]), null)).toThrow(
      new ShapeError('weights [2, 1, 2] do not fit values [2, 1, 1]'),
    );
    const weight = weights([[1], [1], [1]]);
    expect(() => valueNorms(alpha, v, { weight, bias: null })).toThrow(
      new ShapeError('2 heads of 2 values do not fit a W_O of 3 inputs'),
    );
  });
});

describe('a second computation in float64 agrees', () => {
  test('on more outputs than are multiplied at a time, and no whole number of panels', () => {
    const random = pseudoRandom(3);
    const wO = Array.from({ length: 6 }, () => Array.from({ length: 523 }, () => Math.fround(random())));
    const v = blocks([0, 1].map(() => [0, 1, 2, 3].map(() => [random(), random(), random()])));
    const alpha = blocks([0, 1].map(() => [0, 1].map(() => [0.1, 0.2, 0.3, 0.4])));
    expectSame(valueNorms(alpha, v, { weight: weights(wO), bias: null }), inPlainLoops(alpha, v, wO));
  });

  const expectLayers = (layers: readonly LayerTrace[], attentions: readonly AttentionParameters[]) => {
    expect(layers.length).toBeGreaterThan(0);
    for (const [index, { attentionWeights, v }] of layers.entries()) {
      const { wO } = attentions[index]!;
      const rows = wO === null ? null : rowsOfWeights(wO.weight);
      expectSame(valueNorms(attentionWeights, v, wO), inPlainLoops(attentionWeights, v, rows));
    }
  };

  test.each(['use-lite', 'gpt2', 'llama', 't5'])('on every layer of %s', (name) => {
    const { model } = name === 'use-lite' ? builtInModel(name) : hfModel(name);
    const { layers, decoder } = traceOfIds(model, { ids: [3, 5, 9, 5, 11], typeIds: null }, [0, 7, 4]);
    expectLayers(
      layers,
      model.layers.map(({ attention }) => attention),
    );
    if (model.decoder === null) return;
    expectLayers(
      decoder!.crossLayers,
      model.decoder.layers.map(({ crossAttention }) => crossAttention!),
    );
  });

  test("where heads share values, f(x) still is each head's own", () => {
    const { model } = hfModel('llama');
    const { attention } = model.layers[0]!;
    expect(attention.numKeyValueHeads).toBeLessThan(attention.numAttentionHeads);
    const { v } = traceOfIds(model, { ids: [3, 5], typeIds: null }).layers[0]!;
    const ones = blocks(blocksOf(v).map(() => [[1, 1]]));
    const [first, second] = blocksOf(valueNorms(ones, v, attention.wO));
    expect(blocksOf(v)[0]).toEqual(blocksOf(v)[1]);
    expect(first).not.toEqual(second);
  });
});
