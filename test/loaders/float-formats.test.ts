import { expect, test } from 'vitest';
import { firstNonFinite, widenBFloat16, widenFloat16 } from '../../src/loaders/float-formats.ts';

const wide = (widen: typeof widenFloat16, ...bits: number[]) => {
  const target = new Float32Array(bits.length);
  widen(Uint16Array.from(bits), target);
  return [...target];
};

test('half precision is widened exactly', () => {
  expect(wide(widenFloat16, 0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x3555, 0x8000)).toEqual([
    1,
    -2,
    65504,
    2 ** -24,
    2 ** -14,
    0.333251953125,
    -0,
  ]);
  expect(wide(widenFloat16, 0x7c00, 0xfc00, 0x7e00)).toEqual([
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
  ]);
});

test('bfloat16 is widened exactly', () => {
  expect(wide(widenBFloat16, 0x3f80, 0xc000, 0x7f7f, 0x3eab, 0x8000)).toEqual([
    1, -2, 3.3895313892515355e38, 0.333984375, -0,
  ]);
});

test('numbers from an odd place on are widened too, and what lies around the target stays', () => {
  const bits = Uint16Array.of(0x7c00, 0x3c00, 0x4000, 0x4200).subarray(1);
  const around = new Float32Array(5).fill(9);
  widenFloat16(bits, around.subarray(1, 4));
  expect([...around]).toEqual([9, 1, 2, 3, 9]);
  widenBFloat16(Uint16Array.of(0, 0x3f80, 0x4000).subarray(1), around.subarray(1, 4));
  expect([...around]).toEqual([9, 1, 2, 3, 9]);
});

test('the first number that is not finite is found, and large finite ones are not taken for it', () => {
  expect(firstNonFinite(Float32Array.of(0, -3.4028234663852886e38, 1e-45, 3.4028234663852886e38))).toBe(-1);
  expect(firstNonFinite(Float32Array.of(1, Number.NaN, 2))).toBe(1);
  expect(firstNonFinite(Float32Array.of(1, 2, Number.NEGATIVE_INFINITY))).toBe(2);
  expect(firstNonFinite(new Float32Array(0))).toBe(-1);
});
