import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { createEditor } from '../../../src/explorer/editor/editor-state.ts';
import { visibleSlice } from '../../../src/explorer/editor/visible-slice.ts';

function at(text: string, caret: number) {
  return { ...createEditor(text), caret };
}

describe('a sentence that fits', () => {
  test('is shown whole, with the caret where it is', () => {
    expect(visibleSlice(at('river', 2), 10)).toEqual({
      text: 'river',
      start: 0,
      caretCell: 2,
      cutLeft: false,
      cutRight: false,
    });
  });

  test('fits only when the caret after it does too', () => {
    expect(visibleSlice(at('river', 5), 6)).toMatchObject({ text: 'river', caretCell: 5, cutLeft: false });
    expect(visibleSlice(at('river', 5), 5)).toMatchObject({ cutLeft: true, cutRight: false });
  });

  test('counts cells, not code units', () => {
    expect(visibleSlice(at('漢字x', 2), 10).caretCell).toBe(4);
    expect(visibleSlice(at('👩‍🚀x', 5), 10).caretCell).toBe(2);
    expect(visibleSlice(at('e\u0301x', 2), 10).caretCell).toBe(1);
  });

  test('is shown from its start whatever was shown before', () => {
    expect(visibleSlice(at('river', 5), 10, 4).start).toBe(0);
  });
});

describe('a longer sentence', () => {
  const text = 'abcdefghijklmnopqrstuvwxyz';

  test('is cut at the right while the caret is near its start', () => {
    expect(visibleSlice(at(text, 3), 10)).toEqual({
      text: 'abcdefghij',
      start: 0,
      caretCell: 3,
      cutLeft: false,
      cutRight: true,
    });
  });

  test('is cut at the left while the caret is at its end', () => {
    expect(visibleSlice(at(text, 26), 10)).toMatchObject({ text: 'uvwxyz', start: 20, caretCell: 6, cutRight: false });
  });

  test('moves by half a field, not at each key', () => {
    const starts = Array.from(text, (_, caret) => visibleSlice(at(text, caret), 10).start);
    expect(new Set(starts)).toEqual(new Set([0, 5, 10, 15, 20]));
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
  });

  test('stays where it was while the caret is inside', () => {
    expect(visibleSlice(at(text, 8), 10, 5).start).toBe(5);
    expect(visibleSlice(at(text, 5), 10, 5).start).toBe(5);
    expect(visibleSlice(at(text, 4), 10, 5).start).toBe(0);
  });

  test('does not leave the field nearly empty', () => {
    expect(visibleSlice(at(text, 26), 10, 25)).toMatchObject({ start: 20, text: 'uvwxyz' });
    expect(visibleSlice(at(text, 26), 10, 1000).start).toBe(20);
  });
});

test('whatever the text and the width, the caret and whole graphemes are inside', () => {
  const pieces = ['a', 'b', ' ', '漢', '👩‍🚀', '🇩🇪', 'e\u0301', '각', '👍🏽', 'ﾊﾞ'];
  let seed = 3;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  for (let round = 0; round < 3000; round++) {
    const parts = Array.from({ length: random(30) }, () => pieces[random(pieces.length)] ?? '');
    const before = parts.slice(0, random(parts.length + 1)).join('');
    const widthCells = 2 + random(20);
    const text = parts.join('');
    const slice = visibleSlice({ text, caret: before.length }, widthCells, random(text.length + 3));
    const what = JSON.stringify({ text, caret: before.length, widthCells, slice });
    expect(stringWidth(slice.text), what).toBeLessThanOrEqual(widthCells);
    expect(text.startsWith(slice.text, slice.start), what).toBe(true);
    expect(slice.caretCell, what).toBe(stringWidth(text.slice(slice.start, before.length)));
    expect(slice.caretCell, what).toBeLessThan(widthCells);
    expect(slice.cutLeft, what).toBe(slice.start > 0);
    expect(slice.cutRight, what).toBe(slice.start + slice.text.length < text.length);
  }
});

test('a field without room shows nothing and does not fail', () => {
  for (const widthCells of [0, 1, -3]) {
    expect(visibleSlice(at('漢字', 1), widthCells)).toMatchObject({ text: '', caretCell: 0 });
  }
});

test('the longest sentence is measured within a few frames', () => {
  const text = '漢字 e\u0301 '.repeat(2700);
  visibleSlice(at(text, text.length), 80);
  const start = performance.now();
  visibleSlice(at(text, text.length), 80);
  expect(performance.now() - start).toBeLessThan(200);
});
