import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildIsFresh } from '../../../scripts/prepare/project.mjs';

export const root = join(import.meta.dirname, '../../..');
export const entry = join(root, 'dist/attnscope.js');

/** Where no model is: what the user has must not be seen by the tests. */
export const noCache = join(root, 'test/no-cache');

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** All of standard input; '' closes it at once. */
  readonly input?: string;
  readonly cwd?: string;
  /** Added to PATH and HOME; nothing else of the tests' own environment is passed on. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Builds the program, unless what is in dist was made from the sources as they are. */
export async function prepareProgram(): Promise<void> {
  if (buildIsFresh(root)) return;
  const { exitCode, stderr } = await runNode([join(root, 'scripts/prepare.mjs')]);
  if (exitCode !== 0) throw new Error(`the build failed: ${stderr}`);
}

/** Runs the built program without a terminal, to its end. */
export function runProgram(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return runNode([entry, ...args], options);
}

function runNode(args: readonly string[], { input = '', cwd = root, env = {} }: RunOptions = {}): Promise<Ended> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, args, {
    cwd,
    env: { PATH, HOME, HF_HUB_CACHE: noCache, ...env },
    stdio: 'pipe',
  });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return endOf(child);
}

function endOf(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}
