import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createInputStream } from '../../../src/terminal/input/input-stream.ts';
import { fakeTerminalInput, listenWithInk } from './ink-keys.tsx';

const ESC = '\u001b';
let open: { close(): void }[] = [];

function listen(options: Parameters<typeof listenWithInk>[0] = {}) {
  const ink = listenWithInk(options);
  open.push(ink);
  return ink;
}

afterEach(() => {
  for (const ink of open) ink.close();
  open = [];
});

test('replies are no keys, whole or in parts, and go to whoever waits for them', async () => {
  const replies: string[] = [];
  const ink = listen({ onReply: (reply) => replies.push(reply) });
  const answer = `${ESC}]11;rgb:1e1e/1e1e/1e1e${ESC}\\`;
  expect(await ink.type(`a${answer}b${ESC}[?62;22cc`)).toEqual(['a', 'b', 'c']);
  expect(await ink.type(answer.slice(0, 9), answer.slice(9))).toEqual([]);
  expect(await ink.type(`${ESC}]11;rgb:1e1e\rx`)).toEqual(['enter', 'x']);
  expect(replies).toEqual([answer, `${ESC}[?62;22c`, answer]);
});

test('what is typed before Ink listens waits for it', async () => {
  const { stream, stdin } = fakeTerminalInput();
  const input = createInputStream(stdin);
  input.start();
  stream.write('ab');
  await delay(5);
  expect([input.read(), input.read()]).toEqual(['a', 'b']);
  input.close();
});

describe('what Ink reports', () => {
  test('one event a key, however many came together', async () => {
    const ink = listen();
    expect(await ink.type('jjj')).toEqual(['j', 'j', 'j']);
    expect(await ink.type('ab\r')).toEqual(['a', 'b', 'enter']);
    expect(await ink.type(`x${ESC}[A${ESC}[1;3By${ESC}b`)).toEqual(['x', 'up', 'alt+down', 'y', 'alt+b']);
  });

  test('characters whose bytes come apart', async () => {
    const ink = listen();
    const bytes = Buffer.from('é漢👩‍🚀');
    expect(await ink.type(bytes.subarray(0, 1), bytes.subarray(1))).toEqual(['é', '漢', '👩‍🚀']);
    expect(await ink.type(bytes.subarray(0, 4), bytes.subarray(4, 7), bytes.subarray(7))).toHaveLength(3);
  });

  test('sequences that come apart', async () => {
    const ink = listen();
    expect(await ink.type(ESC, '[1;', '3A', 'q')).toEqual(['alt+up', 'q']);
    expect(await ink.type(`${ESC}[`, 'A')).toEqual(['up']);
  });

  test('Escape alone, twice, and before a key that comes later', async () => {
    const ink = listen();
    expect(await ink.type(ESC)).toEqual(['escape']);
    expect(await ink.type(ESC + ESC)).toEqual(['escape', 'escape']);
    await ink.type(ESC);
    expect(await ink.type('j')).toEqual(['j']);
    expect(await ink.type(`${ESC}[`)).toEqual(['alt+[']);
    expect(await ink.type(`${ESC}O`)).toEqual(['alt+O']);
  });

  test('Escape is not lost when its time runs out while the program is busy', async () => {
    const ink = listen();
    ink.events.length = 0;
    (ink.stdin as unknown as NodeJS.WritableStream).write(ESC);
    await delay(2);
    const busyUntil = performance.now() + 60;
    while (performance.now() < busyUntil);
    await delay(20);
    expect(ink.events).toEqual(['escape']);
  });

  test('no reply of the terminal', async () => {
    const ink = listen();
    expect(await ink.type(`a${ESC}]11;rgb:1c`, `1c/0000/0000${ESC}`, '\\b')).toEqual(['a', 'b']);
    expect(await ink.type(`${ESC}[3;`, '4R', `${ESC}[?64;1`, 'c', `${ESC}[I${ESC}[O`, 'z')).toEqual(['z']);
    expect(await ink.type(`${ESC}[<35;1;1M${ESC}[<0;1;`, '1m', 'z')).toEqual(['z']);
  });

  test('a reply cut short does not take later typing with it', async () => {
    const ink = listen({ pasteTimeoutMs: 40 });
    expect(await ink.type(`${ESC}]11;rgb:`)).toEqual([]);
    expect(await ink.type('abc')).toEqual(['a', 'b', 'c']);
  });
});

describe('pastes', () => {
  test('are one event, also when they come apart', async () => {
    const ink = listen();
    expect(await ink.type(`${ESC}[200~one\r\ntwo${ESC}[201~x`)).toEqual(['paste:one\r\ntwo', 'x']);
    expect(await ink.type(`${ESC}[200~o`, `ne${ESC}[20`, '1~')).toEqual(['paste:one']);
  });

  test('without end are released after a silence', async () => {
    const ink = listen({ pasteTimeoutMs: 150 });
    expect(await ink.type(`${ESC}[200~abc`)).toEqual([]);
    expect(await ink.type('def')).toEqual([]);
    await delay(200);
    expect(ink.events).toEqual(['paste:abcdef']);
    expect(await ink.type('q')).toEqual(['q']);
  });

  test('without end give way to Ctrl-C at once', async () => {
    const ink = listen();
    expect(await ink.type(`${ESC}[200~abc`, '\u0003')).toEqual(['paste:abc', 'ctrl+c']);
  });

  test('of a terminal that does not bracket them are told by their length', async () => {
    const ink = listen();
    const text = 'many words\r\n'.repeat(60);
    expect(await ink.type(text)).toEqual([`paste:${text}`]);
  });
});

describe('the stream', () => {
  test('reads the terminal only while somebody listens', () => {
    const { stdin } = fakeTerminalInput();
    const input = createInputStream(stdin);
    expect(stdin.listenerCount('readable')).toBe(0);
    const listener = () => {};
    input.on('readable', listener);
    expect(stdin.listenerCount('readable')).toBe(1);
    input.removeListener('readable', listener);
    expect(stdin.listenerCount('readable')).toBe(0);
    input.on('readable', listener);
    expect(stdin.listenerCount('readable')).toBe(1);
    input.close();
  });

  test('passes raw mode on and is a terminal where its source is one', async () => {
    const ink = listen();
    await ink.type('a');
    expect(ink.input.isTTY).toBe(true);
    expect(ink.rawModes).toEqual([true]);
    ink.close();
    expect(ink.rawModes.at(-1)).toBe(false);
    const pipe = Object.assign(fakeTerminalInput().stdin, { isTTY: false });
    expect(createInputStream(pipe).isTTY).toBe(false);
  });

  test('leaves no listener when closed', async () => {
    const ink = listen();
    await ink.type(ESC);
    const before = ['end', 'close', 'error', 'readable'].map((event) => ink.stdin.listenerCount(event));
    ink.close();
    const after = ['end', 'close', 'error', 'readable'].map((event) => ink.stdin.listenerCount(event));
    expect(after.map((count, index) => (before[index] ?? 0) - count)).toEqual([1, 1, 1, 1]);
    ink.close();
  });

  test.each([
    ['ends', (stdin: NodeJS.ReadStream) => (stdin as unknown as NodeJS.WritableStream).end()],
    ['is closed', (stdin: NodeJS.ReadStream) => stdin.destroy()],
    ['fails', (stdin: NodeJS.ReadStream) => stdin.destroy(new Error('read EIO'))],
  ])('says once that the terminal is gone when it %s', async (_how, lose) => {
    const onEnd = vi.fn();
    const ink = listen({ onEnd });
    await ink.type('a');
    lose(ink.stdin);
    await delay(20);
    expect(onEnd).toHaveBeenCalledTimes(1);
  });

  test('does not call onEnd after close', async () => {
    const onEnd = vi.fn();
    const ink = listen({ onEnd });
    ink.close();
    ink.stdin.destroy();
    await delay(10);
    expect(onEnd).not.toHaveBeenCalled();
  });
});
