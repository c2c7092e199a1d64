import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';

const entry = join(import.meta.dirname, '../../dist/attnscope.js');

let terminal: TestTerminal | null = null;
afterEach(() => {
  terminal?.dispose();
  terminal = null;
});

/** A shell that runs the program, tells its exit code, and then shows how the terminal is set. */
async function inShell(command = `"${process.execPath}" "${entry}" "a b"`): Promise<TestTerminal> {
  const script = `echo before; ${command}; echo "code=$?"; stty -a | grep -o -E -e '-?icanon' -e '-?echo '; echo after; cat`;
  terminal = openTerminal('/bin/sh', { args: ['-c', script], columns: 120, rows: 40 });
  await terminal.waitFor((screen) => screen.includes('1 attention'), 10_000);
  await terminal.settled();
  expect(terminal.isMainScreen()).toBe(false);
  return terminal;
}

async function expectRestored(t: TestTerminal, code: number): Promise<void> {
  await t.waitFor((screen) => screen.includes('after'), 10_000);
  await t.settled();
  const lines = t.screen().filter((line) => line !== '');
  expect(t.isMainScreen()).toBe(true);
  expect(lines[0]).toBe('before');
  expect(lines).toContain(`code=${code}`);
  expect(lines).toContain('icanon');
  expect(lines.some((line) => line.trim() === 'echo')).toBe(true);
  // The last word on the cursor and on bracketed paste is: shown, and off.
  expect(t.output.lastIndexOf('\x1b[?25h')).toBeGreaterThan(t.output.lastIndexOf('\x1b[?25l'));
  expect(t.output.lastIndexOf('\x1b[?2004l')).toBeGreaterThan(t.output.lastIndexOf('\x1b[?2004h'));
}

/** The process of the program itself, a child of the shell. */
async function pidOf(t: TestTerminal): Promise<number> {
  const { readFileSync } = await import('node:fs');
  const [child] = readFileSync(`/proc/${t.pid}/task/${t.pid}/children`, 'utf8').trim().split(' ');
  return Number(child);
}

test('q leaves with 0', async () => {
  const t = await inShell();
  t.type('\x1b');
  await t.waitFor((screen) => screen.includes('q leave'), 5000);
  t.type('q');
  await expectRestored(t, 0);
});

test('Ctrl-C leaves with 0, from the sentence and from a field', async () => {
  const t = await inShell();
  t.type('\x03');
  await expectRestored(t, 0);
});

test.skipIf(process.platform !== 'linux').each([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
  ['SIGINT', 130],
] as const)('%s gives the terminal back and ends with %i', async (signal, code) => {
  const t = await inShell();
  process.kill(await pidOf(t), signal);
  await expectRestored(t, code);
});

test('an exception in a pane gives the terminal back, says one line, and ends with 1', async () => {
  // A pane measures text with Intl.Segmenter; from the second emoji on it fails.
  const poison = `const { segment } = Intl.Segmenter.prototype; Intl.Segmenter.prototype.segment = function (text) { if (String(text).includes('☠')) throw new Error('poisoned'); return segment.call(this, text); };`;
  const data = `data:text/javascript,${encodeURIComponent(poison)}`;
  const t = await inShell(`"${process.execPath}" --import "${data}" "${entry}" "a b"`);
  t.type('☠');
  await expectRestored(t, 1);
  expect(t.screen().filter((line) => line.includes('poisoned'))).toHaveLength(1);
});
