import { describe, expect, test } from 'vitest';
import {
  createCosineBaseline,
  createRandom,
  separateSenses,
  shuffled,
} from '../../../src/core/measures/contextuality.ts';
import { cosine, meanOf, meanVector } from '../../../src/core/measures/vectors.ts';
import { pseudoRandom } from '../../support/tensors.ts';

const unit = (degrees: number) => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];

describe('vectors', () => {
  test('cosine', () => {
    expect(cosine([3, 4], [4, 3])).toBeCloseTo(24 / 25, 12);
    expect(cosine([1, 0], [0, 5])).toBe(0);
    expect(cosine([1, 2], [-2, -4])).toBe(-1);
    expect(cosine([0.1, 0.2, 0.7], [0.1, 0.2, 0.7])).toBe(1);
    expect(cosine([0, 0], [1, 2])).toBeNaN();
    expect(cosine([Number.NaN, 1], [1, 2])).toBeNaN();
  });

  test('the mean of a word of several tokens leaves out what has no number', () => {
    expect(
      meanVector([
        [1, 2],
        [3, 6],
      ]),
    ).toEqual(Float64Array.of(2, 4));
    expect(
      meanVector([
        [Number.NaN, Number.NaN],
        [3, 6],
      ]),
    ).toEqual(Float64Array.of(3, 6));
    expect(meanVector([[Number.NaN]])).toBeNull();
    expect(meanVector([])).toBeNull();
  });

  test('the mean of numbers', () => {
    expect(meanOf([1, null, 4])).toBe(2.5);
    expect(meanOf([null])).toBeNull();
  });
});

describe('senses', () => {
  test('on a circle, worked by hand', () => {
    // Angles 0 and 60 against 90: one pair of one sense at 60 degrees, two of two senses at 90 and at 30.
    const result = separateSenses([
      { sense: 0, vector: unit(0) },
      { sense: 0, vector: unit(60) },
      { sense: 1, vector: unit(90) },
    ]);
    expect(result.same).toBeCloseTo(0.5, 12);
    expect(result.other).toBeCloseTo(Math.sqrt(3) / 4, 12);
    // From 0 the friend at 60 is nearer than 90; from 60 the stranger is nearer.
    expect(result.triples).toBe(0.5);
    expect(result.auc).toBe(0.5);
  });

  test('fully apart, and upside down', () => {
    const apart = [0, 1, 90, 91].map((angle, index) => ({ sense: Number(index > 1), vector: unit(angle) }));
    expect(separateSenses(apart)).toMatchObject({ triples: 1, auc: 1 });
    // Both pairs of one sense are at a right angle; of those of two senses only that of 0 and 91 is at a wider one.
    const crossed = [0, 90, 1, 91].map((angle, index) => ({ sense: Number(index > 1), vector: unit(angle) }));
    expect(separateSenses(crossed)).toMatchObject({ triples: 0.25, auc: 0.25 });
  });

  test('ties count half', () => {
    const alike = [0, 0, 1, 1].map((sense) => ({ sense, vector: [0.3, -0.2, 0.9] }));
    expect(separateSenses(alike)).toEqual({ same: 1, other: 1, triples: 0.5, auc: 0.5 });
  });

  test('occurrences without a number are left out', () => {
    const none = { same: null, other: null, triples: null, auc: null };
    expect(separateSenses([])).toEqual(none);
    expect(separateSenses([0, 0, 1].map((sense) => ({ sense, vector: null })))).toEqual(none);
    const some = separateSenses([
      { sense: 0, vector: unit(0) },
      { sense: 0, vector: [0, 0] },
      { sense: 0, vector: null },
      { sense: 1, vector: unit(60) },
    ]);
    expect(some).toEqual({ same: null, other: expect.closeTo(0.5, 12), triples: null, auc: null });
  });

  test('agrees with plain loops, with three senses and ties', () => {
    const number = pseudoRandom(5);
    const occurrences = Array.from({ length: 12 }, (_, i) => ({
      sense: i % 3,
      vector: Array.from({ length: 3 }, (__, j) => Math.round(number() * 2) || (j === 0 ? 1 : 0)),
    }));
    const cos = occurrences.map((a) => occurrences.map((b) => cosine(a.vector, b.vector)));
    const score = (x: number, y: number) => (x > y ? 1 : x === y ? 0.5 : 0);
    let [wins, triples, pairWins, pairs] = [0, 0, 0, 0];
    const all = [...occurrences.keys()];
    const sense = (i: number) => occurrences[i]!.sense;
    for (const a of all)
      for (const b of all)
        for (const c of all) {
          if (a === b || sense(a) !== sense(b) || sense(a) === sense(c)) continue;
          wins += score(cos[a]![b]!, cos[a]![c]!);
          triples += 1;
        }
    for (const a of all)
      for (const b of all)
        for (const c of all)
          for (const d of all) {
            if (!(a < b && c < d) || sense(a) !== sense(b) || sense(c) === sense(d)) continue;
            pairWins += score(cos[a]![b]!, cos[c]![d]!);
            pairs += 1;
          }
    const result = separateSenses(occurrences);
    expect(result.triples).toBeCloseTo(wins / triples, 12);
    expect(result.auc).toBeCloseTo(pairWins / pairs, 12);
    expect([triples, pairs]).toEqual([12 * 3 * 8, 18 * 48]);
  });
});

describe('the baseline', () => {
  test('is the mean over all pairs of tokens of different sentences', () => {
    const sentences = [
      [unit(0), unit(20)],
      [unit(90).map((x) => x * 7), [0, 0], [Number.NaN, Number.NaN]],
      [unit(150), unit(200), unit(310)],
    ];
    const baseline = createCosineBaseline();
    for (const sentence of sentences) baseline.add(sentence);
    const cosines: number[] = [];
    for (const [s, first] of sentences.entries())
      for (const second of sentences.slice(s + 1))
        for (const a of first) for (const b of second) cosines.push(cosine(a, b));
    const known = cosines.filter((value) => !Number.isNaN(value));
    expect(known).toHaveLength(2 * 1 + 2 * 3 + 1 * 3);
    expect(baseline.mean()).toBeCloseTo(known.reduce((a, b) => a + b, 0) / known.length, 12);
  });

  test('needs two sentences', () => {
    const baseline = createCosineBaseline();
    expect(baseline.mean()).toBeNull();
    baseline.add([unit(0), unit(20)]);
    baseline.add([]);
    baseline.add([[0, 0]]);
    expect(baseline.mean()).toBeNull();
    baseline.add([unit(10)]);
    expect(baseline.mean()).toBeCloseTo(Math.cos(Math.PI / 18), 12);
  });
});

describe('chance', () => {
  test('the same seed gives the same numbers, in 0 to 1', () => {
    const draw = (seed: number) => Array.from({ length: 2000 }, createRandom(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(draw(1).every((x) => x >= 0 && x < 1)).toBe(true);
    expect(meanOf(draw(1))).toBeCloseTo(0.5, 1);
  });

  test('a shuffle keeps all items, and every order comes up', () => {
    const random = createRandom(3);
    const orders = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = shuffled(['a', 'b', 'c'], random).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect([...orders.keys()].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
    for (const count of orders.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});
