import { describe, expect, test } from 'vitest';
import { type HeadContributions, headContributions } from '../../../src/core/measures/head-contributions.ts';
import type { AttentionParameters } from '../../../src/core/model.ts';
import type { LayerTrace } from '../../../src/core/trace.ts';
import { row, ShapeError } from '../../../src/tensor/tensor.ts';
import { hfModel } from '../../support/hf-models.ts';
import { builtInModel } from '../../support/models.ts';
import { blocks, blocksOf, rowsOfWeights, vector, weights } from '../../support/tensors.ts';
import { traceOfIds } from '../../support/trace-of-ids.ts';

const none = Number.NaN;

const sharesOf = ({ heads, bias }: HeadContributions) => [
  ...heads.map(({ share }) => share),
  ...(bias === null ? [] : [bias.share]),
];
const total = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0);
const norm = (numbers: readonly number[]) => Math.hypot(...numbers);

describe('two heads, by hand', () => {
  // [head, token, d_v]; the second token is the one to look at.
  const context = blocks([
    [
      [9, 9],
      [1, 2],
    ],
    [
      [9, 9],
      [-1, 1],
    ],
  ]);
  const weight = weights([
    [1, 0, 0],
    [1, 1, 0],
    [1, 0, 2],
    [0, 0, 1],
  ]);

  test('parts, norms and shares with a bias; one below 0 works against the others', () => {
    // Head 0: 1·[1, 0, 0] + 2·[1, 1, 0] = [3, 2, 0]; head 1: −[1, 0, 2] + [0, 0, 1] = [−1, 0, −1]; bias [2, 0, 3].
    const bias = vector([2, 0, 3]);
    const output = Float32Array.of(4, 2, 2);
    const found = headContributions(context, 1, { weight, bias }, output);
    expect(found.heads.map(({ head, part }) => [head, ...part])).toEqual([
      [0, 3, 2, 0],
      [1, -1, 0, -1],
    ]);
    // ‖output‖² = 24; [3, 2, 0]·output = 16, [−1, 0, −1]·output = −6, bias·output = 14.
    expect(found.outputNorm).toBeCloseTo(Math.sqrt(24), 12);
    expect(sharesOf(found)).toEqual([16 / 24, -6 / 24, 14 / 24]);
    expect([...found.heads, found.bias!].map((one) => one.norm)).toEqual([Math.sqrt(13), Math.sqrt(2), Math.sqrt(13)]);
    expect(headContributions(context, 1, { weight, bias }, null)).toEqual(found);
  });

  test('without a bias the heads share the whole', () => {
    const found = headContributions(context, 1, { weight, bias: null }, Float32Array.of(2, 2, -1));
    expect(found.bias).toBeNull();
    // [3, 2, 0]·[2, 2, −1] = 10, [−1, 0, −1]·[2, 2, −1] = −1, of 9.
    expect(sharesOf(found)).toEqual([10 / 9, -1 / 9]);
  });

  test('without W_O each head owns its columns', () => {
    const found = headContributions(context, 1, null, null);
    expect(found.heads.map(({ part }) => [...part])).toEqual([
      [1, 2, 0, 0],
      [0, 0, -1, 1],
    ]);
    expect(found).toMatchObject({ bias: null, outputNorm: Math.sqrt(7) });
    expect(sharesOf(found)).toEqual([5 / 7, 2 / 7]);
  });

  test('of an output of zeros there are no shares: all are 0', () => {
    const nothing = headContributions(blocks([[[0, 0]], [[0, 0]]]), 0, { weight, bias: null }, new Float32Array(3));
    expect(nothing.outputNorm).toBe(0);
    expect(nothing.heads.map((one) => [one.norm, one.share])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    // Parts that cancel each other have norms all the same.
    const cancelled = headContributions(blocks([[[1]], [[-1]]]), 0, { weight: weights([[2], [2]]), bias: null }, null);
    expect(cancelled.heads.map((one) => [one.norm, one.share])).toEqual([
      [2, 0],
      [2, 0],
    ]);
  });

  test('a token without numbers has none here', () => {
    const found = headContributions(blocks([[[none]], [[none]]]), 0, { weight: weights([[1], [1]]), bias: null }, null);
    expect(found.outputNorm).toBeNaN();
    expect(found.heads.map((one) => [one.norm, one.share])).toEqual([
      [none, none],
      [none, none],
    ]);
  });

  test('tokens and widths that are not there are errors', () => {
    expect(() => headContributions(context, 2, null, null)).toThrow(new RangeError('there is no token 2 of 2'));
    expect(() => headContributions(context, 0, { weight: weights([[1]]), bias: null }, null)).toThrow(ShapeError);
    expect(() => headContributions(context, 0, { weight, bias: null }, new Float32Array(2))).toThrow(
      new ShapeError('parts of 3 numbers do not sum to an output of 2'),
    );
  });
});

describe('parts and bias sum to the attention output, shares to 1', () => {
  const expectLayers = (layers: readonly LayerTrace[], attentions: readonly AttentionParameters[]) => {
    expect(layers.length).toBeGreaterThan(0);
    for (const [index, { context, attentionOutput }] of layers.entries()) {
      const { wO, numAttentionHeads, valueDim } = attentions[index]!;
      const rows = rowsOfWeights(wO!.weight);
      for (let token = 0; token < context.shape[1]!; token++) {
        const output = row(attentionOutput!, token);
        const found = headContributions(context, token, wO, output);
        expect(found.heads).toHaveLength(numAttentionHeads);
        const size = norm([...output]);
        expect(found.outputNorm).toBeCloseTo(size, 6);
        const sum = [...output].map(
          (_, i) => total(found.heads.map(({ part }) => part[i]!)) + (wO!.bias?.data[i] ?? 0),
        );
        for (const [i, one] of sum.entries()) expect(Math.abs(one - output[i]!) / size).toBeLessThan(2e-6);
        expect(total(sharesOf(found))).toBeCloseTo(1, 5);
        // A second computation in float64.
        for (const { head, part, norm: length } of found.heads) {
          const values = blocksOf(context)[head]![token]!;
          const expected = [...part].map((_, i) =>
            total(values.map((value, d) => value * rows[head * valueDim + d]![i]!)),
          );
          expect(length).toBeCloseTo(norm(expected), 4);
          for (const [i, one] of expected.entries()) expect(Math.abs(one - part[i]!) / size).toBeLessThan(2e-6);
        }
      }
    }
  };

  test.each(['use-lite', 'bert', 'gpt2', 'llama', 't5'])('on every layer and token of %s', (name) => {
    const { model } = name === 'use-lite' ? builtInModel(name) : hfModel(name);
    const { layers, decoder } = traceOfIds(model, { ids: [3, 5, 9, 11], typeIds: null }, [0, 7, 4]);
    expectLayers(
      layers,
      model.layers.map(({ attention }) => attention),
    );
    if (model.decoder === null) return;
    expectLayers(
      decoder!.layers,
      model.decoder.layers.map(({ attention }) => attention),
    );
    expectLayers(
      decoder!.crossLayers,
      model.decoder.layers.map(({ crossAttention }) => crossAttention!),
    );
  });

  test('where a model has no W_O, to the heads side by side', () => {
    const { model } = builtInModel('example');
    const { context, concat } = traceOfIds(model, { ids: [0, 1, 2], typeIds: null }).layers[0]!;
    const found = headContributions(context, 1, model.layers[0]!.attention.wO, null);
    expect(model.layers[0]!.attention.wO).toBeNull();
    expect(found.outputNorm).toBeCloseTo(norm([...row(concat, 1)]), 6);
    expect(total(sharesOf(found))).toBeCloseTo(1, 12);
  });
});
