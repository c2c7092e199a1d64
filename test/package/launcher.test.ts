import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { beforeAll, describe, expect, test } from 'vitest';
import { withoutComments } from '../architecture/sources.ts';
import { type Ended, emptyFolder, root, run } from './npm.ts';

const launcher = join(root, 'scripts/launcher/attnscope.js');
const machineNode = '/usr/bin/node';
const machineVersion = existsSync(machineNode)
  ? spawnSync(machineNode, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout.trim()
  : 'none';
const [machineMajor = 0, machineMinor = 0] = machineVersion.split('.').map(Number);
const machineIsOld = machineMajor < 22 || (machineMajor === 22 && machineMinor < 12);

/** The launcher next to a program that prints its arguments and exits with `exitCode`. */
function folderWithProgram(program: string): string {
  const folder = emptyFolder();
  copyFileSync(launcher, join(folder, 'attnscope.js'));
  writeFileSync(join(folder, 'main.js'), program);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  return folder;
}

const echo = 'export async function main(argv) { process.stdout.write(JSON.stringify(argv)); return 7; }';

/** Runs the launcher under this Node, which reports version `version`. */
function runAs(version: string): Ended {
  const folder = folderWithProgram(echo);
  const disguise = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`;
  writeFileSync(join(folder, 'disguise.cjs'), disguise);
  return run(process.execPath, ['--require', './disguise.cjs', 'attnscope.js', 'a', '--b'], folder);
}

describe('the launcher', () => {
  test.each(['0.12.18', '18.20.0', '22.11.0'])(
    'on Node %s says in one line what it needs, and ends with 2',
    (version) => {
      const result = runAs(version);
      expect(result.exitCode).toBe(2);
      expect(result.stdout).toBe('');
      expect(result.stderr).toBe(
        `attnscope needs Node.js 22.12 or newer, but this is Node.js ${version}: install a newer version from https://nodejs.org and start attnscope again\n`,
      );
    },
  );

  test.each(['22.12.0', '23.0.0', '100.1.0'])(
    'on Node %s runs the program with the arguments as they are',
    (version) => {
      expect(runAs(version)).toEqual({ exitCode: 7, stdout: '["a","--b"]', stderr: '' });
    },
  );

  test('reports a failing program in one line', () => {
    const folder = folderWithProgram("export async function main() { throw new Error('no luck\\nat all'); }");
    expect(run(process.execPath, ['attnscope.js'], folder)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'attnscope: no luck\n',
    });
  });

  test('has no syntax that an old Node cannot read', () => {
    const text = readFileSync(launcher, 'utf8').replace(/^#!.*/, '');
    const code = withoutComments(text, true);
    expect(() => new Script(text)).not.toThrow();
    expect(code).not.toMatch(/=>|`|\b(const|let|class|async|await|import|export|require)\b|\?\.|\?\?|\.\.\.|,\s*\)/);
  });
});

describe.skipIf(!machineIsOld)(`the built command on the machine's Node ${machineVersion}`, () => {
  beforeAll(() => {
    expect(run(process.execPath, ['scripts/prepare.mjs'], root).exitCode).toBe(0);
  }, 120_000);

  test('says what to do in one line', () => {
    const result = run(machineNode, [join(root, 'dist/attnscope.js'), '--version'], emptyFolder());
    expect(result.exitCode).toBe(2);
    expect(result.stdout).toBe('');
    expect(result.stderr.split('\n')).toHaveLength(2);
    expect(result.stderr).toContain('needs Node.js 22.12 or newer');
  });
});
