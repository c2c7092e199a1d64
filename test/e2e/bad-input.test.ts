import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { prepareProgram, runProgram } from './support/program.ts';

beforeAll(prepareProgram, 120_000);

/** What is typed, and what the one line has to say: the thing, and what would be right. */
const table: readonly [string[], RegExp, RegExp][] = [
  [['show', 'hi', '--bogus'], /--bogus/, /option/],
  [['--bogus'], /--bogus/, /option/],
  [['show', 'hi', '--model', 'nope'], /'nope'/, /use-lite and example.*model folder/],
  [['show', 'hi', '--model='], /model ''/, /use-lite and example.*model folder/],
  [['show', 'hi', '--model', 'package.json'], /package\.json.* file/, /folder/],
  [['show', 'hi', '--model', 'src'], /src.*config\.json/, /missing/],
  [['show', 'hi', '--layer', '2'], /--layer 2/, /0 to 1/],
  [['show', 'hi', '--layer', 'x'], /--layer x/, /0 to 1/],
  [['show', 'hi', '--layer'], /--layer/, /argument|missing/],
  [['show', 'hi', '--head', '4'], /--head 4/, /0 to 3/],
  [['show', 'hi', '--head', '-1'], /--head -1/, /0 to 3/],
  [['show', 'hi', '--head', '1.5'], /--head 1\.5/, /0 to 3/],
  [['show', 'please study man', '--query', '3'], /--query 3/, /0 to 2/],
  [['show', 'please study man', '--query', 'man'], /--query man/, /0 to 2/],
  [['show', 'hi', '--model', 'example', '--layer', '1'], /--layer 1/, /0 to 0/],
  [['show', 'hi', '--model', 'example', '--ablate', '0'], /--ablate 0/, /0\.1/],
  [['show', 'hi', '--model', 'example', '--ablate', 'a.b'], /--ablate a\.b/, /0\.1/],
  [['show', 'hi', '--model', 'example', '--ablate', '0.0,'], /--ablate 0\.0,/, /0\.1,1\.2/],
  [['show', 'hi', '--ablate', '0.1,2.0'], /--ablate 2\.0/, /0 to 1.*0 to 3/],
  [['show', 'hi', '--model', 'example', '--scale-factor', '-1'], /--scale-factor -1/, /0 or more/],
  [['show', 'hi', '--model', 'example', '--scale-factor', 'abc'], /--scale-factor abc/, /number/],
  [['show', 'hi', '--model', 'example', '--scale-factor', 'inf'], /--scale-factor inf/, /finite/],
  [['show', 'hi', '--model', 'example', '--scale-factor', '1e999'], /--scale-factor 1e999/, /finite/],
  [['show', 'hi', '--model', 'example', '--scale-factor='], /--scale-factor/, /number/],
  [['show', 'hi', '--mask', 'sideways'], /--mask.*'sideways'/, /none, causal/],
  [['show', 'hi', '--color', 'pink'], /--color.*'pink'/, /never, 16, 256, truecolor, auto/],
  [['show', 'hi', '--theme', 'none'], /--theme.*'none'/, /dark/],
  [['trace', 'hi', '--json', '--fields', 'q,bogus'], /'bogus'/, /scaledScores/],
  [['trace', 'hi', '--json', '--fields='], /--fields/, /weights/],
  [['trace', 'hi'], /trace/, /--json/],
  [['show', 'hi', '--json'], /--json/, /trace/],
  [['show', 'hi', '--fields', 'q'], /--fields/, /trace/],
  [['show', 'one', 'two'], /2/, /one TEXT/],
  [['one', 'two'], /2/, /one TEXT/],
  [['trace', 'one', 'two', '--json'], /2/, /one TEXT/],
  [['show'], /show/, /TEXT/],
  [['trace', '--json'], /trace/, /TEXT/],
  [['models', 'hi'], /models.*'hi'/, /no TEXT/],
];

describe.concurrent('one line on stderr, nothing on stdout and exit code 2 for', () => {
  test.each(table)('%j', async (args, names, saysWhatIsRight) => {
    const { exitCode, stdout, stderr } = await runProgram(args);
    expect(stderr).toMatch(/^attnscope: [^\n]+\n$/);
    expect(stderr).toMatch(names);
    expect(stderr).toMatch(saysWhatIsRight);
    expect(stderr).not.toMatch(/\bat .*:\d+:\d+|node:/);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });

  test('a folder whose configuration is no JSON', async ({ onTestFinished }) => {
    const folder = mkdtempSync(join(tmpdir(), 'attnscope-test-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'config.json'), '{ "model_type": "use-lite"');
    const { exitCode, stdout, stderr } = await runProgram(['show', 'hi', '--model', folder]);
    expect(stderr).toMatch(/^attnscope: [^\n]*config\.json[^\n]*\n$/);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  });
});

describe.concurrent('on stdout, with exit code 0', () => {
  test('--help tells of every command and option', async () => {
    const { exitCode, stdout, stderr } = await runProgram(['--help']);
    for (const word of ['show', 'trace', 'models', '--model', '--layer', '--head', '--query', '--mask']) {
      expect(stdout).toContain(word);
    }
    for (const word of ['--scale-factor', '--ablate', '--ascii', '--color', '--theme', '--version']) {
      expect(stdout).toContain(word);
    }
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const trace = await runProgram(['trace', '--help']);
    expect(trace.stdout).toContain('--fields');
    expect(trace.stdout).not.toContain('--theme');
    expect({ exitCode: trace.exitCode, stderr: trace.stderr }).toEqual({ exitCode: 0, stderr: '' });
  });

  test('--version is the version alone', async () => {
    const { version } = await import('../../package.json', { with: { type: 'json' } });
    expect(await runProgram(['--version'])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('models names both built-in models', async () => {
    const { exitCode, stdout, stderr } = await runProgram(['models']);
    expect(stdout).toMatch(/^use-lite /m);
    expect(stdout).toMatch(/^example /m);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });

  test('models --json tells how large they are', async () => {
    const { stdout } = await runProgram(['models', '--json']);
    expect(JSON.parse(stdout)).toMatchObject([
      { name: 'use-lite', layers: 2, heads: 4 },
      { name: 'example', layers: 1, heads: 1 },
    ]);
  });
});
