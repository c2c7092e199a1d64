import { describe, expect, test } from 'vitest';
import type { Line } from '../../../src/terminal/canvas/cell.ts';
import { Encoder } from '../../../src/terminal/canvas/encode.ts';
import { encodeLine } from '../../../src/terminal/canvas/encode-line.ts';
import { Grid } from '../../../src/terminal/canvas/grid.ts';
import type { ColourDepth } from '../../../src/terminal/colour/depth.ts';

/** A terminal that shows `before`, and the output that turns it into `after`. */
function change(before: Line[], after: Line[], depth: ColourDepth = 'truecolor', width = 20): string {
  const encoder = new Encoder(depth);
  encoder.reset();
  const screen = new Grid(width, 4);
  const next = new Grid(width, 4);
  const all = new Uint8Array(4).fill(1);
  next.paintLines(0, 0, width, 4, before);
  encoder.difference(screen, next, all);
  next.paintLines(0, 0, width, 4, after);
  return encoder.difference(screen, next, all);
}

const text = (value: string): Line => [{ text: value, style: {} }];
const cell = (value: string, bg: number): Line => [{ text: value, style: { bg } }];

describe('the difference of two screens', () => {
  test('is nothing where they are equal', () => {
    expect(change([text('abc')], [text('abc')])).toBe('');
  });

  test('is one move and one character where one character changed', () => {
    expect(change([text('abcdef'), text('x')], [text('abXdef'), text('x')])).toBe('\x1b[1;3HX');
  });

  test('writes a short gap again instead of jumping over it, and jumps over a long one', () => {
    expect(change([text('abcdef'), []], [text('AbcDef'), []])).toContain('AbcD');
    expect(change([text('abcdefghijkl'), []], [text('AbcdefghijkL'), []])).toContain('A\x1b[10CL');
  });

  test('erases the end of a row with one sequence', () => {
    expect(change([text('a long row of text')], [text('a')])).toBe('\x1b[16D\x1b[K');
  });

  test('sets a colour once for a run of cells', () => {
    expect(change([[]], [[...cell('  ', 0x112233), ...cell('   ', 0x112233)]])).toBe('\x1b[48;2;17;34;51m     ');
  });

  test('leaves the foreground alone for blanks', () => {
    const row: Line = [
      { text: 'a', style: { fg: 0xff0000, bg: 0x000001 } },
      { text: ' ', style: { fg: 0x00ff00, bg: 0x000001 } },
      { text: 'b', style: { fg: 0xff0000, bg: 0x000001 } },
    ];
    expect(change([[]], [row]).match(/38;2/g)).toHaveLength(1);
  });

  test('is nothing where two colours are the same in 256', () => {
    expect(change([cell('a', 0x21818a)], [cell('a', 0x21828a)], '256')).toBe('');
    expect(change([cell('a', 0x21818a)], [cell('a', 0x21828a)])).not.toBe('');
  });

  test('has only attributes where there are no colours', () => {
    const styled: Line = [{ text: 'a', style: { fg: 1, bg: 2, bold: true } }];
    expect(change([[]], [styled], 'none')).toBe('\x1b[1ma');
  });

  test('moves anew after a grapheme whose width is uncertain, and covers its cells first', () => {
    expect(change([[]], [text('👩‍🚀a')])).toBe('  \x1b[H👩‍🚀\x1b[1;3Ha');
    expect(change([[]], [text('漢a')])).toBe('漢\x1b[1;3Ha');
  });

  test('writes the cell after such a grapheme again, which a terminal may have covered', () => {
    expect(change([text('👩‍🚀a')], [text('xya')])).toContain('a');
  });
});

describe('encodeLine', () => {
  const line: Line = [
    { text: 'a', style: { fg: 0xff0000 } },
    { text: 'b\x1b', style: { bold: true } },
  ];

  test('ends in the style that it began in', () => {
    expect(encodeLine(line, 'truecolor')).toBe('\x1b[38;2;255;0;0ma\x1b[;1mb·\x1b[m');
    expect(encodeLine(line, '256')).toBe('\x1b[38;5;196ma\x1b[;1mb·\x1b[m');
    expect(encodeLine(line, '16')).toBe('\x1b[91ma\x1b[;1mb·\x1b[m');
  });

  test('of plain text is that text', () => {
    expect(encodeLine([{ text: 'plain', style: { fg: 1 } }], 'none')).toBe('plain');
  });
});

describe('a painted ground', () => {
  const ground = { fg: 0x000000, bg: 0xffffff };

  test('is below and in what has no colours of its own', () => {
    const encoder = new Encoder('truecolor');
    encoder.setGround(ground);
    encoder.reset();
    const next = new Grid(20, 1);
    next.paintLines(0, 0, 20, 1, [[...text('ab'), ...cell('  ', 0x112233), ...text('cd')]]);
    const output = encoder.difference(new Grid(20, 1), next, new Uint8Array(1).fill(1));
    expect(output).toBe('\x1b[38;2;0;0;0;48;2;255;255;255mab\x1b[48;2;17;34;51m  \x1b[48;2;255;255;255mcd');
  });

  test('is written as blanks at the end of a row, which some terminals erase to another colour', () => {
    const encoder = new Encoder('16');
    encoder.setGround(ground);
    encoder.reset();
    const [screen, next] = [new Grid(20, 1), new Grid(20, 1)];
    const all = new Uint8Array(1).fill(1);
    next.paintLines(0, 0, 20, 1, [cell('           ', 0x00ffff)]);
    encoder.difference(screen, next, all);
    next.paintLines(0, 0, 20, 1, [[]]);
    expect(encoder.difference(screen, next, all)).toBe('\r\x1b[107m           ');
  });
});
