import { bar } from '../panes/kit/format.ts';
import { asciiText } from '../terminal/ascii.ts';
import { padEnd, padStart } from '../text/fitted-text.ts';
import { takeCells } from '../text/graphemes.ts';
import { sizeText } from './size-text.ts';

interface Progress {
  readonly label: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** One line that overwrites itself. */
interface ProgressBar {
  /** Shows the progress, at most ten times a second. */
  update(progress: Progress): void;
  /** Clears the line; must be called before anything else is written. */
  erase(): void;
}

interface BarOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const frameMs = 100;
const speedWindowMs = 5_000;

/** A line that overwrites itself; writes nothing if the output is not a terminal or cannot erase. */
export function erasableLine(output: BarOutput, term: string | undefined) {
  const canErase = output.isTTY === true && term !== 'dumb';
  let isShown = false;
  return {
    show(text: string) {
      if (canErase) output.write(`\r${text}\x1b[K`);
      isShown = canErase;
    },
    erase() {
      if (isShown) output.write('\r\x1b[K');
      isShown = false;
    },
  };
}

export function standardErrorBar({ ascii }: { readonly ascii?: boolean }): ProgressBar {
  return createProgressBar(process.stderr, { ascii: ascii === true, term: process.env.TERM });
}

/** So many bytes load in an instant, without a bar. */
const smallBytes = 100e6;

/** Shows on standard error how far a large model is loaded. */
export function loadingBar(label: string, options: { readonly ascii?: boolean }) {
  const { update, erase } = standardErrorBar(options);
  const onProgress = (doneBytes: number, totalBytes: number) => {
    if (totalBytes > smallBytes) update({ label, doneBytes, totalBytes });
  };
  return { onProgress, erase };
}

export function createProgressBar(
  output: BarOutput,
  { ascii, term }: { ascii: boolean; term: string | undefined },
): ProgressBar {
  const line = erasableLine(output, term);
  let shownMs = Number.NEGATIVE_INFINITY;
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
    samples = [...samples.filter((sample) => atMs - sample.atMs <= speedWindowMs), { atMs, doneBytes }];
    const drawn = progressLine(latest, speedOf(samples), output.columns ?? 80);
    line.show(ascii ? asciiText(drawn) : drawn);
  };
  return {
    update(progress) {
      latest = progress;
      const waitMs = shownMs + frameMs - performance.now();
      if (waitMs <= 0) draw();
      // Draws an early update a little later, unless a newer one replaces it.
      else timer ??= setTimeout(draw, waitMs).unref();
    },
    erase() {
      clearTimeout(timer);
      timer = undefined;
      latest = null;
      line.erase();
    },
  };
}

/** The line of a bar, in fewer than `columns` cells, so that it never wraps. If room is short, the bar shrinks first; then speed
 *  and time go, then the sizes, then the bar; the label is cut last. */
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
