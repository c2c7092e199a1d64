import { describe, expect, test } from 'vitest';
import type { StageVectors } from '../../../src/core/measures/stage-vectors.ts';
import { contrastStages, keyParts, mixedIn, wordVectors } from '../../../src/core/measures/word-contrast.ts';
import type { LayerTrace } from '../../../src/core/trace.ts';
import { hfModel } from '../../support/hf-models.ts';
import { builtInModel } from '../../support/models.ts';
import { blocks, blocksOf, rowsOf, rowsOfWeights, vector, weights } from '../../support/tensors.ts';
import { traceOfIds } from '../../support/trace-of-ids.ts';

const stage = (...vectors: number[][]): StageVectors => ({
  stage: 'L0 output',
  layer: 0,
  part: 'output',
  vectors: vectors.map((one) => Float32Array.from(one)),
});
const inRun = (stages: StageVectors[], places: number[], otherPlaces: number[]) => ({ stages, places, otherPlaces });
const none = Number.NaN;

describe('stages', () => {
  test('by hand: the word, other tokens beside it, special tokens left out', () => {
    // A: special, word, two others; B: other, word. Others: (1,0) and (0,1) against (3,4)/5: cosines 0.6 and 0.8.
    const a = inRun([stage([9, 9], [1, 1], [2, 0], [0, 3])], [1], [2, 3]);
    const b = inRun([stage([3, 4], [1, 0])], [1], [0]);
    const shuffles = [
      { a: [Float64Array.of(1, 0)], b: [Float64Array.of(0, 1)] },
      { a: [Float64Array.of(1, 0)], b: [Float64Array.of(2, 0)] },
      { a: [null], b: [Float64Array.of(1, 0)] },
    ];
    const [found] = contrastStages(a, b, { c: null, moved: null, shuffles });
    expect(found).toMatchObject({ stage: 'L0 output', layer: 0, part: 'output' });
    expect(found!.cosine).toBeCloseTo(Math.SQRT1_2, 12);
    expect(found!.baseline).toBeCloseTo(0.7, 6);
    expect(found!.shuffled).toBe(0.5);
  });

  test('a word of several tokens is their mean, and equal vectors have exactly 1', () => {
    const a = inRun([stage([1, 0], [0, 1], [0.1, 0.7])], [0, 1], [2]);
    const b = inRun([stage([0.3, 0.3])], [0], []);
    const [found] = contrastStages(a, b);
    expect(found!.cosine).toBeCloseTo(1, 7);
    const same = inRun([stage([0.1, 0.2, 0.7])], [0], []);
    expect(contrastStages(same, same)[0]).toMatchObject({ cosine: 1, baseline: null, shuffled: null });
  });

  test('what has no number is null', () => {
    const unknown = inRun([stage([none, none], [1, 2])], [0], [1]);
    const other = inRun([stage([1, 2], [2, 4])], [0], [1]);
    expect(contrastStages(unknown, other)[0]).toMatchObject({ cosine: null, baseline: expect.closeTo(1, 12) });
    const zeros = inRun([stage([0, 0])], [0], []);
    expect(contrastStages(zeros, other)[0]!.cosine).toBeNull();
    expect(contrastStages(inRun([stage([1, 2])], [], []), other)[0]!.cosine).toBeNull();
  });

  test('by hand: the third sentence, and texts read from other positions', () => {
    const a = inRun([stage([1, 0])], [0], []);
    const b = inRun([stage([0, 1])], [0], []);
    const c = [Float64Array.of(3, 4)];
    const controls = (moved: Parameters<typeof contrastStages>[2]) => contrastStages(a, b, moved)[0];
    expect(controls({ c, moved: null, shuffles: [] })).toMatchObject({
      cosine: 0,
      control: expect.closeTo(0.6, 12),
      moved: null,
      movedControl: null,
    });
    // A and C stay where they are; B moves.
    const moved = { a: null, b: [Float64Array.of(4, 3)], c: null };
    expect(controls({ c, moved, shuffles: [] })).toMatchObject({
      cosine: 0,
      moved: expect.closeTo(0.8, 12),
      movedControl: expect.closeTo(0.6, 12),
    });
    const all = { a: [Float64Array.of(0, 2)], b: null, c: [Float64Array.of(4, 3)] };
    expect(controls({ c, moved: all, shuffles: [] })).toMatchObject({
      moved: 1,
      movedControl: expect.closeTo(0.6, 12),
    });
    expect(controls({ c: null, moved: { ...all, c: null }, shuffles: [] })).toMatchObject({
      control: null,
      movedControl: null,
    });
  });

  test('kept vectors are copies', () => {
    const one = stage([1, 2]);
    const [kept] = wordVectors([one], [0]);
    one.vectors[0]!.fill(7);
    expect(kept).toEqual(Float64Array.of(1, 2));
  });
});

/** The fields that are read here, of one layer with two heads of two dimensions. */
function layerOf(attentionWeights: number[][][], v: number[][][], context: number[][][]): LayerTrace {
  return {
    attentionWeights: blocks(attentionWeights),
    v: blocks(v),
    context: blocks(context),
  } as unknown as LayerTrace;
}

describe('what was mixed in', () => {
  // Query 0: head 0 looks at both keys alike, head 1 at key 1 alone.
  const v = [
    [
      [2, 0],
      [0, 4],
    ],
    [
      [9, 9],
      [1, -1],
    ],
  ];
  const looks = [
    [
      [0.5, 0.5],
      [1, 0],
    ],
    [
      [0, 1],
      [1, 0],
    ],
  ];
  const context = [
    [
      [1, 2],
      [2, 0],
    ],
    [
      [1, -1],
      [9, 9],
    ],
  ];

  test('by hand, without W_O: the heads side by side', () => {
    const layer = layerOf(looks, v, context);
    // c_0 = [1, 0, 0, 0], c_1 = [0, 2, 1, −1]; the sum is [1, 2, 1, −1] of square 7.
    expect(rowsOf(keyParts(layer, [0], null)!.parts)).toEqual([
      [1, 0, 0, 0],
      [0, 2, 1, -1],
    ]);
    const { keys, replacedHeads } = mixedIn(layer, [0], null)!;
    expect(replacedHeads).toEqual([]);
    expect(keys).toEqual([
      { key: 0, brought: { norm: 1, share: 1 / 7 } },
      { key: 1, brought: { norm: Math.sqrt(6), share: 6 / 7 } },
    ]);
  });

  test('through W_O, its bias left out, and one that works against the others', () => {
    const wO = { weight: weights([[1], [-1], [0], [0]]), bias: vector([100]) };
    const { keys } = mixedIn(layerOf(looks, v, context), [0], wO)!;
    // c_0 = 1, c_1 = −2: the sum is −1.
    expect(keys.map(({ brought }) => brought)).toEqual([
      { norm: 1, share: -1 },
      { norm: 2, share: 2 },
    ]);
  });

  test('several tokens of a word: the mean of what each got', () => {
    const { parts } = keyParts(layerOf(looks, v, context), [0, 1], null)!;
    expect(rowsOf(parts)).toEqual([
      [1.5, 0, 4.5, 4.5],
      [0, 1, 0.5, -0.5],
    ]);
  });

  test('a head that is switched off brings nothing', () => {
    const layer = layerOf(looks, v, [context[0]!, [[0, 0], context[1]![1]!]]);
    const { keys, replacedHeads } = mixedIn(layer, [0], null)!;
    expect(replacedHeads).toEqual([1]);
    expect(keys.map(({ brought }) => brought!.norm)).toEqual([1, 2]);
  });

  test('keys without numbers are left out; a word without numbers has nothing', () => {
    const layer = layerOf(
      [
        [
          [1, none],
          [none, none],
        ],
      ],
      [
        [
          [3, 4],
          [none, none],
        ],
      ],
      [
        [
          [3, 4],
          [none, none],
        ],
      ],
    );
    expect(mixedIn(layer, [0], null)!.keys).toEqual([
      { key: 0, brought: { norm: 5, share: 1 } },
      { key: 1, brought: null },
    ]);
    expect(mixedIn(layer, [1], null)).toBeNull();
    expect(mixedIn(layer, [0, 1], null)!.keys).toEqual(mixedIn(layer, [0], null)!.keys);
  });

  test.each(['use-lite', 'gpt2', 'llama', 'bert'])('%s: keys and b_O sum to the attention output', (name) => {
    const { model } = name === 'use-lite' ? builtInModel('use-lite') : hfModel(name);
    const { layers } = traceOfIds(model, { ids: [7, 30, 12, 55, 30, 21], typeIds: null });
    for (const [index, layer] of layers.entries()) {
      const { wO } = model.layers[index]!.attention;
      for (const place of [0, 3, 5]) {
        const { parts, replacedHeads } = keyParts(layer, [place], wO)!;
        expect(replacedHeads).toEqual([]);
        const rows = rowsOf(parts);
        const output = rowsOf(layer.attentionOutput!)[place]!;
        const size = Math.max(1, ...output.map(Math.abs));
        for (const [i, expected] of output.entries()) {
          const sum = rows.reduce((total, row) => total + row[i]!, wO!.bias?.data[i] ?? 0);
          expect(Math.abs(sum - expected) / size).toBeLessThan(1e-5);
        }
        const shares = mixedIn(layer, [place], wO)!.keys.map(({ brought }) => brought!.share);
        expect(shares.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 10);
      }
    }
  });

  test('agrees with plain loops over heads and W_O', () => {
    const { model } = hfModel('llama');
    const layer = traceOfIds(model, { ids: [7, 30, 12, 55], typeIds: null }).layers[1]!;
    const wO = model.layers[1]!.attention.wO!;
    const [looksAt, values, matrix] = [blocksOf(layer.attentionWeights), blocksOf(layer.v), rowsOfWeights(wO.weight)];
    const width = values[0]![0]!.length;
    const expected = values[0]!.map((_, key) =>
      matrix[0]!.map((__, out) =>
        values.reduce(
          (sum, head, h) =>
            sum + head[key]!.reduce((part, x, i) => part + looksAt[h]![3]![key]! * x * matrix[h * width + i]![out]!, 0),
          0,
        ),
      ),
    );
    const found = mixedIn(layer, [3], wO)!.keys;
    const total = expected[0]!.map((_, i) => expected.reduce((sum, row) => sum + row[i]!, 0));
    for (const [key, row] of expected.entries()) {
      const share = row.reduce((sum, x, i) => sum + x * total[i]!, 0) / Math.hypot(...total) ** 2;
      expect(found[key]!.brought!.norm).toBeCloseTo(Math.hypot(...row), 5);
      expect(found[key]!.brought!.share).toBeCloseTo(share, 4);
    }
  });
});
