import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';

const program = fileURLToPath(new URL('guarded-program.ts', import.meta.url));
let terminal: TestTerminal | undefined;

afterEach(async () => {
  await terminal?.dispose();
  terminal = undefined;
});

/** A shell that runs the program, and then tells its exit status and how the terminal is set. */
function open(how: string, env: Record<string, string> = {}): TestTerminal {
  const script = `echo "before it"; "${process.execPath}" "${program}" ${how}; echo "status $?"; stty -a | tr '\\n' ' '; echo; echo done`;
  terminal = openTerminal('/bin/sh', { args: ['-c', script], columns: 100, rows: 30, env });
  return terminal;
}

/** The one process that a process has started. */
function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
}

/** The kernel's letter for what a process does: T where it is stopped. */
function stateOf(pid: number): string | undefined {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0];
}

function expectGivenBack(shown: TestTerminal): void {
  expect(shown.isMainScreen()).toBe(true);
  expect(shown.screen()[0]).toBe('before it');
  expect(shown.screen().join('\n')).not.toContain('inside');
  // Echo and lines are back: stty would print -echo and -icanon.
  expect(shown.screen().join('\n')).toMatch(/[^-]icanon .*[^-]echo /);
  expect(shown.output.split('\x1b[?1049l')).toHaveLength(2);
  expect(shown.output.lastIndexOf('\x1b[?25h')).toBeGreaterThan(shown.output.lastIndexOf('\x1b[?25l'));
  expect(shown.xterm.modes.bracketedPasteMode).toBe(false);
  expect(shown.xterm.modes.wraparoundMode).toBe(true);
  expect(shown.cell(0, 0).bold).toBe(false);
}

describe('the terminal is given back after', () => {
  test.each([
    ['leave', 0],
    ['exit', 7],
    ['throw', 1],
    ['reject', 1],
    ['fail', 1],
  ] as const)('%s, with exit status %i', async (how, status) => {
    const shown = open(how);
    await shown.waitFor((text) => text.includes('done'), 10_000);
    expectGivenBack(shown);
    expect(shown.screen()).toContain(`status ${status}`);
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const)('%s, with exit status %i', async (signal, status) => {
    const shown = open('wait');
    await shown.waitFor((text) => text.includes('inside'), 10_000);
    const child = childOf(shown.pid);
    process.kill(child, signal);
    await shown.waitFor((text) => text.includes('done'), 10_000);
    expectGivenBack(shown);
    expect(shown.screen()).toContain(`status ${status}`);
  });
});

test('while it runs, the alternate screen is shown, and nothing of the main one', async () => {
  const shown = open('wait');
  await shown.waitFor((text) => text.includes('inside'), 10_000);
  expect(shown.isMainScreen()).toBe(false);
  expect(shown.screen()[0]).toBe('inside');
  expect(shown.xterm.modes.bracketedPasteMode).toBe(true);
});

test('a defect is told in one line, with the stack only when asked for', async () => {
  const short = open('throw');
  await short.waitFor((text) => text.includes('done'), 10_000);
  expect(short.screen()[1]).toBe('attnscope: internal error: a pane broke (ATTNSCOPE_DEBUG=1 shows where)');
  await short.dispose();
  const long = open('throw', { ATTNSCOPE_DEBUG: '1' });
  await long.waitFor((text) => text.includes('done'), 10_000);
  // The path may be wrapped, wherever the folder is.
  expect(long.screen().join('')).toContain('guarded-program.ts');
});

test('the program ends when its terminal is closed', async () => {
  const shown = openTerminal(process.execPath, { args: [program, 'wait'] });
  terminal = shown;
  await shown.waitFor((text) => text.includes('inside'), 10_000);
  shown.hangUp();
  expect(await shown.exit).toEqual({ code: 129, signal: 0 });
});

test('a stop gives the terminal back, and going on takes it again', async () => {
  const shown = openTerminal(process.execPath, { args: [program, 'wait'] });
  terminal = shown;
  await shown.waitFor((text) => text.includes('inside'), 10_000);
  shown.kill('SIGTSTP');
  await shown.waitFor(() => shown.isMainScreen());
  // Going on before it has stopped would be lost.
  await expect.poll(() => stateOf(shown.pid)).toBe('T');
  shown.kill('SIGCONT');
  await shown.waitFor((text) => !shown.isMainScreen() && text.includes('resumed'));
  // Raw mode: what is typed is not echoed.
  shown.type('echoed?');
  await shown.settled();
  expect(shown.screen().join('\n')).not.toContain('echoed?');
  shown.kill('SIGTERM');
  expect(await shown.exit).toEqual({ code: 143, signal: 0 });
});
