import { describe, expect, test } from 'vitest';
import { cutLine, cutText, graphemes, lineWidth, padLine, plainText } from '../../../src/terminal/canvas/cell.ts';

const shown = (text: string): [string, number][] => graphemes(text).map((g) => [g.text, g.width]);

describe('graphemes', () => {
  test('ASCII is a cell a character', () => {
    expect(shown('a b')).toEqual([
      ['a', 1],
      [' ', 1],
      ['b', 1],
    ]);
  });

  test('what is one character to a reader is one grapheme', () => {
    expect(shown('e\u0301👩‍🚀漢')).toEqual([
      ['e\u0301', 1],
      ['👩‍🚀', 2],
      ['漢', 2],
    ]);
  });

  test('control and invisible characters are made visible, a tab is a space', () => {
    expect(graphemes('a\x1b\u0000\tb\r\n\u2028').map((g) => g.text)).toEqual(['a', '·', '·', ' ', 'b', '·', '·']);
    expect(shown('\u200b')).toEqual([['·', 1]]);
  });

  test('a lone combining mark is carried by a dotted circle', () => {
    expect(shown('\u0301')).toEqual([['◌\u0301', 1]]);
  });
});

describe('lines', () => {
  const line = [
    { text: 'ab', style: { bold: true } },
    { text: '漢字', style: {} },
  ];

  test('have the width of their graphemes', () => {
    expect(lineWidth(line)).toBe(6);
  });

  test.each([
    [0, ''],
    [1, 'a'],
    [3, 'ab '],
    [4, 'ab漢'],
    [9, 'ab漢字'],
  ] as const)('cut to %i cells read "%s"', (width, text) => {
    expect(plainText([cutLine(line, width)])).toBe(text);
  });

  test('are padded to a width with spaces of a style', () => {
    const padded = padLine(line, 8, { bg: 1 });
    expect(padded.at(-1)).toEqual({ text: '  ', style: { bg: 1 } });
    expect(plainText([padLine(line, 5)])).toBe('ab漢 ');
  });
});

test('a text is cut by cells, not by code units', () => {
  expect(cutText('🚣🚣', 3)).toBe('🚣 ');
  expect(cutText('plain', 3)).toBe('pla');
  expect(cutText('plain', -1)).toBe('');
});
