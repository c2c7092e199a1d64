import fc from 'fast-check';
import { expect, test } from 'vitest';
import { percentages, tenthsOf } from '../../../src/panes/kit/shares.ts';

/** The numbers of the printed texts, in tenths of a percent. */
const printed = (texts: readonly string[]) =>
  texts.map((text) => {
    const [, sign, whole, tenth] = /^(−?)(\d+)\.(\d) %$/.exec(text)!;
    return (sign === '−' ? -1 : 1) * (Number(whole) * 10 + Number(tenth));
  });
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

test('the shares of a row that printed 100.1 % print 100.0 %', () => {
  expect(percentages([0.19052, 0.15653, 0.14051, 0.51244])).toEqual(['19.1 %', '15.7 %', '14.0 %', '51.2 %']);
});

test('equal thirds: the first takes the tenth that is left', () => {
  expect(percentages([1 / 3, 1 / 3, 1 / 3])).toEqual(['33.4 %', '33.3 %', '33.3 %']);
});

test('a share without a number stays without one', () => {
  expect(percentages([0.5, Number.NaN, 0.5])).toEqual(['50.0 %', '— %', '50.0 %']);
});

test('weights that sum to 1 print 100.0 %, each within a tenth of its share', () => {
  const weights = fc.array(fc.double({ min: 1e-9, max: 1, noNaN: true }), { minLength: 1, maxLength: 80 });
  fc.assert(
    fc.property(weights, (raw) => {
      const total = sum(raw);
      const row = Float32Array.from(raw, (one) => one / total);
      const tenths = printed(percentages(row));
      expect(sum(tenths)).toBe(1000);
      for (const [index, one] of tenths.entries()) expect(Math.abs(one - row[index]! * 1000)).toBeLessThan(1.0001);
    }),
  );
});

test('signed shares sum to their rounded sum, whatever that is', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 20 }), (shares) => {
      expect(sum(tenthsOf(shares))).toBeCloseTo(Math.round(sum(shares.map((one) => one * 1000))), 9);
      expect(sum(printed(percentages(shares)))).toBeCloseTo(sum(tenthsOf(shares)), 9);
    }),
  );
});
