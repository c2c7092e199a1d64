import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { explainFailure, npmCommand, npmEnvironment } from '../../scripts/prepare/install.mjs';
import { lockIsDead } from '../../scripts/prepare/lock.mjs';
import * as project from '../../scripts/prepare/project.mjs';
import { emptyFolder, root, run } from './npm.ts';

/** A build that logs each run and makes one file. */
const standInBuild = `
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { withLock } from './prepare/lock.mjs';
import * as project from './prepare/project.mjs';
const root = process.cwd();
await withLock(root + '/dist/.lock', async () => {
  if (project.buildIsFresh(root)) return;
  appendFileSync(root + '/builds.txt', 'built ');
  const inputs = project.hashFiles(root, project.buildInputs);
  await new Promise((resolve) => setTimeout(resolve, 300));
  writeFileSync(root + '/dist/main.js', 'made');
  const outputs = project.sizesOf(root, ['dist']);
  project.writeWhole(root + '/' + project.buildStampPath, JSON.stringify({ inputs, outputs, models: {} }));
});
`;

let folder: string;
const at = (path: string) => join(folder, path);
const prepare = (...args: string[]) => run(process.execPath, [at('scripts/prepare.mjs'), ...args], emptyFolder());
const builds = () => readFileSync(at('builds.txt'), 'utf8').trim().split(' ').length;

beforeEach(() => {
  folder = emptyFolder();
  for (const path of ['node_modules/.bin', 'node_modules/a', 'src']) mkdirSync(at(path), { recursive: true });
  cpSync(join(root, 'scripts/prepare.mjs'), at('scripts/prepare.mjs'));
  cpSync(join(root, 'scripts/prepare'), at('scripts/prepare'), { recursive: true });
  symlinkSync(process.execPath, at('node_modules/.bin/node'));
  const packages = {
    '': {},
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b': { version: '1.0.0', optional: true },
  };
  writeFileSync(at('package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages }));
  writeFileSync(
    at('node_modules/.package-lock.json'),
    JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0' } } }),
  );
  writeFileSync(at('node_modules/a/package.json'), '{}');
  writeFileSync(at('package.json'), '{ "type": "module" }');
  writeFileSync(at('src/a.ts'), 'export const a = 1;');
  writeFileSync(at('scripts/build.ts'), standInBuild);
});

describe('prepare', () => {
  test('builds once, then does nothing silently', () => {
    expect(prepare()).toEqual({ exitCode: 0, stdout: '', stderr: 'attnscope: building…\n' });
    expect(prepare()).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(builds()).toBe(1);
  });

  test('two runs at once build once', async () => {
    const start = () =>
      new Promise((resolve) => spawn(process.execPath, [at('scripts/prepare.mjs')]).on('close', resolve));
    expect(await Promise.all([start(), start()])).toEqual([0, 0]);
    expect(builds()).toBe(1);
  });

  test('builds again when a source changes, not when only its time changes', () => {
    prepare();
    utimesSync(at('src/a.ts'), new Date(), new Date());
    expect(prepare().stderr).toBe('');
    writeFileSync(at('src/a.ts'), 'export const a = 2;');
    expect(prepare().stderr).toBe('attnscope: building…\n');
    writeFileSync(at('src/b.ts'), '');
    expect(prepare().stderr).toBe('attnscope: building…\n');
  });

  test('builds again when a file of dist is missing or truncated', () => {
    prepare();
    writeFileSync(at('dist/main.js'), 'ma');
    prepare();
    rmSync(at('dist/main.js'));
    prepare();
    expect(builds()).toBe(3);
  });

  test('with --install-only does not build', () => {
    expect(prepare('--install-only')).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(() => builds()).toThrow();
  });

  test('shows the output of a failing build, and fails', () => {
    writeFileSync(at('scripts/build.ts'), "console.error('src/a.ts: no such thing'); process.exitCode = 3;");
    const result = prepare();
    expect(result.exitCode).toBe(1);
    expect(result.stderr.trim().split('\n')).toEqual([
      'attnscope: building…',
      'src/a.ts: no such thing',
      'attnscope: cannot build: scripts/build.ts ended with exit code 3',
    ]);
  });

  test('takes over the lock of a dead run', () => {
    mkdirSync(at('dist/.lock'), { recursive: true });
    const { pid } = spawnSync(process.execPath, ['--version']);
    writeFileSync(at('dist/.lock/owner'), `${pid} ${hostname()} 1`);
    expect(prepare().exitCode).toBe(0);
    expect(builds()).toBe(1);
  });

  test('treats a lock as dead when its process is gone or it is not renewed for a minute', () => {
    expect(lockIsDead(`${process.pid} ${hostname()} 1`, 1_000)).toBe(false);
    expect(lockIsDead(`${process.pid} ${hostname()} 1`, 61_000)).toBe(true);
    expect(lockIsDead(`${process.pid} elsewhere 1`, 1_000)).toBe(false);
    expect(lockIsDead(null, 1_000)).toBe(false);
    expect(lockIsDead(null, 61_000)).toBe(true);
  });
});

describe('the install', () => {
  test('accepts a manual install', () => {
    expect(project.installIsFresh(folder)).toBe(true);
    expect(readFileSync(at(project.installStampPath), 'utf8')).toBe(project.installHash(folder));
  });

  test('is stale when the lock has another version, when a package is missing, and without the pinned Node', () => {
    const lock = readFileSync(at('package-lock.json'), 'utf8');
    project.installIsFresh(folder);
    writeFileSync(at('package-lock.json'), lock.replace('1.0.0', '1.0.1'));
    expect(project.installIsFresh(folder)).toBe(false);
    writeFileSync(at('package-lock.json'), `${lock}\n`);
    expect(project.installIsFresh(folder)).toBe(true);
    rmSync(at('node_modules/a'), { recursive: true });
    writeFileSync(at('package-lock.json'), `${lock}\n\n`);
    expect(project.installIsFresh(folder)).toBe(false);
    rmSync(at('node_modules/.bin/node'));
    expect(project.installIsFresh(folder)).toBe(false);
  });

  test('explains why npm failed', () => {
    expect(explainFailure('npm error code ENOTFOUND', '11.0.0')).toMatch(
      /cannot reach the package registry; connect to the network/,
    );
    expect(explainFailure('npm ERR! cannot read lock', '6.14.18')).toMatch(/npm 6\.14\.18 is too old; npm 9/);
    expect(explainFailure('npm error EACCES', '11.0.0')).toMatch(/cannot write/);
    expect(explainFailure('are in sync', '11.0.0')).toMatch(/does not fit package.json/);
  });

  test('runs the same npm, without the options of the outer command', () => {
    expect(npmCommand({})).toEqual(['npm']);
    expect(npmCommand({ npm_execpath: '/x/yarn.js' })).toEqual(['npm']);
    expect(npmCommand({ npm_execpath: '/x/npm-cli.js' })).toEqual([process.execPath, '/x/npm-cli.js']);
    const environment = { npm_config_dry_run: 'true', npm_config_cache: '/c', npm_config_omit: 'dev', PATH: '/bin' };
    expect(npmEnvironment(environment)).toEqual({ npm_config_cache: '/c', PATH: '/bin' });
  });
});

describe('this project', () => {
  test('is prepared: a run is silent', () => {
    run(process.execPath, ['scripts/prepare.mjs'], root);
    expect(run(process.execPath, [join(root, 'scripts/prepare.mjs')], emptyFolder())).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
    });
  });
});
