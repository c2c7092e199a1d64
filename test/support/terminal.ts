import { createRequire } from 'node:module';
import * as pty from '@lydell/node-pty';
import type { ITerminalAddon, Terminal } from '@xterm/headless';

const require = createRequire(import.meta.url);
// Both are CommonJS modules whose exports Node cannot detect.
const { Terminal: XtermTerminal } = require('@xterm/headless') as typeof import('@xterm/headless');
const { UnicodeGraphemesAddon } = require('@xterm/addon-unicode-graphemes') as {
  UnicodeGraphemesAddon: new () => ITerminalAddon;
};

/** One cell of the emulator: its grapheme ('' for the second half of a wide one) and its style. */
export interface ScreenCell {
  readonly text: string;
  readonly width: number;
  /** 0xRRGGBB, 0x1000000 | index for a palette entry, or −1 for the terminal's default. */
  readonly fg: number;
  readonly bg: number;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
}

/** A terminal emulator without a window. */
export class Emulator {
  readonly xterm: Terminal;

  constructor(columns = 80, rows = 24) {
    this.xterm = new XtermTerminal({ cols: columns, rows, allowProposedApi: true, scrollback: 200 });
    this.xterm.loadAddon(new UnicodeGraphemesAddon());
  }

  /** Resolves when the emulator has processed all `bytes`. */
  feed(bytes: string): Promise<void> {
    return new Promise((resolve) => {
      this.xterm.write(bytes, resolve);
    });
  }

  /** The rows on the screen, without trailing spaces. */
  screen(): string[] {
    const buffer = this.xterm.buffer.active;
    return Array.from(
      { length: this.xterm.rows },
      (_, y) =>
        buffer
          .getLine(buffer.viewportY + y)
          ?.translateToString(true)
          .trimEnd() ?? '',
    );
  }

  /** The cell in column x of row y.  @throws RangeError outside the screen. */
  cell(x: number, y: number): ScreenCell {
    const buffer = this.xterm.buffer.active;
    const cell = buffer.getLine(buffer.viewportY + y)?.getCell(x);
    if (cell === undefined)
      throw new RangeError(`no cell ${x}, ${y} on a screen of ${this.xterm.cols} × ${this.xterm.rows}`);
    const colour = (isDefault: boolean, isPalette: boolean, value: number): number => {
      if (isDefault) return -1;
      return isPalette ? 0x1000000 | value : value;
    };
    return {
      text: cell.getWidth() === 0 ? '' : cell.getChars() || ' ',
      width: cell.getWidth(),
      fg: colour(cell.isFgDefault(), cell.isFgPalette(), cell.getFgColor()),
      bg: colour(cell.isBgDefault(), cell.isBgPalette(), cell.getBgColor()),
      bold: cell.isBold() !== 0,
      dim: cell.isDim() !== 0,
      italic: cell.isItalic() !== 0,
      underline: cell.isUnderline() !== 0,
      inverse: cell.isInverse() !== 0,
    };
  }

  /** Where the cursor is. */
  cursor(): { x: number; y: number } {
    const buffer = this.xterm.buffer.active;
    return { x: buffer.cursorX, y: buffer.cursorY };
  }

  /** True on the main screen, false on the alternate screen. */
  isMainScreen(): boolean {
    return this.xterm.buffer.active.type === 'normal';
  }
}

export interface TerminalOptions {
  readonly args?: readonly string[];
  readonly columns?: number;
  readonly rows?: number;
  readonly cwd?: string;
  /** Adds to a minimal environment (PATH, HOME, TERM, COLORTERM, LANG); undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface ExitStatus {
  readonly code: number;
  /** Signal number that ended the program, or 0. */
  readonly signal: number;
}

/** A program in a real pseudo-terminal, with an emulator at the other end. */
export class TestTerminal extends Emulator {
  /** Number of bytes that the program has written so far. */
  bytesReceived = 0;
  /** When the last byte arrived, by `performance.now()`. */
  lastByteAt = 0;
  /** The program's whole output. */
  output = '';
  /** Settles when the program has ended and its whole output is on the screen. */
  readonly exit: Promise<ExitStatus>;
  private readonly process: pty.IPty;
  private readonly watchers = new Set<() => void>();
  private reading: Promise<void> = Promise.resolve();
  private hasExited = false;

  constructor(command: string, options: TerminalOptions) {
    const { args = [], columns = 80, rows = 24, cwd = process.cwd(), env = {} } = options;
    super(columns, rows);
    const { PATH, HOME } = process.env;
    const all = {
      PATH,
      HOME,
      TERM: 'xterm-256color',
      COLORTERM: 'truecolor',
      LANG: 'C.UTF-8',
      HF_HUB_CACHE: '/nonexistent',
      ...env,
    };
    const set = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    this.process = pty.spawn(command, [...args], { name: 'xterm-256color', cols: columns, rows, cwd, env: set });
    this.process.onData((data) => {
      this.bytesReceived += Buffer.byteLength(data);
      this.lastByteAt = performance.now();
      this.output += data;
      this.reading = this.feed(data).then(() => {
        for (const watcher of this.watchers) watcher();
      });
    });
    // Answers the program's queries to its terminal.
    this.xterm.onData((answer) => {
      if (!this.hasExited) this.process.write(answer);
    });
    this.exit = new Promise((resolve) => {
      this.process.onExit(async ({ exitCode, signal }) => {
        this.hasExited = true;
        // The last bytes can arrive after the exit event.
        await new Promise((later) => setTimeout(later, 20));
        await this.reading;
        resolve({ code: exitCode, signal: signal ?? 0 });
      });
    });
  }

  get pid(): number {
    return this.process.pid;
  }

  /** Types bytes as a keyboard sends them. */
  type(bytes: string): void {
    this.process.write(bytes);
  }

  /** Resolves when `holds` is true of the screen.  @throws Error with the screen after `timeoutMs`. */
  waitFor(holds: (text: string, rows: string[]) => boolean, timeoutMs = 5000): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const rows = this.screen();
        if (!holds(rows.join('\n'), rows)) return;
        this.watchers.delete(check);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.watchers.delete(check);
        reject(new Error(`not seen within ${timeoutMs} ms; the screen is\n${this.screen().join('\n')}`));
      }, timeoutMs);
      this.watchers.add(check);
      check();
    });
  }

  /** Resolves when no output has arrived for `quietMs` and all is on the screen. */
  async settled(quietMs = 100): Promise<void> {
    for (;;) {
      const before = this.bytesReceived;
      await new Promise((later) => setTimeout(later, quietMs));
      if (this.bytesReceived === before) return this.reading;
    }
  }

  /** Resizes the terminal; the program gets SIGWINCH. */
  resize(columns: number, rows: number): void {
    this.xterm.resize(columns, rows);
    this.process.resize(columns, rows);
  }

  /** Sends a signal to the program. */
  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** Closes the terminal, as a lost connection does. */
  hangUp(): void {
    (this.process as pty.IPty & { destroy(): void }).destroy();
  }

  /** Ends the program if it still runs, and waits for its exit. */
  async dispose(): Promise<void> {
    if (!this.hasExited) this.process.kill('SIGKILL');
    await this.exit;
    this.xterm.dispose();
  }
}

/** Runs a command in a new pseudo-terminal. */
export function openTerminal(command: string, options: TerminalOptions = {}): TestTerminal {
  return new TestTerminal(command, options);
}
