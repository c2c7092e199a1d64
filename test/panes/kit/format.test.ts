import { describe, expect, test } from 'vitest';
import {
  bar,
  compact,
  duration,
  fixed,
  matrixFormat,
  percent,
  vectorText,
  vectorWithin,
} from '../../../src/panes/kit/format.ts';
import { asciiText } from '../../../src/terminal/ascii.ts';

const none = Number.NaN;

describe('numbers', () => {
  test.each([
    [1.5777, 3, '1.578'],
    [-0.2247, 2, '−0.22'],
    [0, 3, '0.000'],
    [-0, 3, '0.000'],
    [none, 3, '—'],
    [-Infinity, 3, '−inf'],
    [Infinity, 3, 'inf'],
  ])('%d to %i digits', (value, digits, text) => expect(fixed(value, digits)).toBe(text));

  test('a negative number that rounds to zero has no sign', () => {
    expect(fixed(-0.0004, 3)).toBe('0.000');
    expect(fixed(-0.0006, 3)).toBe('−0.001');
  });

  test.each([
    [1, '1'],
    [-3, '−3'],
    [0.2149, '0.21'],
    [39.512, '39.5'],
    [-143.4, '−143'],
    [123456.7, '1.2e5'],
    [none, '—'],
  ])('%d in about three digits', (value, text) => expect(compact(value)).toBe(text));

  test('in plain ASCII where asked', () => {
    expect(asciiText(fixed(-1, 1))).toBe('-1.0');
    expect(asciiText(compact(none))).toMatch(/^[\x20-\x7e]+$/);
  });

  test('a share is a percentage', () => {
    expect(percent(0.42232)).toBe('42.2 %');
    expect(percent(1)).toBe('100.0 %');
  });

  test.each([
    [0.04, '0.0 ms'],
    [4.94, '4.9 ms'],
    [12.4, '12 ms'],
    [999, '999 ms'],
    [1234, '1.2 s'],
  ])('%d milliseconds', (elapsedMs, text) => expect(duration(elapsedMs)).toBe(text));
});

describe('vectors', () => {
  const three = (value: number) => fixed(value, 3);

  test('are written as the lesson writes them', () => {
    expect(vectorText([1.5777, 0.7331], three)).toBe('[1.578, 0.733]');
    expect(vectorText([], three)).toBe('[]');
  });

  test('are cut after a whole number, with a mark', () => {
    expect(vectorWithin([1, 2, 3], three, 30)).toBe('[1.000, 2.000, 3.000]');
    expect(vectorWithin([1, 2, 3], three, 17)).toBe('[1.000, 2.000 …]');
    for (let room = 4; room < 40; room++) {
      const text = vectorWithin(new Float32Array(64).fill(-12.5), three, room);
      expect(text.length).toBeLessThanOrEqual(room);
      expect(text).toMatch(/^\[.*…\]$/);
    }
  });

  test('of whole numbers have no points, narrow ones three digits', () => {
    expect(matrixFormat(Float32Array.of(1, 0, -2), 2)(-2)).toBe('−2');
    expect(matrixFormat(Float32Array.of(1, 0.5), 2)(1)).toBe('1.000');
    expect(matrixFormat(Float32Array.of(1, 0.5), 64)(0.5)).toBe('0.50');
    expect(matrixFormat(Float32Array.of(1, none), 2)(none)).toBe('—');
  });
});

describe('a bar', () => {
  test('has as many eighths as its share', () => {
    expect(bar(0.5, 4)).toBe('██');
    expect(bar(1, 4)).toBe('████');
    // 3/16 of two cells: three eighths of a cell
    expect(bar(3 / 16, 2)).toBe('▍');
    expect(asciiText(bar(0.5, 4))).toBe('##');
  });

  test('is empty for nothing, and never longer than its room', () => {
    expect([bar(0, 5), bar(none, 5), bar(0.5, 0)]).toEqual(['', '', '']);
    for (let share = 0; share <= 1.2; share += 0.01) expect(bar(share, 5).length).toBeLessThanOrEqual(5);
  });
});
