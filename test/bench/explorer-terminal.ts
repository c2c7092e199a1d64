import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';

export const program = join(import.meta.dirname, '../../dist/attnscope.js');

/** After this silence a frame counts as complete; no measured time includes it. */
const quietMs = 25;
const pollMs = 4;
const longestWaitMs = 60_000;
/** How long to wait for output: a key that changes nothing writes nothing. */
const noAnswerMs = 400;

export interface ExplorerOptions {
  readonly columns: number;
  readonly rows: number;
  readonly text?: string;
  readonly color?: 'truecolor' | '256';
  readonly model?: string;
}

/** The effect of one key. */
export interface KeyTime {
  /** Time to the last byte before the screen rests with new numbers. */
  readonly elapsedMs: number;
  readonly sizeBytes: number;
  /** Number of screen updates; more than one when old numbers appeared first. */
  readonly frames: number;
}

/** Where the sentence starts. */
const sentenceX = 3;
const sentenceY = 1;

const frameStart = '\x1b[?2026h';

/** Times the built program in a pseudo-terminal. */
export class ExplorerTerminal {
  readonly terminal: TestTerminal;
  private readonly startedAt: number;
  private readonly hasText: boolean;
  /** Letters that `echo` typed into the empty sentence. */
  private echoed = 0;

  constructor({ columns, rows, text, color = 'truecolor', model = 'use-lite' }: ExplorerOptions) {
    const args = [program, '--color', color, '--model', model, ...(text === undefined ? [] : ['--', text])];
    this.hasText = text !== undefined;
    this.startedAt = performance.now();
    this.terminal = openTerminal(process.execPath, { args, columns, rows });
  }

  /** Milliseconds from the program's start to the last byte of the first complete frame: with the title, and with
   *  weights if there is a text. */
  async firstFrame(): Promise<number> {
    const { terminal } = this;
    const isWhole = (text: string) =>
      text.includes('attnscope') && text.includes('Ctrl-C') && (!this.hasText || /weight [01]\.\d/.test(text));
    await terminal.waitFor((text) => isWhole(text) && !isComputing(text), longestWaitMs);
    await terminal.settled(quietMs);
    return terminal.lastByteAt - this.startedAt;
  }

  /** Types a key and waits for its frame; null when no frame follows. */
  async press(key: string): Promise<KeyTime | null> {
    const { terminal } = this;
    const bytesBefore = terminal.bytesReceived;
    const outputBefore = terminal.output.length;
    const start = performance.now();
    terminal.type(key);
    for (;;) {
      await sleep(pollMs);
      const now = performance.now();
      const isAnswered = terminal.bytesReceived > bytesBefore;
      if (isAnswered && now - terminal.lastByteAt >= quietMs) {
        await terminal.settled(0);
        if (!isComputing(terminal.screen()[0] ?? '')) break;
      }
      if (!isAnswered && now - start > noAnswerMs) return null;
      if (now - start > longestWaitMs) throw new Error(`no frame within ${longestWaitMs} ms of ${JSON.stringify(key)}`);
    }
    return {
      elapsedMs: terminal.lastByteAt - start,
      sizeBytes: terminal.bytesReceived - bytesBefore,
      frames: terminal.output.slice(outputBefore).split(frameStart).length - 1,
    };
  }

  /** Types a letter at the end of the sentence that this method has typed. Waits until the letter and the cursor appear,
   *  whatever the numbers do; milliseconds. */
  async echo(letter: string): Promise<number> {
    const { terminal } = this;
    const x = sentenceX + this.echoed++;
    const start = performance.now();
    terminal.type(letter);
    await terminal.waitFor(() => {
      const cursor = terminal.cursor();
      return cursor.x === x + 1 && cursor.y === sentenceY && terminal.cell(x, sentenceY).text === letter;
    }, longestWaitMs);
    return performance.now() - start;
  }

  /** Types a letter and waits for the first byte of output; milliseconds. */
  async firstByte(letter: string): Promise<number> {
    const { terminal } = this;
    const before = terminal.bytesReceived;
    const start = performance.now();
    terminal.type(letter);
    await terminal.waitFor(() => terminal.bytesReceived > before, longestWaitMs);
    return performance.now() - start;
  }

  /** The program's resident memory now and at its peak, in bytes; null when the system does not report it. */
  memory(): { residentBytes: number; peakBytes: number } | null {
    try {
      const status = readFileSync(`/proc/${this.terminal.pid}/status`, 'utf8');
      const field = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(status)?.[1]) * 1024;
      return { residentBytes: field('VmRSS'), peakBytes: field('VmHWM') };
    } catch {
      return null;
    }
  }

  close(): Promise<void> {
    return this.terminal.dispose();
  }
}

/** The title shows when the numbers on the screen are old. */
function isComputing(text: string): boolean {
  return text.includes('computing');
}
