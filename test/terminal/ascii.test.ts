import { describe, expect, test } from 'vitest';
import { cell, rowText } from '../../src/panes/kit/cells.ts';
import { asciiRow, asciiText } from '../../src/terminal/ascii.ts';
import { widthOf } from '../../src/text/graphemes.ts';

describe('signs in ASCII', () => {
  test.each([
    ['√128 ÷ √d_k. √(2 + ε)', 'sqrt(128) / sqrt(d_k). sqrt(2 + eps)'],
    ['q·k', 'q.k'],
    ['‖α·f(x)‖²', '|a*f(x)|^2'],
    ['L0 H1 · weight −0.5', 'L0 H1 | weight -0.5'],
    ['weights · V', 'weights * V'],
    ['[·]', '[.]'],
    ['↑↓ query  ← → key', 'up/down query  left, right key'],
    ['Alt-↑↓ Alt-←→ Ctrl-← Ctrl-→', 'Alt-up/down Alt-left/right Ctrl-left Ctrl-right'],
    ['█▌▍', '## '],
    ['x₁₂ → —', 'x_12 -> ?'],
    ['café Θέση αβ', 'café Θέση αβ'],
  ])('%s', (text, ascii) => expect(asciiText(text)).toBe(ascii));

  test('what a longer sign takes, the next blanks give back', () => {
    const row = [cell('a → b   '), cell('  0.5'), cell('  0.6')];
    expect(rowText(asciiRow(row, 18))).toBe('a -> b    0.5  0.6');
  });

  test('a row that is still too wide is cut, with a mark', () => {
    expect(rowText(asciiRow([cell('a → b → c')], 9))).toBe('a -> b -~');
    for (let width = 1; width < 12; width++)
      expect(widthOf(rowText(asciiRow([cell('漢 → 字 → c')], width)))).toBeLessThanOrEqual(width);
  });

  test('of two pixels in a cell the larger is drawn', () => {
    const pixel = { text: '▀', tone: 'plain', weight: 0.2, lowerWeight: 0.7 } as const;
    expect(asciiRow([pixel], 1)).toEqual([{ text: ' ', tone: 'plain', weight: 0.7 }]);
  });
});
