import { beforeAll, expect, test } from 'vitest';
import { openExplorer, patienceMs, press, pressAndSee, sentenceOf, type } from './support/explorer.ts';
import { prepareProgram } from './support/program.ts';

beforeAll(() => prepareProgram(), 120_000);

/** The last row: the mode, then keys or a message. */
const bottom = (rows: readonly string[]) => rows.at(-1) ?? '';

test.each([
  [80, 24],
  [120, 40],
])('at %i × %i a sentence never gets commands, and text never runs as a command', async (columns, rows) => {
  const terminal = await openExplorer([], { columns, rows });
  const mode = () => /^ ([A-Z ]*[A-Z]) /.exec(bottom(terminal.screen()))?.[1];
  const caret = () => terminal.cursor();
  expect(mode()).toBe('TYPING');
  await type(terminal, 'the bank');
  expect(sentenceOf(terminal).trim()).toBe('the bank');
  await press(terminal, 'escape');
  await terminal.waitFor(() => mode() === 'PANES', patienceMs);
  // What the reader took for text.
  for (const key of ['x', 'd', 'z']) await pressAndSee(terminal, key);
  await press(terminal, 'r');
  expect(sentenceOf(terminal).trim()).toBe('the bank');
  // Esc leads outward, and once more stays there.
  await press(terminal, 'escape');
  await press(terminal, 'escape');
  const outermost = 'main panes: i types in the sentence, q leaves';
  await terminal.waitFor((text) => text.includes(outermost), patienceMs);
  expect(mode()).toBe('PANES');
  for (const key of ['2', 'u', 'r', '1', 'ü']) await pressAndSee(terminal, key);
  expect(bottom(terminal.screen())).toContain('ü does nothing in the panes: ? lists every key');
  // Two sentences, and one word in both: the keys stay with the panes.
  await pressAndSee(terminal, 'b');
  expect(mode()).toBe('PANES');
  await pressAndSee(terminal, 'y');
  await pressAndSee(terminal, 'y');
  await pressAndSee(terminal, 'b');
  await press(terminal, 'escape', 'escape');
  expect(sentenceOf(terminal).trim()).toBe('the bank');
  await press(terminal, 'i');
  await terminal.waitFor(() => mode() === 'TYPING', patienceMs);
  await type(terminal, '.xdzr1L');
  expect(sentenceOf(terminal).trim()).toBe('the bank.xdzr1L');
  expect(mode()).toBe('TYPING');
  expect(caret()).toEqual({ x: 3 + 'the bank.xdzr1L'.length, y: 1 });
  expect(terminal.screen().join('\n')).not.toContain('undoes');
});

test('the badge names the line that is typed into, and boxes over the panes', async () => {
  const terminal = await openExplorer(['the bank'], { columns: 80, rows: 24 });
  const shows = (start: string) => terminal.waitFor(() => bottom(terminal.screen()).startsWith(start), patienceMs);
  await press(terminal, 'escape');
  await press(terminal, 'B');
  await shows(' TYPING B ');
  await press(terminal, 'tab');
  await shows(' PANES ');
  await press(terminal, 'i');
  await shows(' TYPING A ');
  await press(terminal, 'escape');
  for (const [key, start] of [
    ['?', ' HELP '],
    ['m', ' MODELS '],
    ['f', ' FACTOR '],
    ['L', ' COMMAND '],
  ] as const) {
    await press(terminal, key);
    await shows(start);
    await press(terminal, 'escape');
    await shows(' PANES ');
  }
});
