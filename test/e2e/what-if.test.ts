import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { exampleSentences } from '../../src/app/example-sentences.ts';
import { makeLargeModel } from '../support/large-model.ts';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';
import { openExplorer, patienceMs, press, sentenceOf } from './support/explorer.ts';
import { entry, prepareProgram, root } from './support/program.ts';

const [river = '', money = ''] = exampleSentences;
const folder = mkdtempSync(join(tmpdir(), 'attnscope-test-'));
const large = join(folder, 'bert');

/** Large by its vocabulary alone: in a thread of its own, and quick in there. */
const size = { layers: 3, heads: 4, hidden: 128, inner: 512, vocab: 80_000, positions: 128 };

beforeAll(async () => {
  await prepareProgram();
  makeLargeModel(large, 'bert', size);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** The screen without how long it took and how much memory that was. */
function timeless(terminal: TestTerminal): string[] {
  const [title = '', ...rest] = terminal.screen();
  return [title.replace(/ +(\d+ tokens?) .*$/, ' $1'), ...rest];
}

const textOf = (terminal: TestTerminal) => terminal.screen().join('\n');
const otherOf = (terminal: TestTerminal) => (terminal.screen()[2] ?? '').slice(3);

describe('two sentences and what is changed', () => {
  test('b opens the second sentence, typing goes into it, y compares a word, d tells what u changed, z each head', async () => {
    const terminal = await openExplorer([river]);
    await press(terminal, 'escape');
    await press(terminal, 'b');
    await terminal.waitFor(() => otherOf(terminal) === money, patienceMs);
    expect(textOf(terminal)).toContain('b two sentences');
    const before = textOf(terminal);
    await press(terminal, 'B');
    terminal.type('The bank');
    await terminal.waitFor(() => otherOf(terminal) === 'The bank', patienceMs);
    terminal.type(' of A');
    await terminal.waitFor(() => otherOf(terminal) === 'The bank of A', patienceMs);
    expect(sentenceOf(terminal)).toBe(river);
    expect(textOf(terminal)).not.toBe(before);
    await press(terminal, 'escape');
    await press(terminal, 'y');
    await terminal.waitFor((text) => /cosine +A–B/.test(text) && /L1 output +-?\d\.\d{3}/.test(text), patienceMs);
    await press(terminal, 'd');
    await terminal.waitFor((text) => /sentence embedding +0 +0 % +1\b/.test(text), patienceMs);
    await press(terminal, 'u');
    await terminal.waitFor((text) => text.includes(' changed, [key] undoes: √d_k off [u] · all [r]'), patienceMs);
    expect(textOf(terminal)).not.toMatch(/sentence embedding +0 +0 % +1\b/);
    await press(terminal, 'z');
    await terminal.waitFor((text) => text.includes('each head off in turn') && /8 heads/.test(text), patienceMs);
  });
});

/** The last line that an ended program wrote: the command that opens its screen. */
function commandOf({ output }: TestTerminal): string {
  return output.slice(output.lastIndexOf('attnscope ')).trimEnd();
}

/** The words after the name of the program, as a POSIX shell reads them. */
function wordsOf(command: string): string[] {
  return execFileSync('sh', ['-c', `attnscope() { printf '%s\\0' "$@"; }; ${command}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
}

describe('the command that opens this screen', () => {
  test('L, then q: the last line on the terminal opens the same screen', async () => {
    const first = await openExplorer(['--layer', '1', river]);
    await press(first, 'escape');
    await press(first, 'x', 'g', 'b');
    await press(first, 'n', 'alt+up');
    await first.waitFor((text) => text.includes('b two sentences') && text.includes('hidden in A [G]'), patienceMs);
    await first.settled(300);
    const screen = timeless(first);
    expect(screen.join('\n')).toContain('b two sentences');
    expect(screen).toContain(' changed, [key] undoes: head L1 H0 off [X], zeros [Z] · 4 ted hidden in A [G] · all [r]');
    await press(first, 'L');
    await first.waitFor((text) => text.includes('the command that opens this screen'), patienceMs);
    await press(first, 'q');
    await first.waitFor((text) => !text.includes('the command that opens this screen'), patienceMs);
    await first.settled(60);
    expect(timeless(first)).toEqual(screen);
    first.type('q');
    expect(await first.exit).toEqual({ code: 0, signal: 0 });
    expect(first.isMainScreen()).toBe(true);
    const line = commandOf(first);
    expect(line).toContain(
      "attnscope 'The boat drifted toward the river bank.' --other 'I deposited money in the bank.'",
    );
    expect(line).toContain(' --ablate 1.0 --hide-key 4');
    // The same went to the clipboard.
    const copied = Buffer.from(line).toString('base64');
    expect(first.output).toContain(`\x1b]52;c;${copied}\x07`);

    // It begins in the panes.
    const second = await openExplorer(wordsOf(line));
    await second.waitFor((text) => text.includes('? help'), patienceMs);
    await second.settled();
    expect(timeless(second)).toEqual(screen);
  });

  test.each([
    [['--cell', 'weights:1.1'], /a cell and a number are expected, such as/],
    [['--hide-key', '9'], /the text has tokens 0 to 0/],
    [['--view', 'x'], /Allowed choices are weights, norms/],
  ])('one that cannot be, %j: one line, and the terminal is not touched', async (options, says) => {
    const terminal = openTerminal(process.execPath, { args: [entry, 'cat', ...options], cwd: root, columns: 160 });
    onTestFinished(() => terminal.dispose());
    expect(await terminal.exit).toEqual({ code: 2, signal: 0 });
    expect(terminal.output).toMatch(/^attnscope: \P{Cc}+\r\n$/u);
    expect(terminal.output).toMatch(says);
  });
});

describe('a model that is computed in a thread of its own', () => {
  test('has numbers in each of these panes, and its line opens the same screen', async () => {
    const terminal = await openExplorer(['--model', large, 'the cat sat']);
    const isComputed = (text: string) => /\d m?s +[\d.]+ GB/.test(text);
    await terminal.waitFor(isComputed, patienceMs);
    await press(terminal, 'escape');
    await press(terminal, 'b', 'B', 'end');
    terminal.type(' on');
    await terminal.waitFor((text) => / A \d\.\d{3} {2}B \d\.\d{3} {2}B − A /.test(text), patienceMs);
    await terminal.waitFor((text) => /^│B .* on /m.test(text), patienceMs);
    await press(terminal, 'escape');
    await press(terminal, 'y');
    await terminal.waitFor((text) => /L2 output +-?\d\.\d{3} +-?\d\.\d{3} +-?\d\.\d{3}/.test(text), patienceMs);
    await press(terminal, 'd');
    await terminal.waitFor((text) => /layer's output of \d \[SEP\] +0 +0 %/.test(text), patienceMs);
    await press(terminal, 'x');
    await terminal.waitFor((text) => /layer's output of \d \[SEP\] +[\d.e−]*[1-9]\S* +\S+ %/.test(text), patienceMs);
    expect(terminal.screen()).toContain(' changed, [key] undoes: head L0 H0 off [X], zeros [Z] · all [r]');
    await press(terminal, 'z');
    await terminal.waitFor((text) => text.includes('11 of 11 heads'), patienceMs);
    // A key in the middle of a sweep: it goes on when the numbers are there.
    await press(terminal, 'r', 'pagedown', '1', 'z');
    await terminal.waitFor((text) => text.includes('12 of 12 heads'), patienceMs);

    const screen = timeless(terminal);
    await press(terminal, 'L');
    await press(terminal, 'q');
    terminal.type('q');
    await terminal.exit;
    const again = await openExplorer(wordsOf(commandOf(terminal)));
    await again.waitFor((text) => text.includes('12 of 12 heads'), patienceMs);
    await again.settled();
    expect(timeless(again)).toEqual(screen);
  });
});
