import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { topPredictions } from '../../../src/core/chain/language-head.ts';
import {
  difference,
  effectOf,
  type HeadEffect,
  logProbabilityChange,
  predictionEffect,
  rankByEffect,
} from '../../../src/core/measures/ablation-effect.ts';
import { cosineOrNull, relativeChange } from '../../../src/core/measures/vectors.ts';
import { ShapeError } from '../../../src/tensor/tensor.ts';
import { pseudoRandom } from '../../support/tensors.ts';

const floats = (...numbers: number[]) => Float32Array.from(numbers);

describe('vectors, by hand', () => {
  test('a change as a share of the length', () => {
    // ‖[3, 4]‖ = 5; [3, 4] − [0, 8] = [3, −4], again of length 5.
    expect(relativeChange(floats(3, 4), floats(0, 8))).toBe(1);
    // [0, 1] is of length 1.
    expect(relativeChange(floats(3, 4), floats(3, 5))).toBe(1 / 5);
    expect(relativeChange(floats(3, 4), floats(0, 0))).toBe(1);
  });

  test('a cosine', () => {
    expect(cosineOrNull(floats(3, 4), floats(4, 3))).toBe(24 / 25);
    expect(cosineOrNull(floats(3, 4), floats(-6, -8))).toBe(-1);
    expect(cosineOrNull(floats(1, 0), floats(0, 5))).toBe(0);
  });

  test('equal vectors differ by exactly nothing', () => {
    const random = pseudoRandom(7);
    for (let round = 0; round < 200; round++) {
      const x = Float32Array.from({ length: 1 + (round % 17) }, () => random() * 10 ** (10 * random()));
      expect(relativeChange(x, x.slice())).toBe(0);
      expect(cosineOrNull(x, x.slice())).toBe(1);
    }
  });

  test('what is undefined is no number', () => {
    expect(relativeChange(floats(0, 0), floats(1, 0))).toBeNull();
    expect(cosineOrNull(floats(0, 0), floats(1, 0))).toBeNull();
    expect(cosineOrNull(floats(1, 0), floats(0, 0))).toBeNull();
    expect(relativeChange(floats(1, Number.NaN), floats(1, 2))).toBeNull();
    expect(cosineOrNull(floats(1, 2), floats(1, Number.NaN))).toBeNull();
  });

  test('vectors of different lengths are refused', () => {
    for (const measure of [relativeChange, cosineOrNull, predictionEffect]) {
      expect(() => measure(floats(1, 2), floats(1))).toThrow(ShapeError);
    }
    expect(() => predictionEffect(floats(), floats())).toThrow(ShapeError);
  });
});

describe('predictions', () => {
  test('the token that was the most probable, by hand', () => {
    // Softmax of ln 1, ln 6, ln 3 is 0.1, 0.6, 0.3; of ln 2, ln 3, ln 5 it is 0.2, 0.3, 0.5.
    const found = predictionEffect(floats(0, Math.log(6), Math.log(3)), floats(Math.log(2), Math.log(3), Math.log(5)));
    expect(found).toMatchObject({ id: 1, rankAfter: 2 });
    expect(found.before).toBeCloseTo(0.6, 6);
    expect(found.after).toBeCloseTo(0.3, 6);
  });

  test('agree with the list of predictions, ties too', () => {
    const random = pseudoRandom(3);
    for (let round = 0; round < 50; round++) {
      const [before, after] = [1, 2].map(() => Float32Array.from({ length: 40 }, () => Math.round(8 * random()) / 2));
      const { id, before: p, after: changed, rankAfter } = predictionEffect(before!, after!);
      expect({ id, probability: p }).toEqual(topPredictions(before!, 1)[0]);
      expect({ id, probability: changed }).toEqual(topPredictions(after!, 40)[rankAfter - 1]);
    }
  });
});

describe('chosen tokens, by hand', () => {
  // Softmax of ln 1, ln 6, ln 3 is 0.1, 0.6, 0.3; of ln 2, ln 3, ln 5 it is 0.2, 0.3, 0.5.
  const [before, after] = [floats(0, Math.log(6), Math.log(3)), floats(Math.log(2), Math.log(3), Math.log(5))];
  const results = { output: floats(1), embedding: null };
  const effectOn = (token: number | null, against: number | null) =>
    difference({ ...results, logits: before }, { ...results, logits: after }, { token, against });

  test('the probability of a token that is not the most probable', () => {
    const { prediction } = effectOn(2, null);
    expect(prediction).toMatchObject({ id: 2, rankAfter: 1 });
    expect(prediction?.before).toBeCloseTo(0.3, 6);
    expect(prediction?.after).toBeCloseTo(0.5, 6);
    expect(logProbabilityChange({ prediction })).toBeCloseTo(Math.log(5 / 3), 6);
  });

  test('the difference of two logits, which is the logarithm of the ratio of their probabilities', () => {
    const { logits } = effectOn(2, 0);
    expect(logits?.ids).toEqual([2, 0]);
    expect(logits?.before).toBeCloseTo(Math.log(0.3 / 0.1), 6);
    expect(logits?.after).toBeCloseTo(Math.log(0.5 / 0.2), 6);
  });

  test('without a choice, the most probable token and the next one', () => {
    expect(effectOn(null, null).logits?.ids).toEqual([1, 2]);
    // Another token is compared with the most probable one.
    expect(effectOn(0, null).logits?.ids).toEqual([0, 1]);
    expect(effectOn(null, 0).logits?.ids).toEqual([1, 0]);
  });

  test('a token that the vocabulary lacks is refused', () => {
    expect(() => effectOn(3, null)).toThrow(ShapeError);
  });

  test('for all logits: effects have the opposite sign when the runs change places', () => {
    const rows = fc.array(fc.float({ min: -20, max: 20, noNaN: true }), { minLength: 2, maxLength: 9 });
    const pairs = rows.chain((one) => {
      const other = fc.array(fc.float({ min: -20, max: 20, noNaN: true }), {
        minLength: one.length,
        maxLength: one.length,
      });
      return fc.tuple(fc.constant(one), other, fc.nat({ max: one.length - 1 }));
    });
    fc.assert(
      fc.property(pairs, ([one, other, id]) => {
        const [x, y] = [floats(...one), floats(...other)];
        const there = predictionEffect(x, y, id);
        const back = predictionEffect(y, x, id);
        expect(back).toMatchObject({ before: there.after, after: there.before });
        expect(there.before).toBeGreaterThanOrEqual(0);
        expect(there.after).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('ranking', () => {
  const head = (layer: number, index: number, rest: Partial<HeadEffect>): HeadEffect => ({
    ...{ layer, head: index, outputChange: null, outputCosine: null, embeddingCosine: null, prediction: null },
    ...{ outputNorm: null, logits: null, results: { output: floats(), embedding: null } },
    ...rest,
  });
  const prediction = { id: 4, before: 0.5, rankAfter: 1 };

  test('a measure reads its own number', () => {
    const one = head(0, 0, { outputChange: 0.3, embeddingCosine: 0.75, prediction: { ...prediction, after: 0.75 } });
    expect(effectOf(one, 'output')).toBe(0.3);
    expect(effectOf(one, 'embedding')).toBe(0.25);
    // More probable without the head, or less.
    expect(effectOf(one, 'prediction')).toBe(0.25);
    expect(effectOf(head(0, 0, { prediction: { ...prediction, after: 0.25 } }), 'prediction')).toBe(-0.25);
    const logits = { ids: [4, 5] as const, before: 1.5, after: -0.5 };
    expect(effectOf(head(0, 0, { logits }), 'logits')).toBe(-2);
    expect(effectOf(head(0, 0, {}), 'logits')).toBeNull();
    expect(effectOf(head(0, 0, {}), 'embedding')).toBeNull();
    expect(effectOf(head(0, 0, {}), 'prediction')).toBeNull();
  });

  test('by size, whatever the sign', () => {
    const changes = [0.1, -0.4, 0.3, -0.2];
    const heads = changes.map((change, index) =>
      head(0, index, { prediction: { ...prediction, after: 0.5 + change } }),
    );
    expect(rankByEffect(heads, 'prediction').map((one) => one.head)).toEqual([1, 2, 3, 0]);
  });

  test('the largest first, equal ones by place, those without a number last', () => {
    const heads = [
      head(1, 1, { outputChange: null }),
      head(1, 0, { outputChange: 0 }),
      head(0, 2, { outputChange: 0.5 }),
      head(0, 1, { outputChange: 0.5 }),
      head(0, 0, { outputChange: 2 }),
    ];
    const places = rankByEffect(heads, 'output').map(({ layer, head: index }) => `${layer}.${index}`);
    expect(places).toEqual(['0.0', '0.1', '0.2', '1.0', '1.1']);
    expect(heads[0]?.outputChange).toBeNull();
  });
});
