import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';

export const program = join(import.meta.dirname, '../../dist/attnscope.js');

/** Silence after which a frame counts as whole; it is not part of any time. */
const quietMs = 25;
const pollMs = 4;
const longestWaitMs = 60_000;
/** A key that changes nothing writes nothing. */
const noAnswerMs = 400;

export interface ExplorerOptions {
  readonly columns: number;
  readonly rows: number;
  readonly text?: string;
  readonly color?: 'truecolor' | '256';
  readonly model?: string;
}

/** What one key led to. */
export interface KeyTime {
  /** To the last byte that was written before the screen was at rest with new numbers. */
  readonly elapsedMs: number;
  readonly sizeBytes: number;
  /** Updates of the screen; more than one where old numbers were shown first. */
  readonly frames: number;
}

/** Where the sentence begins. */
const sentenceX = 3;
const sentenceY = 1;

const frameStart = '\x1b[?2026h';

/** The built program in a pseudo-terminal, and the clock beside it. */
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

  /** Milliseconds from the start of the program to the last byte of the first whole frame: with the title and, where
   *  there is a text, with weights. */
  async firstFrame(): Promise<number> {
    const { terminal } = this;
    const isWhole = (text: string) =>
      text.includes('attnscope') && text.includes('Ctrl-C') && (!this.hasText || /weight [01]\.\d/.test(text));
    await terminal.waitFor((text) => isWhole(text) && !isComputing(text), longestWaitMs);
    await terminal.settled(quietMs);
    return terminal.lastByteAt - this.startedAt;
  }

  /** Types a key and waits for its frame; null when it led to none. */
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

  /** Types a letter at the end of a sentence that only it has typed, and waits until it and the cursor behind it are there, whatever the numbers do; milliseconds. */
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

  /** Types a letter and waits for the first byte of an answer; milliseconds. */
  async firstByte(letter: string): Promise<number> {
    const { terminal } = this;
    const before = terminal.bytesReceived;
    const start = performance.now();
    terminal.type(letter);
    await terminal.waitFor(() => terminal.bytesReceived > before, longestWaitMs);
    return performance.now() - start;
  }

  /** Resident memory of the program now and at its largest, in bytes; null where the system does not tell. */
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

/** The title says so while the numbers on the screen are old. */
function isComputing(text: string): boolean {
  return text.includes('computing');
}
