import { beforeAll, describe, expect, test } from 'vitest';
import { openTerminal } from '../support/terminal.ts';
import { entry, prepareProgram, root, runProgram } from './support/program.ts';

beforeAll(prepareProgram, 120_000);

const esc = '\x1b';
const needsTerminal = /^attnscope: [^\n]*terminal[^\n]*\n$/;

/** The lines without the time that the computation took, which is another one, perhaps of another width, each time. */
function withoutTime(text: string): string {
  return text.replace(/ +(\d+ tokens) +[\d.]+ m?s\b/g, ' $1');
}

/** Runs a command line of the shell in a terminal, where `A` is the program, and returns what is on the screen at its end. */
async function inShell(script: string, env: Record<string, string> = {}): Promise<{ screen: string; output: string }> {
  const terminal = openTerminal('/bin/sh', {
    args: ['-c', `A() { "$NODE" "$ENTRY" "$@"; }; ${script}`],
    columns: 120,
    rows: 60,
    cwd: root,
    env: { NODE: process.execPath, ENTRY: entry, ...env },
  });
  try {
    await terminal.exit;
    return { screen: terminal.screen().join('\n'), output: terminal.output };
  } finally {
    await terminal.dispose();
  }
}

describe.concurrent('without a terminal the explorer prints what show prints, and says so in one line', () => {
  test('both are pipes', async () => {
    const [explorer, show] = await Promise.all([
      runProgram(['please study man']),
      runProgram(['show', 'please study man']),
    ]);
    expect(explorer.exitCode).toBe(0);
    expect(explorer.stderr).toMatch(needsTerminal);
    expect(withoutTime(explorer.stdout)).toBe(withoutTime(show.stdout));
    expect(show.stdout).toContain('study');
    expect(show.stdout).not.toContain(esc);
    expect(show).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('a sentence is there where none is given', async () => {
    const { exitCode, stdout, stderr } = await runProgram([]);
    expect({ exitCode, lines: stderr.split('\n').length }).toEqual({ exitCode: 0, lines: 2 });
    expect(stdout).toContain('weight');
  });

  test('stdout is a pipe', async () => {
    const { screen, output } = await inShell('A "please study man" | cat; echo done');
    expect(screen).toContain('study');
    expect(screen).toMatch(/needs a terminal/);
    expect(output).not.toContain(esc);
  });

  test('stdin is a pipe', async () => {
    const { screen, output } = await inShell('echo x | A "please study man"; echo "status $?"');
    expect(screen).toContain('study');
    expect(screen).toMatch(/needs a terminal/);
    expect(screen).toContain('status 0');
    expect(output).not.toContain(`${esc}[?1049h`);
  });

  test('the terminal is a dumb one', async () => {
    const { screen, output } = await inShell('TERM=dumb A "please study man"; echo "status $?"');
    expect(screen).toContain('study');
    expect(screen).toContain('status 0');
    expect(output).not.toContain(`${esc}[?`);
  });
});

describe.concurrent('colour', () => {
  const show = ['show', 'please study man', '--model', 'example'];

  test('none into a pipe', async () => {
    expect((await runProgram(show)).stdout).not.toContain(esc);
  });

  test('on a terminal, and none where NO_COLOR is set', async () => {
    const line = 'A show "please study man" --model example';
    expect((await inShell(line)).output).toContain(`${esc}[`);
    expect((await inShell(line, { NO_COLOR: '1' })).output).not.toMatch(/;[34]8;[25];/);
    expect((await inShell(`${line} --color never`)).output).not.toMatch(/[34]8;[25];/);
  });

  test.each([
    ['16', /\[[0-9;]*(3|4|9|10)[0-7]m/, /[34]8;[25];/],
    ['256', /[34]8;5;\d+/, /[34]8;2;/],
    ['truecolor', /[34]8;2;\d+;\d+;\d+/, /[34]8;5;/],
  ] as const)('--color %s uses those and no others, also into a pipe', async (depth, used, unused) => {
    const { stdout } = await runProgram([...show, '--color', depth]);
    expect(stdout).toMatch(used);
    expect(stdout).not.toMatch(unused);
  });

  test('--color never wins over FORCE_COLOR, --color truecolor over NO_COLOR', async () => {
    expect((await runProgram([...show, '--color', 'never'], { env: { FORCE_COLOR: '3' } })).stdout).not.toContain(esc);
    expect((await runProgram([...show, '--color', 'truecolor'], { env: { NO_COLOR: '1' } })).stdout).toContain(esc);
  });

  test('FORCE_COLOR brings them into a pipe', async () => {
    expect((await runProgram(show, { env: { FORCE_COLOR: '3' } })).stdout).toMatch(/48;2;/);
  });
});

describe.concurrent('text and streams', () => {
  test('--ascii prints ASCII alone', async () => {
    for (const args of [['please study man'], ['please study man zzz', '--model', 'example'], ['']]) {
      const { stdout, exitCode } = await runProgram([
        'show',
        ...args,
        '--ascii',
        '--mask',
        'causal',
        '--scale-factor',
        '0.5',
      ]);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^[\n\x20-\x7e]+$/);
    }
  });

  test('--ascii leaves the text of its user as it is', async () => {
    const { stdout } = await runProgram(['show', 'café', '--model', 'example', '--ascii']);
    expect(stdout).toContain('café');
    expect(stdout.replaceAll('café', '')).toMatch(/^[\n\x20-\x7e]+$/);
  });

  test('a reader that has seen enough is no failure', async () => {
    const { screen } = await inShell(
      '{ A trace "please study man" --json --fields all; echo "status $?" >&2; } | head -c 20; echo; { A show "please study man"; echo "status $?" >&2; } | head -1 >/dev/null; { A show --help; echo "status $?" >&2; } | head -1 >/dev/null',
    );
    expect(screen.match(/status \d+/g)).toEqual(['status 0', 'status 0', 'status 0']);
    expect(screen).not.toMatch(/EPIPE|rror/);
    expect(screen).toContain('{"format":"attnscope');
  });

  test.each([
    ['one line end', 'please study man\n'],
    ['a line end of Windows', 'please study man\r\n'],
    ['no line end', 'please study man'],
  ])('- reads standard input with %s', async (_, input) => {
    const { exitCode, stdout, stderr } = await runProgram(['trace', '-', '--json'], { input });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const trace = JSON.parse(stdout);
    expect(trace.text).toBe('please study man');
    expect(trace.tokens).toHaveLength(3);
  });

  test('an empty standard input is a text without tokens', async () => {
    const { exitCode, stdout } = await runProgram(['trace', '-', '--json', '--fields', 'all']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ text: '', tokens: [], tokenCount: 0, truncated: false });
  });

  test('after -- the next word is the text, whatever it looks like', async () => {
    const { exitCode, stdout } = await runProgram(['trace', '--json', '--', '--help']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).text).toBe('--help');
  });

  test('- in the explorer asks for the text itself, on a terminal that is left alone', async () => {
    const { screen, output } = await inShell('A -; echo "status $?"');
    expect(screen).toContain('status 2');
    expect(output).not.toContain(esc);
  });
});
