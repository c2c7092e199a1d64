import { expect, test } from 'vitest';
import type { Line } from '../../../src/terminal/canvas/cell.ts';
import { createCompositor } from '../../../src/terminal/canvas/compositor.ts';

/** An output that keeps what it is given, and says it is full while `isFull`. */
class Output {
  readonly columns = 20;
  readonly rows = 4;
  readonly writes: string[] = [];
  isFull = false;
  private drained: (() => void) | undefined;

  write(text: string): boolean {
    this.writes.push(text);
    return !this.isFull;
  }

  once(_event: 'drain', listener: () => void): void {
    this.drained = listener;
  }

  drain(): void {
    this.isFull = false;
    this.drained?.();
  }
}

const line = (text: string): Line => [{ text, style: {} }];
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function started(synchronized = false) {
  const output = new Output();
  const compositor = createCompositor({ output, depth: 'truecolor', synchronized });
  compositor.inkStdout.write('frame');
  compositor.flush();
  output.writes.length = 0;
  return { output, compositor };
}

test('a frame and the regions that follow it are one write', async () => {
  const { output, compositor } = started(true);
  compositor.inkStdout.write('another');
  compositor.setRegion('a', { x: 0, y: 1, width: 5, height: 1 }, [line('first')]);
  compositor.setRegion('b', { x: 0, y: 2, width: 5, height: 1 }, [line('second')]);
  expect(output.writes).toEqual([]);
  await turn();
  expect(output.writes).toHaveLength(1);
  expect(output.writes[0]).toBe('\x1b[?2026h\ranother\x1b[2Hfirst\x1b[3Hsecon\x1b[?2026l');
});

test('an unchanged frame writes nothing', async () => {
  const { output, compositor } = started();
  compositor.inkStdout.write('frame');
  await turn();
  expect(output.writes).toEqual([]);
});

test('while a write is on its way, the states between are left out', async () => {
  const { output, compositor } = started();
  output.isFull = true;
  compositor.inkStdout.write('one');
  await turn();
  for (const frame of ['two', 'three', 'four']) {
    compositor.inkStdout.write(frame);
    await turn();
  }
  expect(output.writes).toHaveLength(1);
  output.drain();
  expect(output.writes).toHaveLength(2);
  expect(output.writes[1]).toContain('four');
  expect(output.writes.join()).not.toContain('thr');
});

test('a region that is removed shows the frame again', () => {
  const { compositor } = started();
  const row = (): string => compositor.picture.text.slice(0, 8).join('');
  compositor.setRegion('a', { x: 5, y: 0, width: 3, height: 1 }, [line('XYZ')]);
  compositor.flush();
  expect(row()).toBe('frameXYZ');
  compositor.removeRegion('a');
  compositor.flush();
  expect(row()).toBe('frame   ');
});

test('what the frame draws inside a region stays above it', () => {
  const { compositor } = started();
  compositor.inkStdout.write('\n  \x1b[44m  \x1b[49m 漢');
  compositor.setRegion('a', { x: 0, y: 1, width: 6, height: 1 }, [line('......')]);
  compositor.flush();
  expect(compositor.picture.text.slice(20, 28)).toEqual(['.', '.', ' ', ' ', '.', '漢', '', ' ']);
});

test('a region is where its place says at the time of the flush', () => {
  const { compositor } = started();
  let y = 1;
  compositor.setRegion('a', () => ({ x: 0, y, width: 1, height: 1 }), [line('#')]);
  compositor.flush();
  y = 2;
  compositor.flush();
  expect([compositor.picture.text[20], compositor.picture.text[40]]).toEqual([' ', '#']);
});

test('moving the cursor costs a few bytes, and it is hidden while cells are written', () => {
  const { output, compositor } = started();
  compositor.setCursor({ x: 3, y: 2 });
  compositor.flush();
  compositor.setCursor({ x: 4, y: 2 });
  compositor.flush();
  compositor.inkStdout.write('Frame');
  compositor.flush();
  compositor.setCursor(null);
  compositor.flush();
  expect(output.writes).toEqual(['\x1b[3;4H\x1b[?25h', '\x1b[C', '\x1b[?25l\x1b[HF\x1b[3;5H\x1b[?25h', '\x1b[?25l']);
});

test('a new size is told to Ink, and everything is painted again', async () => {
  const { output, compositor } = started();
  compositor.inkStdout.on('resize', () => compositor.inkStdout.write(`${compositor.inkStdout.columns} wide`));
  compositor.resize(30, 6);
  await turn();
  expect(output.writes).toHaveLength(1);
  expect(output.writes[0]).toContain('\x1b[J30 wide');
});

test('modes that Ink sets pass, the cursor is left to the compositor, and a barrier waits for the write', async () => {
  const { output, compositor } = started();
  compositor.inkStdout.write('\x1b[?2004h');
  compositor.inkStdout.write('\x1b[?25l');
  let writesAtBarrier = -1;
  compositor.inkStdout.write('', () => {
    writesAtBarrier = output.writes.length;
  });
  await turn();
  expect(output.writes).toEqual(['\x1b[?2004h']);
  expect(writesAtBarrier).toBe(1);
});

test('after it was closed nothing is written', async () => {
  const { output, compositor } = started();
  compositor.inkStdout.write('late');
  compositor.close();
  await turn();
  compositor.flush();
  expect(output.writes).toEqual([]);
});

test('it counts writes and bytes', () => {
  const { output, compositor } = started();
  const before = compositor.bytesWritten;
  compositor.inkStdout.write('漢');
  compositor.flush();
  expect(compositor.framesWritten).toBe(2);
  expect(compositor.bytesWritten - before).toBe(Buffer.byteLength(output.writes[0]!));
});
