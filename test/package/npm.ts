import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { npmCommand, npmEnvironment } from '../../scripts/prepare/install.mjs';

export const root = join(import.meta.dirname, '../..');

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program until it exits. */
export function run(program: string, args: readonly string[], cwd: string, environment = process.env): Ended {
  const result = spawnSync(program, args, { cwd, env: environment, encoding: 'utf8', input: '', maxBuffer: 1 << 28 });
  if (result.error !== undefined) throw result.error;
  return { exitCode: result.status, stdout: result.stdout, stderr: result.stderr };
}

/** Runs npm as a user would, whatever npm command runs the tests. */
export function npm(args: readonly string[], cwd: string): Ended {
  const [program, ...first] = npmCommand(process.env);
  return run(program, [...first, ...args], cwd, npmEnvironment(process.env));
}

/** A new empty folder; without `keep` the test removes it at its end. */
export function emptyFolder(keep = false): string {
  const folder = mkdtempSync(join(tmpdir(), 'attnscope-test-'));
  if (!keep) onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
