import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type Key, render, Text, useInput, usePaste } from 'ink';
import { createInputStream, type InputStreamOptions } from '../../../src/terminal/input/input-stream.ts';
import { keyName } from '../../../src/terminal/input/key-name.ts';

/** A terminal's input that a test writes bytes to. */
export function fakeTerminalInput() {
  const stream = new PassThrough();
  const rawModes: boolean[] = [];
  const stdin = Object.assign(stream, {
    isTTY: true,
    isRaw: false,
    setRawMode(isRaw: boolean) {
      rawModes.push(isRaw);
      return stream;
    },
    ref: () => stream,
    unref: () => stream,
  });
  return { stream, rawModes, stdin: stdin as unknown as NodeJS.ReadStream };
}

function fakeScreen(): NodeJS.WriteStream {
  const screen = new PassThrough();
  screen.resume();
  return Object.assign(screen, { isTTY: true, columns: 80, rows: 24 }) as unknown as NodeJS.WriteStream;
}

/** Renders a listener with Ink and notes the name of every key and `paste:…` of every paste, as Ink reports
 *  them from the bytes written, through the guarded stream or without it. */
export function listenWithInk(options: InputStreamOptions & { readonly isGuarded?: boolean } = {}) {
  const { stream, stdin, rawModes } = fakeTerminalInput();
  const input = createInputStream(stdin, options);
  const events: string[] = [];
  const texts: (string | null)[] = [];
  function Listener() {
    useInput((text: string, key: Key) => {
      const press = keyName(text, key);
      events.push(press.name);
      texts.push(press.text);
    });
    usePaste((text) => {
      events.push(`paste:${text}`);
    });
    return <Text>listening</Text>;
  }
  const app = render(<Listener />, {
    stdin: options.isGuarded === false ? stdin : input,
    stdout: fakeScreen(),
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  return {
    input,
    events,
    texts,
    rawModes,
    stdin,
    /** Writes chunks one after the other and waits until Escape would have been decided. */
    async type(...chunks: readonly (string | Uint8Array)[]): Promise<string[]> {
      events.length = 0;
      texts.length = 0;
      for (const chunk of chunks) {
        stream.write(chunk);
        await delay(2);
      }
      await delay(60);
      return [...events];
    },
    /** Writes the bytes of one key and waits for what it makes, a second at most. */
    async press(bytes: string): Promise<string[]> {
      events.length = 0;
      texts.length = 0;
      stream.write(bytes);
      for (let waitedMs = 0; waitedMs < 1000 && events.length === 0; waitedMs++) await delay(1);
      await delay(1);
      return [...events];
    },
    close() {
      app.unmount();
      input.close();
    },
  };
}
