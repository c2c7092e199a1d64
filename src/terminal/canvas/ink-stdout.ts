import { EventEmitter } from 'node:events';

/** What the stand-in does with what Ink writes. */
export interface FrameSink {
  /** A whole frame. */
  frame(text: string): void;
  /** A terminal mode that Ink turns on or off. */
  mode(sequence: string): void;
  /** Calls `done` once all that came before has been handed on. */
  barrier(done: () => void): void;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are control characters.
const modesAlone = /^(?:\x1b\[[?>=<][\d;]*[a-z])+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are control characters.
const bracketedPaste = /\x1b\[\?2004[hl]/g;

/** The stream that Ink takes for a terminal; with `debug: true` each commit writes one whole frame to it. */
export class InkStdout extends EventEmitter {
  readonly isTTY = true;
  readonly writable = true;
  readonly writableEnded = false;
  readonly destroyed = false;
  columns: number;
  rows: number;
  private readonly sink: FrameSink;

  constructor(columns: number, rows: number, sink: FrameSink) {
    super();
    // Every component that follows the window's size listens.
    this.setMaxListeners(0);
    this.columns = columns;
    this.rows = rows;
    this.sink = sink;
  }

  /** Takes a frame, a mode, or an empty write with a callback, which Ink uses to learn when all is written. */
  write(text: string, encodingOrDone?: unknown, callback?: unknown): boolean {
    const done = typeof encodingOrDone === 'function' ? encodingOrDone : callback;
    const notify = (): void => {
      if (typeof done === 'function') done();
    };
    if (text === '' && typeof done === 'function') this.sink.barrier(notify);
    else {
      // The cursor's visibility is the compositor's own: of the modes only bracketed paste is Ink's to set.
      if (modesAlone.test(text)) for (const [mode] of text.matchAll(bracketedPaste)) this.sink.mode(mode);
      else this.sink.frame(text);
      notify();
    }
    return true;
  }
}
