import { expect, test } from 'vitest';
import { colourDepth } from '../../../src/terminal/colour/depth.ts';

const rich = { TERM: 'xterm-256color', COLORTERM: 'truecolor' };

test('the option wins over everything', () => {
  expect(colourDepth({ option: 'truecolor', env: { NO_COLOR: '1' }, isTTY: false })).toBe('truecolor');
  expect(colourDepth({ option: 'never', env: { ...rich, FORCE_COLOR: '3' }, isTTY: true })).toBe('none');
  expect(colourDepth({ option: '16', env: rich, isTTY: true })).toBe('16');
});

test('NO_COLOR wins over FORCE_COLOR, unless it is empty', () => {
  expect(colourDepth({ option: 'auto', env: { ...rich, NO_COLOR: '1', FORCE_COLOR: '3' }, isTTY: true })).toBe('none');
  expect(colourDepth({ env: { ...rich, NO_COLOR: '' }, isTTY: true })).toBe('truecolor');
});

test.each([
  ['0', 'none'],
  ['false', 'none'],
  ['', '16'],
  ['1', '16'],
  ['true', '16'],
  ['2', '256'],
  ['3', 'truecolor'],
] as const)('FORCE_COLOR=%s gives %s, in a pipe too', (value, depth) => {
  expect(colourDepth({ env: { ...rich, FORCE_COLOR: value }, isTTY: false })).toBe(depth);
});

test('a pipe has no colour', () => {
  expect(colourDepth({ env: rich, isTTY: false })).toBe('none');
});

test('COLORTERM wins over TERM', () => {
  expect(colourDepth({ env: { TERM: 'screen', COLORTERM: '24bit' }, isTTY: true })).toBe('truecolor');
  expect(colourDepth({ env: { TERM: 'xterm-256color', COLORTERM: 'yes' }, isTTY: true })).toBe('256');
});

test.each([
  ['tmux-256color', '256'],
  ['xterm-256color', '256'],
  ['screen.xterm-256color', '256'],
  ['xterm-kitty', 'truecolor'],
  ['xterm-ghostty', 'truecolor'],
  ['alacritty', 'truecolor'],
  ['alacritty-direct', 'truecolor'],
  ['wezterm', 'truecolor'],
  ['foot', 'truecolor'],
  ['xterm', '16'],
  ['linux', '16'],
  ['vt100', 'none'],
  ['dumb', 'none'],
  ['', 'none'],
] as const)('TERM=%s has %s', (term, depth) => {
  expect(colourDepth({ env: { TERM: term }, isTTY: true })).toBe(depth);
});
