import { bar } from '../panes/kit/format.ts';
import { padEnd, padStart, takeCells } from '../panes/kit/text.ts';
import { asciiText } from '../terminal/ascii.ts';
import { sizeText } from './size-text.ts';

export interface Progress {
  readonly label: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** One line that says how far something is, written over itself. */
export interface ProgressBar {
  /** Shows the progress, at most ten times a second. */
  update(progress: Progress): void;
  /** Leaves the line empty; to be called before anything else is written. */
  erase(): void;
}

/** The part of a stream that a bar needs. */
export interface BarOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const frameMs = 100;
const speedWindowMs = 5_000;

/** A progress bar on a terminal; one that writes nothing where the output is none or cannot erase. */
export function createProgressBar(
  output: BarOutput,
  { ascii, term }: { ascii: boolean; term: string | undefined },
): ProgressBar {
  if (output.isTTY !== true || term === 'dumb') return { update: () => {}, erase: () => {} };
  let shownMs = Number.NEGATIVE_INFINITY;
  let isShown = false;
  let latest: Progress | null = null;
  let timer: NodeJS.Timeout | undefined;
  let samples: { atMs: number; doneBytes: number }[] = [];
  const draw = () => {
    clearTimeout(timer);
    timer = undefined;
    if (latest === null) return;
    const atMs = performance.now();
    const { doneBytes } = latest;
    shownMs = atMs;
    isShown = true;
    samples = [...samples.filter((sample) => atMs - sample.atMs <= speedWindowMs), { atMs, doneBytes }];
    const line = progressLine(latest, speedOf(samples), output.columns ?? 80);
    output.write(`\r${ascii ? asciiText(line) : line}\x1b[K`);
  };
  return {
    update(progress) {
      latest = progress;
      const waitMs = shownMs + frameMs - performance.now();
      if (waitMs <= 0) draw();
      // What comes too early is shown a little later, unless something newer is by then.
      else timer ??= setTimeout(draw, waitMs).unref();
    },
    erase() {
      clearTimeout(timer);
      timer = undefined;
      latest = null;
      if (isShown) output.write('\r\x1b[K');
      isShown = false;
    },
  };
}

/** The line of a bar in less than `columns` cells, so that it never wraps: first the bar, then speed and time, then sizes, and last the label give way. */
export function progressLine(
  { label, doneBytes, totalBytes }: Progress,
  bytesPerSecond: number | null,
  columns: number,
): string {
  const share = totalBytes > 0 ? Math.min(1, doneBytes / totalBytes) : 1;
  const percent = padStart(`${Math.floor(share * 100)} %`, 5);
  const sizes = `${padStart(sizeText(doneBytes), 8)} of ${sizeText(totalBytes)}`;
  const speed =
    bytesPerSecond === null
      ? ''
      : `${padStart(`${sizeText(Math.round(bytesPerSecond))}/s`, 10)}  ${clock((totalBytes - doneBytes) / bytesPerSecond)} left`;
  const room = columns - 1;
  const barLine = (parts: readonly string[]) => {
    const rest = parts.filter((part) => part !== '').join('  ');
    const barCells = Math.min(30, room - rest.length - label.length - 6);
    if (barCells < 5) return null;
    return `${label}  [${padEnd(bar(share, barCells), barCells)}]  ${rest}`;
  };
  return (
    barLine([percent, sizes, speed]) ??
    barLine([percent, sizes]) ??
    barLine([percent]) ??
    takeCells(`${percent.trim()} ${label}`, room)
  );
}

function speedOf(samples: readonly { atMs: number; doneBytes: number }[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || last.atMs - first.atMs < 500) return null;
  const speed = (1000 * (last.doneBytes - first.doneBytes)) / (last.atMs - first.atMs);
  return speed > 0 ? speed : null;
}

function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole >= 360_000) return 'days';
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const pad = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}
