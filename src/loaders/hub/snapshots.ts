import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { statOf } from '../json-file.ts';
import { isPlainFileName } from '../model-folder.ts';
import { repositoryIdOf } from './cache-paths.ts';
import { type FolderContents, readSnapshot } from './folder-contents.ts';
import { configFiles, tokenizerFiles } from './needed-files.ts';
import { findWeights, indexFile, type WeightFiles } from './weight-files.ts';

/** A repository in the local cache. */
export interface CachedRepository {
  readonly id: string;
  readonly directory: string;
}

/** The downloaded files of one commit. */
export interface Snapshot {
  readonly contents: FolderContents;
  readonly weights: WeightFiles;
  /** What is not downloaded yet, in one line; undefined if complete. */
  readonly lacks: string | undefined;
}

/** The model repositories of the cache, sorted by id; none without a cache. */
export function cachedRepositories(cacheDirectory: string): CachedRepository[] {
  return namesIn(cacheDirectory)
    .flatMap((name) => {
      const id = repositoryIdOf(name);
      const directory = join(cacheDirectory, name);
      return id !== undefined && statOf(directory)?.isDirectory() ? [{ id, directory }] : [];
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The first complete snapshot, else the first of all, in the order refs/main, then newest; undefined without any.
 *  @throws FormatError when an inspected snapshot has a malformed index or leads out of the repository's folder. */
export function chooseSnapshot(repository: string): Snapshot | undefined {
  let first: Snapshot | undefined;
  for (const directory of snapshotDirectories(repository)) {
    const snapshot = inspectSnapshot(directory, repository);
    if (snapshot.lacks === undefined) return snapshot;
    first ??= snapshot;
  }
  return first;
}

/** Inspects a snapshot's files.  @throws as readSnapshot and findWeights. */
export function inspectSnapshot(directory: string, repository: string): Snapshot {
  const contents = readSnapshot(directory, repository);
  const weights = findWeights(contents);
  return { contents, weights, lacks: lackOf(contents, weights) };
}

function lackOf({ files, dangling }: FolderContents, weights: WeightFiles): string | undefined {
  if (files.size === 0) return 'it has no files';
  const absent = dangling.find((name) => isNeeded(name)) ?? weights.missing[0];
  if (absent !== undefined) return `${absent} is missing`;
  return weights.kind === 'none' ? 'it has no weights' : undefined;
}

function isNeeded(name: string): boolean {
  return configFiles.includes(name) || tokenizerFiles.includes(name) || name === indexFile;
}

function snapshotDirectories(repository: string): string[] {
  const root = join(repository, 'snapshots');
  const main = mainCommit(repository);
  const byAge = namesIn(root)
    .map((name) => ({ name, stat: statOf(join(root, name)) }))
    .filter(({ stat }) => stat?.isDirectory())
    .sort((a, b) => Number(b.name === main) - Number(a.name === main) || b.stat!.mtimeMs - a.stat!.mtimeMs);
  return byAge.map(({ name }) => join(root, name));
}

function mainCommit(repository: string): string | undefined {
  try {
    const commit = readFileSync(join(repository, 'refs', 'main'), 'utf8').trim();
    return isPlainFileName(commit) ? commit : undefined;
  } catch {
    return undefined;
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
