import { describe, expect, test } from 'vitest';
import { float32Text } from '../../src/app/float32-text.ts';

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/** The float32 of a bit pattern. */
function fromBits(pattern: number): number {
  bits[0] = pattern;
  return float[0]!;
}

/** Bit patterns without order (a linear congruential generator), the same in every run. */
function* patterns(count: number): Generator<number> {
  let state = 7;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state;
  }
}

const isExact = (value: number) => Object.is(Math.fround(JSON.parse(float32Text(value))), value);

describe('the text of a float32', () => {
  test('gives the same float32 back, for numbers of every size and sign', () => {
    const wrong = [...patterns(20_000)].map(fromBits).filter((value) => Number.isFinite(value) && !isExact(value));
    expect(wrong).toEqual([]);
  });

  test('gives back the numbers around each power of two, where the digits that are needed change', () => {
    const wrong: number[] = [];
    for (let exponent = 0; exponent < 255; exponent++) {
      for (const offset of [-1, 0, 1]) {
        for (const sign of [0, 0x80000000]) {
          const value = fromBits((Math.max(0, exponent * 2 ** 23 + offset) | sign) >>> 0);
          if (!isExact(value)) wrong.push(value);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  test('gives back numbers below the normal range', () => {
    const subnormals = [...patterns(5000)].map((pattern) => fromBits(pattern & 0x807fffff));
    expect(subnormals.every(isExact)).toBe(true);
    expect(float32Text(2 ** -149)).toBe('1.4013e-45');
  });

  test('keeps the sign of zero', () => {
    expect([float32Text(0), float32Text(-0)]).toEqual(['0', '-0']);
  });

  test('is JSON, with nine digits at most', () => {
    for (const value of [...patterns(2000)].map(fromBits).filter(Number.isFinite)) {
      const text = float32Text(value);
      expect(text).toMatch(/^-?(0|[1-9]\d*)(\.\d+)?(e[+-]\d+)?$/);
      const digits = text.replace(/e.*/, '').replace(/\D/g, '').replace(/^0+/, '').replace(/0+$/, '');
      expect(digits.length).toBeLessThanOrEqual(9);
    }
  });

  test('is as short as the number allows', () => {
    const texts = [0.5, 0.1, 1 / 3, 1, -2, 16777216, 3.4028234663852886e38].map((value) =>
      float32Text(Math.fround(value)),
    );
    expect(texts).toEqual(['0.5', '0.1', '0.33333334', '1', '-2', '16777216', '3.4028235e+38']);
  });

  test('is null where there is no finite number', () => {
    expect([Number.NaN, Infinity, -Infinity].map(float32Text)).toEqual(['null', 'null', 'null']);
  });
});
