import { EventEmitter } from 'node:events';

/** Receives what Ink writes. */
interface FrameSink {
  frame(text: string): void;
  /** A terminal mode that Ink turns on or off. */
  mode(sequence: string): void;
  /** Calls `done` once everything before it is written. */
  barrier(done: () => void): void;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are control characters.
const onlyModes = /^(?:\x1b\[[?>=<][\d;]*[a-z])+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are control characters.
const bracketedPaste = /\x1b\[\?2004[hl]/g;

/** Stands in for the terminal's stream; with `debug: true`, Ink writes one whole frame per commit. */
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
    // Every component that follows the window size listens.
    this.setMaxListeners(0);
    this.columns = columns;
    this.rows = rows;
    this.sink = sink;
  }

  /** Takes a frame, a mode, or an empty write whose callback tells Ink that everything is written. */
  write(text: string, encodingOrDone?: unknown, callback?: unknown): boolean {
    const done = typeof encodingOrDone === 'function' ? encodingOrDone : callback;
    const notify = (): void => {
      if (typeof done === 'function') done();
    };
    if (text === '' && typeof done === 'function') this.sink.barrier(notify);
    else {
      // Ink sets only bracketed paste; the compositor shows and hides the cursor.
      if (onlyModes.test(text)) for (const [mode] of text.matchAll(bracketedPaste)) this.sink.mode(mode);
      else this.sink.frame(text);
      notify();
    }
    return true;
  }
}
