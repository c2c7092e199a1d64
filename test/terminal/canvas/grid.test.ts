import { expect, test } from 'vitest';
import { Grid } from '../../../src/terminal/canvas/grid.ts';

const line = (text: string) => [{ text, style: {} }];
const rows = (grid: Grid): string[] =>
  Array.from({ length: grid.height }, (_, y) => grid.text.slice(y * grid.width, (y + 1) * grid.width).join(''));

test('lines are painted into their rectangle and cut at the grid', () => {
  const grid = new Grid(6, 3);
  grid.paintLines(4, 1, 5, 5, [line('abcdef'), line('g')]);
  expect(rows(grid)).toEqual(['      ', '    ab', '    g ']);
});

test('a rectangle that begins left of and above the grid shows its lower right part', () => {
  const grid = new Grid(4, 2);
  grid.paintLines(-2, -1, 5, 3, [line('.....'), line('abcde'), line('漢字漢')]);
  expect(rows(grid)).toEqual(['cde ', '字  ']);
  grid.paintLines(-1, 0, 4, 1, [line('漢字')]);
  expect(rows(grid)[0]).toBe(' 字 ');
});

test('painting over half of a wide grapheme leaves a space of the other half', () => {
  const grid = new Grid(6, 1);
  grid.paintLine(0, 0, 6, line('漢字漢'));
  grid.paintLine(1, 0, 4, line('abcd'));
  expect(grid.text).toEqual([' ', 'a', 'b', 'c', 'd', ' ']);
});

test('blanks keep their background, and a foreground only where it shows', () => {
  const grid = new Grid(2, 1);
  grid.paintLine(0, 0, 2, [
    { text: ' ', style: { fg: 1, bg: 2, bold: true } },
    { text: ' ', style: { fg: 1, bg: 2, underline: true } },
  ]);
  expect([...grid.fg]).toEqual([-1, 1]);
  expect([...grid.bg]).toEqual([2, 2]);
});
