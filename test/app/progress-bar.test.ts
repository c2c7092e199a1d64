import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createProgressBar, progressLine } from '../../src/app/progress-bar.ts';
import { sizeText } from '../../src/app/size-text.ts';
import { asciiText } from '../../src/terminal/ascii.ts';
import { widthOf } from '../../src/text/graphemes.ts';

const progress = { label: 'model.safetensors', doneBytes: 123_400_000, totalBytes: 440_500_000 };

describe('the line of a progress bar', () => {
  test.each([
    [120, 'model.safetensors  [########......................]   28 %  123.4 MB of 440.5 MB   50.0 MB/s  0:07 left'],
    [80, 'model.safetensors  [##....]   28 %  123.4 MB of 440.5 MB   50.0 MB/s  0:07 left'],
    [70, 'model.safetensors  [#####..............]   28 %  123.4 MB of 440.5 MB'],
    [50, 'model.safetensors  [######...............]   28 %'],
    [24, '28 % model.safetensors'],
    [10, '28 % mode'],
  ])('in %d columns', (columns, line) => {
    expect(asciiText(progressLine(progress, 50e6, columns)).replaceAll(/(?<=\[[# ]*) (?=[# ]*\])/g, '.')).toBe(line);
  });

  test('never fills the line, whatever its width', () => {
    for (let columns = 2; columns < 200; columns++) {
      for (const speed of [null, 1, 5e7]) {
        expect(widthOf(progressLine(progress, speed, columns))).toBeLessThan(columns);
      }
    }
  });

  test('nothing to do is all done', () => {
    expect(progressLine({ label: 'x', doneBytes: 0, totalBytes: 0 }, null, 80)).toContain('100 %');
  });

  test('is not full before the end', () => {
    expect(progressLine({ label: 'x', doneBytes: 999_999, totalBytes: 1_000_000 }, null, 80)).toContain(' 99 %');
  });
});

describe('a progress bar', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function barAt(isTTY: boolean, term = 'xterm') {
    const written: string[] = [];
    const output = { isTTY, columns: 80, write: (text: string) => written.push(text) };
    return { written, bar: createProgressBar(output, { ascii: true, term }) };
  }

  test('writes nothing where there is no terminal, or one that cannot erase', () => {
    for (const { bar, written } of [barAt(false), barAt(true, 'dumb')]) {
      bar.update(progress);
      bar.erase();
      expect(written).toEqual([]);
    }
  });

  test('writes over itself, at most ten times a second, and erases itself once', () => {
    const { bar, written } = barAt(true);
    bar.erase();
    for (let step = 0; step < 100; step++) {
      bar.update(progress);
      vi.advanceTimersByTime(10);
    }
    expect(written.length).toBeGreaterThanOrEqual(10);
    expect(written.length).toBeLessThanOrEqual(11);
    expect(written.every((text) => text.startsWith('\r') && text.endsWith('\x1b[K') && !text.includes('\n'))).toBe(
      true,
    );
    const count = written.length;
    bar.erase();
    bar.erase();
    expect(written.slice(count)).toEqual(['\r\x1b[K']);
  });

  test('shows the last of several that come together, and nothing after it was erased', () => {
    const { bar, written } = barAt(true);
    for (const label of ['first', 'second', 'third']) bar.update({ ...progress, label });
    expect(written.join()).not.toContain('third');
    vi.advanceTimersByTime(100);
    expect(written.join()).toContain('third');
    bar.update({ ...progress, label: 'fourth' });
    bar.erase();
    vi.advanceTimersByTime(1_000);
    expect(written.join()).not.toContain('fourth');
  });

  test('tells the speed of the last seconds', () => {
    const { bar, written } = barAt(true);
    for (let step = 0; step <= 20; step++) {
      bar.update({ label: 'x', doneBytes: step < 10 ? 0 : (step - 10) * 2e6, totalBytes: 100e6 });
      vi.advanceTimersByTime(1_000);
    }
    expect(written.at(-1)).toContain('2.0 MB/s  0:40 left');
  });
});

test.each([
  [0, '0 B'],
  [592, '592 B'],
  [1_000, '1.0 kB'],
  [999_949, '999.9 kB'],
  [999_950, '1.0 MB'],
  [440_473_133, '440.5 MB'],
  [999_950_000, '1.0 GB'],
  [16_060_556_376, '16.1 GB'],
])('%d bytes are %s', (bytes, text) => expect(sizeText(bytes)).toBe(text));
