import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmCommand, npmEnvironment } from '../../scripts/prepare/install.mjs';

const directory = import.meta.dirname;

/** Installs the library that the benchmarks compare with, if missing; returns the reason when that fails. */
export function installPeer(): { installed: true } | { installed: false; reason: string } {
  if (isInstalled()) return { installed: true };
  process.stderr.write('installing TensorFlow.js into test/bench …\n');
  const [program, ...first] = npmCommand(process.env);
  const flags = ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  const { status, stderr } = spawnSync(program ?? 'npm', [...first, ...flags], {
    cwd: directory,
    env: npmEnvironment(process.env),
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status === 0) return { installed: true };
  return { installed: false, reason: stderr?.trim().split('\n').at(0) ?? 'npm was not found' };
}

function isInstalled(): boolean {
  const { dependencies } = readPackage(directory) as { dependencies: Record<string, string> };
  return Object.entries(dependencies).every(([name, version]) => {
    const folder = join(directory, 'node_modules', name);
    return existsSync(join(folder, 'package.json')) && readPackage(folder).version === version;
  });
}

function readPackage(folder: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
}
