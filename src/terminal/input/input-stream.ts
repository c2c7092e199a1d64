import { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { pasteKeys } from './paste.ts';
import { releaseInput, restKind, splitInput } from './split-input.ts';

export interface InputStreamOptions {
  /** How long an unfinished paste or reply waits for more input; 1000 by default. */
  readonly pasteTimeoutMs?: number | undefined;
  /** How long Escape waits for the rest of a sequence; 25 by default. */
  readonly escapeTimeoutMs?: number | undefined;
  /** Called once, when the terminal's input has ended, closed or failed. */
  readonly onEnd?: (() => void) | undefined;
  /** Called with each whole reply of the terminal, which is no key. */
  readonly onReply?: ((reply: string) => void) | undefined;
}

// Nobody types this much between two reads: it is a paste from a terminal without bracketed paste.
const PASTE_BURST_LENGTH = 512;

function isPasteBurst(chunk: string): boolean {
  return chunk.length >= PASTE_BURST_LENGTH && !/\p{Cc}/u.test(chunk.replace(/[\r\n\t]/g, ''));
}

/** Terminal input for Ink: each `read()` gives one whole key or one whole paste. */
class InputStream extends Readable {
  readonly isTTY: boolean;
  readonly #source: NodeJS.ReadStream;
  readonly #options: InputStreamOptions;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';
  #timer: NodeJS.Timeout | null = null;
  #timerKind = 'none';
  #attached = false;
  #ended = false;

  constructor(source: NodeJS.ReadStream, options: InputStreamOptions) {
    super({ objectMode: true, autoDestroy: false });
    this.isTTY = source.isTTY === true;
    this.#source = source;
    this.#options = options;
    // Ink removes its listener to hand the terminal to another program; reading stops then.
    this.on('newListener', (event) => {
      if (event === 'readable' || event === 'data') this.start();
    });
    this.on('removeListener', () => {
      if (this.listenerCount('readable') === 0 && this.listenerCount('data') === 0) this.#detach();
    });
    for (const event of ['end', 'close', 'error']) source.on(event, this.#onSourceEnd);
  }

  get isRaw(): boolean {
    return this.#source.isRaw === true;
  }

  setRawMode(isRaw: boolean): this {
    if (!this.#source.destroyed) this.#source.setRawMode?.(isRaw);
    return this;
  }

  /** Does nothing, because keys are always text. */
  override setEncoding(): this {
    return this;
  }

  ref(): this {
    this.#source.ref?.();
    return this;
  }

  unref(): this {
    this.#source.unref?.();
    return this;
  }

  /** Stops reading for good, so that the process can exit. */
  close(): void {
    this.#ended = true;
    this.#stopTimer();
    this.#detach();
    for (const event of ['end', 'close', 'error']) this.#source.off(event, this.#onSourceEnd);
    this.#source.pause();
    this.#source.unref?.();
  }

  override _read(): void {}

  /** Begins to read; keys wait for the first listener. */
  start(): void {
    if (this.#attached || this.#ended) return;
    this.#attached = true;
    this.#source.on('readable', this.#onSourceReadable);
  }

  #detach(): void {
    if (!this.#attached) return;
    this.#attached = false;
    this.#source.off('readable', this.#onSourceReadable);
  }

  readonly #onSourceReadable = (): void => {
    let chunk: string | Buffer | null = this.#source.read();
    while (chunk !== null) {
      this.#take(typeof chunk === 'string' ? chunk : this.#decoder.write(chunk));
      chunk = this.#source.read();
    }
  };

  readonly #onSourceEnd = (): void => {
    if (this.#ended) return;
    this.#ended = true;
    this.#stopTimer();
    this.#pushAll(releaseInput(this.#rest).keys);
    this.#rest = '';
    this.push(null);
    this.#options.onEnd?.();
  };

  #take(chunk: string): void {
    if (chunk === '' || this.#ended) return;
    if (this.#rest === '' && isPasteBurst(chunk)) {
      this.#pushAll(pasteKeys(chunk));
      return;
    }
    const { keys, rest } = splitInput(this.#rest + chunk, this.#options.onReply);
    const isContinued = this.#rest !== '' && keys.length === 0;
    this.#pushAll(keys);
    this.#await(rest, isContinued);
  }

  #pushAll(keys: readonly string[]): void {
    for (const key of keys) this.push(key);
  }

  /** Starts the timeout of the rest. More bytes of a reply do not restart it: otherwise a reply that was cut short would swallow
   *  all further typing. */
  #await(rest: string, isContinued: boolean): void {
    this.#rest = rest;
    const kind = restKind(rest);
    if (isContinued && kind === 'sequence' && this.#timerKind === 'sequence') return;
    this.#stopTimer();
    if (kind === 'none') return;
    const { escapeTimeoutMs = 25, pasteTimeoutMs = 1000 } = this.#options;
    this.#timerKind = kind;
    const timer = setTimeout(
      // After a busy moment, the timer can be due while more input waits unread: that comes first.
      () => setImmediate(() => this.#timer === timer && this.#release()),
      kind === 'escape' ? escapeTimeoutMs : pasteTimeoutMs,
    );
    timer.unref();
    this.#timer = timer;
  }

  #release(): void {
    const { keys, rest } = releaseInput(this.#rest);
    this.#pushAll(keys);
    this.#await(rest, false);
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#timerKind = 'none';
  }
}

/** Wraps the terminal's input so that Ink sees only whole keys and whole pastes, and no reply of the terminal. */
export function createInputStream(stdin: NodeJS.ReadStream, options: InputStreamOptions = {}): InputStream {
  return new InputStream(stdin, options);
}
