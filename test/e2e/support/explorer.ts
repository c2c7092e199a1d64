import { onTestFinished } from 'vitest';
import { paneNamed } from '../../../src/app/pane-named.ts';
import type { PaneName } from '../../../src/explorer/pane-names.ts';
import { arrange, noExtras } from '../../../src/panes/frame/layout.ts';
import { openTerminal, type TerminalOptions, type TestTerminal } from '../../support/terminal.ts';
import { keyBytes } from './key-bytes.ts';
import { entry, root } from './program.ts';

/** Patience with a machine that does other things at the same time. */
export const patienceMs = 15_000;

/** The explorer in a terminal of its own, open and quiet; ended with the test unless `keep` says that the caller does it. */
export async function openExplorer(
  args: readonly string[] = [],
  { keep = false, ...options }: TerminalOptions & { keep?: boolean } = {},
): Promise<TestTerminal> {
  const terminal = openTerminal(process.execPath, {
    columns: 120,
    rows: 40,
    cwd: root,
    ...options,
    args: [entry, ...args],
  });
  if (!keep) onTestFinished(() => terminal.dispose());
  await terminal.waitFor((text) => text.includes('attnscope'), patienceMs);
  await terminal.settled(60);
  return terminal;
}

/** Presses keys by name, all in one write, and waits until the screen is quiet. */
export async function press(terminal: TestTerminal, ...names: string[]): Promise<void> {
  terminal.type(names.map(keyBytes).join(''));
  await terminal.settled(60);
}

/** Presses a key and waits until the screen looks different, and is quiet.  @throws Error where the key changes nothing. */
export async function pressAndSee(terminal: TestTerminal, name: string): Promise<void> {
  const before = appearance(terminal);
  terminal.type(keyBytes(name));
  await terminal
    .waitFor(() => appearance(terminal) !== before, patienceMs)
    .catch((error) => {
      throw new Error(`the key ${name} changes nothing: ${error.message}`);
    });
  await terminal.settled(20);
}

/** Types text and waits until it is in the sentence and the screen is quiet. */
export async function type(terminal: TestTerminal, text: string): Promise<void> {
  terminal.type(text);
  await terminal.waitFor(() => sentenceOf(terminal).includes(text), patienceMs);
  await terminal.settled(60);
}

/** What stands behind the prompt. */
export function sentenceOf(terminal: TestTerminal): string {
  return (terminal.screen()[1] ?? '').slice(3);
}

/** What stands in the line below it, the decoder's, of an encoder–decoder model. */
export function targetOf(terminal: TestTerminal): string {
  return (terminal.screen()[2] ?? '').slice(3);
}

/** The sentence with | where the terminal's cursor is; for sentences of ASCII only. */
export function sentenceWithCaret(terminal: TestTerminal): string {
  const caret = terminal.cursor().x - 3;
  const padded = sentenceOf(terminal).padEnd(caret);
  return `${padded.slice(0, caret)}|${padded.slice(caret)}`;
}

/** Everything that can be seen: text, colours and styles of every cell, and the cursor. */
export function appearance(terminal: TestTerminal): string {
  const { cols, rows } = terminal.xterm;
  const cells = Array.from({ length: cols * rows }, (_, i) => {
    const { text, fg, bg, bold, inverse } = terminal.cell(i % cols, Math.floor(i / cols));
    return `${text},${fg},${bg},${bold},${inverse}`;
  });
  return `${cells.join(';')} ${terminal.cursor().x},${terminal.cursor().y}`;
}

/** The rows inside of a pane's frame.  @throws Error where the layout of this size has no such pane. */
export function paneRows(
  terminal: TestTerminal,
  name: string,
  main: PaneName = 'attention',
  extras = noExtras,
): string[] {
  const { cols, rows } = terminal.xterm;
  const rect = arrange(cols, rows, paneNamed(main), extras).regions.find((region) => region.name === name)?.rect;
  if (rect === undefined) throw new Error(`there is no pane ${name} on ${cols} × ${rows}`);
  return Array.from({ length: rect.heightCells - 2 }, (_, y) =>
    Array.from({ length: rect.widthCells - 2 }, (_, x) => terminal.cell(rect.x + 1 + x, rect.y + 1 + y).text).join(''),
  );
}

/** What of the frames is not where the layout puts it: a line for each cell; none when all columns are aligned. */
export function frameFaults(terminal: TestTerminal, main: PaneName = 'attention', extras = noExtras): string[] {
  const { cols, rows } = terminal.xterm;
  return arrange(cols, rows, paneNamed(main), extras).regions.flatMap(({ name, rect }) => {
    const right = rect.x + rect.widthCells - 1;
    const bottom = rect.y + rect.heightCells - 1;
    const corners = [
      [rect.x, rect.y, '╭'],
      [right, rect.y, '╮'],
      [rect.x, bottom, '╰'],
      [right, bottom, '╯'],
    ] as const;
    const sides = Array.from({ length: rect.heightCells - 2 }, (_, i) => rect.y + 1 + i).flatMap(
      (y) =>
        [
          [rect.x, y, '│'],
          [right, y, '│'],
        ] as const,
    );
    return [...corners, ...sides]
      .filter(([x, y, sign]) => terminal.cell(x, y).text !== sign)
      .map(([x, y, sign]) => `${name}: ${sign} expected at ${x}, ${y}, found ${terminal.cell(x, y).text}`);
  });
}
