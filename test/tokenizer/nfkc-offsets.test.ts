import { describe, expect, test } from 'vitest';
import { normalizeWithOffsets } from '../../src/tokenizer/nfkc-offsets.ts';

function asText(codePoints: Uint32Array): string {
  return [...codePoints].map((codePoint) => String.fromCodePoint(codePoint)).join('');
}

/** Normalised symbols with their source ranges: `f0-1 i0-1`. */
function ranges(text: string): string {
  const { codePoints, starts, ends } = normalizeWithOffsets(text);
  return [...codePoints].map((c, i) => `${String.fromCodePoint(c)}${starts[i]}-${ends[i]}`).join(' ');
}

describe('ranges', () => {
  test('normalised text maps one to one', () => {
    expect(ranges('ab😀c')).toBe('a0-1 b1-2 😀2-3 c3-4');
  });

  test('each letter of a ligature has the ligature as source', () => {
    expect(ranges('xﬁy')).toBe('x0-1 f1-2 i1-2 y2-3');
    expect(ranges('㎏')).toBe('k0-1 g0-1');
  });

  test('a letter and a combining mark become one symbol with both as source', () => {
    expect(ranges('ae\u0301b')).toBe('a0-1 é1-3 b3-4');
  });

  test('Hangul letters become one syllable', () => {
    expect(ranges('\u1112\u1161\u11AB!')).toBe('한0-3 !3-4');
    expect(ranges('\u1100\uFFC2')).toBe('가0-2');
  });

  test('reordered marks share the range of their run; neighbours keep theirs', () => {
    const { codePoints, starts, ends } = normalizeWithOffsets('xq\u0307\u0323y');
    expect(asText(codePoints)).toBe('xq\u0323\u0307y');
    expect([...starts]).toEqual([0, 1, 1, 1, 4]);
    expect([...ends]).toEqual([1, 4, 4, 4, 5]);
  });

  test('a half-width voicing mark joins the syllable before it', () => {
    expect(ranges('ｶﾞ')).toBe('ガ0-2');
  });

  test('offsets count code points, not UTF-16 units', () => {
    expect(ranges('😀ﬁ')).toBe('😀0-1 f1-2 i1-2');
  });

  test('the empty text has no symbols', () => {
    expect(normalizeWithOffsets('').codePoints).toHaveLength(0);
  });
});

describe('for any text', () => {
  // A fixed generator makes failures reproducible.
  let state = 12345;
  const random = (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const areas = [
    [0x20, 0x7f],
    [0xa0, 0x250],
    [0x300, 0x370],
    [0x900, 0xe00],
    [0x1100, 0x1200],
    [0x1e00, 0x2200],
    [0x3040, 0x3400],
    [0xac00, 0xd7ff],
    [0xd800, 0xe000],
    [0xf900, 0xffff],
    [0x11000, 0x11700],
    [0x16d40, 0x16d70],
    [0x1d100, 0x1d800],
    [0x1f1e0, 0x1f700],
    [0, 0x110000],
  ] as const;
  const randomText = () => {
    const length = 1 + random(12);
    let text = '';
    for (let i = 0; i < length; i += 1) {
      const [from, to] = areas[random(areas.length)]!;
      text += String.fromCodePoint(from + random(to - from));
    }
    return text;
  };

  test('symbols match normalize(); ranges are in order and inside the text', () => {
    for (let i = 0; i < 20_000; i += 1) {
      const text = randomText();
      const { codePoints, starts, ends } = normalizeWithOffsets(text);
      const length = [...text].length;
      if (asText(codePoints) !== text.normalize('NFKC')) expect.fail(`symbols of ${JSON.stringify(text)}`);
      const ordered = starts.every((start, k) => {
        return (
          start < ends[k]! && ends[k]! <= length && (k === 0 || (start >= starts[k - 1]! && ends[k]! >= ends[k - 1]!))
        );
      });
      if (!ordered) expect.fail(`ranges of ${JSON.stringify(text)}: ${starts} | ${ends}`);
    }
  });

  test('every code point normalises as in the whole text after every kind of neighbour', () => {
    for (let codePoint = 0; codePoint < 0x110000; codePoint += 1) {
      const symbol = String.fromCodePoint(codePoint);
      // Only code points that change, or that change the one before, reach the tested code.
      const text = `a${symbol}\u16D6A`;
      if (text.normalize('NFKC') === text) continue;
      if (asText(normalizeWithOffsets(text).codePoints) !== text.normalize('NFKC')) expect.fail(codePoint.toString(16));
    }
  });

  test('no composition of this Unicode version falls back to one range for the whole text', () => {
    for (let codePoint = 0; codePoint < 0x110000; codePoint += 1) {
      const composed = String.fromCodePoint(codePoint);
      const decomposed = composed.normalize('NFD');
      if (decomposed === composed || decomposed.normalize('NFC') === decomposed) continue;
      const { ends } = normalizeWithOffsets(`yx${decomposed}`);
      if (ends[0] !== 1) expect.fail(codePoint.toString(16));
    }
  });
});
