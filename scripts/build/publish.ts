import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listFiles } from '../prepare/project.mjs';

/** Moves the output in `staging` to `dist` and removes files that are neither in `staging` nor `kept` (paths relative to
 *  dist). Replaces whole files and whole model folders: a running program sees old or new ones, never a partial one. */
export function publish(staging: string, dist: string, kept: readonly string[]): void {
  const staged = listFiles(dirname(staging), ['staging']).map((path) => path.slice('staging/'.length));
  for (const folder of new Set(staged.map(modelFolder).filter((folder) => folder !== null))) {
    replaceFolder(join(staging, folder), join(dist, folder), `${staging}-old`);
  }
  for (const path of staged.filter((path) => modelFolder(path) === null)) {
    mkdirSync(dirname(join(dist, path)), { recursive: true });
    renameSync(join(staging, path), join(dist, path));
  }
  const wanted = new Set([...staged, ...kept]);
  for (const path of listFiles(dirname(dist), ['dist']).map((path) => path.slice('dist/'.length))) {
    if (!wanted.has(path)) rmSync(join(dist, path));
  }
}

function modelFolder(path: string): string | null {
  return /^models\/[^/]+/.exec(path)?.[0] ?? null;
}

function replaceFolder(from: string, to: string, aside: string): void {
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(dirname(to), { recursive: true });
  if (existsSync(to)) renameSync(to, aside);
  renameSync(from, to);
  rmSync(aside, { recursive: true, force: true });
}
