import { expect, test } from 'vitest';
import { bold, dim, Grid, inverse, italic, paletteFlag, underline } from '../../../src/terminal/canvas/grid.ts';
import { parseFrame } from '../../../src/terminal/canvas/parse-frame.ts';

function parsed(frame: string, width = 12, height = 2): Grid {
  const grid = new Grid(width, height);
  parseFrame(grid, frame);
  return grid;
}

const rowText = (grid: Grid, y: number): string => grid.text.slice(y * grid.width, (y + 1) * grid.width).join('');

test('text is put at its cells, and a row that is too long is cut', () => {
  const grid = parsed('one\na row that is too long\na third row');
  expect(rowText(grid, 0)).toBe('one         ');
  expect(rowText(grid, 1)).toBe('a row that i');
});

test('colours of 16, of 256, and of three channels are read', () => {
  const grid = parsed('\x1b[31ma\x1b[92mb\x1b[38;5;200mc\x1b[48;2;1;2;3md\x1b[39me\x1b[49;107mf\x1b[0mg');
  expect([...grid.fg.slice(0, 7)]).toEqual([
    paletteFlag | 1,
    paletteFlag | 10,
    paletteFlag | 200,
    paletteFlag | 200,
    -1,
    -1,
    -1,
  ]);
  expect([...grid.bg.slice(0, 7)]).toEqual([-1, -1, -1, 0x010203, 0x010203, paletteFlag | 15, -1]);
});

test('attributes are turned on and off', () => {
  const grid = parsed('\x1b[1ma\x1b[2mb\x1b[22;3mc\x1b[4;7md\x1b[23;24me\x1b[27mf');
  expect([...grid.attributes.slice(0, 6)]).toEqual([
    bold,
    bold | dim,
    italic,
    italic | underline | inverse,
    inverse,
    0,
  ]);
});

test('a style ends with its row', () => {
  expect([...parsed('\x1b[31ma\nb').fg.slice(12, 13)]).toEqual([-1]);
});

test('other escape sequences are left out', () => {
  const grid = parsed('a\x1b[2Kb\x1b]8;;http://x\x07c\x1b]0;title\x1b\\d\x1b(Be\x1b[?25lf');
  expect(rowText(grid, 0)).toBe('abcdef      ');
});

test('a wide grapheme covers two cells, and becomes a space where one is left', () => {
  const grid = parsed('漢字漢', 5, 1);
  expect(grid.text).toEqual(['漢', '', '字', '', ' ']);
});

test('only rows that differ from the last frame are written', () => {
  const grid = new Grid(5, 3);
  const rows = parseFrame(grid, 'a\nb\nc');
  const written: number[] = [];
  parseFrame(grid, 'a\nB\nc', rows, (y) => written.push(y));
  expect(written).toEqual([1]);
  expect(grid.text[5]).toBe('B');
});
