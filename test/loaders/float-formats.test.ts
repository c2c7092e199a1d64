import { expect, test } from 'vitest';
import { firstNonFinite, widenBFloat16, widenFloat16 } from '../../src/loaders/float-formats.ts';

test('half precision is widened exactly', () => {
  const bits = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x3555, 0x8000);
  expect([...widenFloat16(bits)]).toEqual([1, -2, 65504, 2 ** -24, 2 ** -14, 0.333251953125, -0]);
  expect([...widenFloat16(Uint16Array.of(0x7c00, 0xfc00, 0x7e00))]).toEqual([
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
  ]);
});

test('bfloat16 is widened exactly', () => {
  expect([...widenBFloat16(Uint16Array.of(0x3f80, 0xc000, 0x7f7f, 0x3eab))]).toEqual([
    1, -2, 3.3895313892515355e38, 0.333984375,
  ]);
});

test('the first number that is not finite is found, and large finite ones are not taken for it', () => {
  expect(firstNonFinite(Float32Array.of(0, -3.4028234663852886e38, 1e-45, 3.4028234663852886e38))).toBe(-1);
  expect(firstNonFinite(Float32Array.of(1, Number.NaN, 2))).toBe(1);
  expect(firstNonFinite(Float32Array.of(1, 2, Number.NEGATIVE_INFINITY))).toBe(2);
  expect(firstNonFinite(new Float32Array(0))).toBe(-1);
});
