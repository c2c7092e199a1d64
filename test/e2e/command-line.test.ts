import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const entry = join(root, 'dist/attnscope.js');

function run(args: readonly string[], options: { input?: string; env?: Record<string, string> } = {}) {
  const { input = '', env = {} } = options;
  const result = spawnSync(process.execPath, [entry, ...args], {
    encoding: 'utf8',
    input,
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

const esc = '\x1b';

describe('bad input: one line that says what is wrong, exit code 2, nothing on stdout', () => {
  test.each([
    [['--bad'], "unknown option '--bad'"],
    [['show', 'a', '--model', 'gpt9'], "no model 'gpt9': there are use-lite, example, or the path of a model folder"],
    [['show', 'a', '--model', 'package.json'], "'package.json' is a file, not a model folder"],
    [['show', 'a', '--model', 'src'], 'config.json'],
    [['show', 'a', '--layer', '2'], '--layer 2: out of range, use-lite has layers 0 to 1'],
    [['show', 'a', '--head', '4'], 'heads 0 to 3'],
    [['show', 'a', '--query', '7'], '--query 7: out of range'],
    [['show', 'a', '--ablate', '9.9'], '--ablate 9.9'],
    [['show', 'a', '--scale-factor', 'x'], '--scale-factor x: a finite number is expected'],
    [['trace', 'a'], '--json is missing'],
    [['trace', 'a', '--json', '--fields', 'q,x'], "no field 'x'"],
    [['trace', '--json'], 'a TEXT is missing'],
    [['show'], 'a TEXT is missing'],
    [['show', 'a', 'b'], 'one TEXT is expected, not 2'],
    [['models', 'a'], 'takes no TEXT'],
  ])('%j', (args, message) => {
    const { code, out, err } = run(args);
    expect(err).toMatch(/^attnscope: [^\n]+\n$/);
    expect(err).toContain(message);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });
});

describe('without a terminal', () => {
  test('the explorer prints what show prints, and a line that it needs a terminal', () => {
    const explorer = run(['please study man']);
    const show = run(['show', 'please study man']);
    const timeless = (text: string) => text.replace(/[\d.]+ ms/, '');
    expect(timeless(explorer.out)).toBe(timeless(show.out));
    expect(explorer.err).toMatch(/^[^\n]*needs a terminal[^\n]*\n$/);
    expect([explorer.code, show.code]).toEqual([0, 0]);
    expect(run([]).out).toContain('money');
  });

  test('nothing is coloured unless asked for', () => {
    expect(run(['show', 'a b']).out).not.toContain(esc);
    expect(run(['show', 'a b'], { env: { COLORTERM: 'truecolor', TERM: 'xterm' } }).out).not.toContain(esc);
    expect(run(['show', 'a b', '--color', 'truecolor']).out).toContain(`${esc}[`);
    expect(run(['show', 'a b'], { env: { NO_COLOR: '1', FORCE_COLOR: '3' } }).out).not.toContain(esc);
  });

  test('--ascii is plain ASCII', () => {
    for (const model of ['use-lite', 'example']) {
      expect(run(['show', 'please study man', '--ascii', '--model', model]).out).toMatch(/^[\n\x20-\x7e]*$/);
    }
  });

  test('TEXT - is standard input without its last line end', () => {
    const { out } = run(['trace', '-', '--json'], { input: 'please study man\r\n' });
    expect(JSON.parse(out).text).toBe('please study man');
  });

  test('a reader that has enough is no error', () => {
    const command = `"${process.execPath}" "${entry}" trace "${'many words '.repeat(60)}" --json --fields all | head -c 10; exit "\${PIPESTATUS[0]}"`;
    const { status, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('help and version go to stdout', () => {
    const help = run(['--help']);
    expect(help).toMatchObject({ code: 0, err: '' });
    expect(help.out).toContain('attnscope trace TEXT --json');
    expect(run(['--version'])).toMatchObject({ code: 0, out: '0.1.0\n', err: '' });
  });

  test('models lists what can be used', () => {
    expect(run(['models']).out).toMatch(/use-lite.*\n.*example/);
    const models = JSON.parse(run(['models', '--json']).out);
    expect(models).toMatchObject([
      { name: 'use-lite', layers: 2, heads: 4 },
      { name: 'example', layers: 1, heads: 1 },
    ]);
  });
});
