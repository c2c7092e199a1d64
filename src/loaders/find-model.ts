import { basename, join, resolve } from 'node:path';
import { FormatError, quoted, UnknownModelError } from './errors.ts';
import { hubCacheDirectory, isRepositoryId, repositoryDirectory } from './hub/cache-paths.ts';
import { chooseSnapshot } from './hub/snapshots.ts';
import { statOf } from './json-file.ts';

/** Names of the models that come with attnscope, the default first. */
export const builtInModels: readonly string[] = ['use-lite', 'example'];

/** A model's name and folder. */
export interface FoundModel {
  readonly name: string;
  readonly directory: string;
}

/** Finds a built-in model; else a folder, named by its base name; else a repository of the local Hugging Face cache, named by its id.
 *  A path such as ./gpt2 can only be a folder.
 *  @throws UnknownModelError for anything else, FormatError for a repository that is incomplete or leads out of its folder. */
export function findModel(
  nameOrPath: string,
  builtInDirectory: string,
  cacheDirectory: string = hubCacheDirectory(),
): FoundModel {
  if (builtInModels.includes(nameOrPath)) return { name: nameOrPath, directory: join(builtInDirectory, nameOrPath) };
  const stat = statOf(nameOrPath);
  if (stat?.isDirectory()) {
    const directory = resolve(nameOrPath);
    return { name: basename(directory) || directory, directory };
  }
  const isId = isRepositoryId(nameOrPath);
  const cached = isId ? findCached(nameOrPath, cacheDirectory) : undefined;
  if (cached !== undefined) return cached;
  if (stat !== undefined) {
    throw new UnknownModelError(`${quoted(nameOrPath)} is a file, not a model folder: ${choices}`);
  }
  if (!isId) throw new UnknownModelError(`no model ${quoted(nameOrPath)}: ${choices}`);
  throw new UnknownModelError(
    `no model ${quoted(nameOrPath)}: no such folder, and no such repository in ${cacheDirectory}` +
      ` (attnscope pull ${nameOrPath} downloads one); ${choices}`,
  );
}

const choices = `built in are ${builtInModels.join(' and ')}, the path of a model folder works too`;

function findCached(id: string, cacheDirectory: string): FoundModel | undefined {
  const repository = repositoryDirectory(cacheDirectory, id);
  if (!statOf(repository)?.isDirectory()) return undefined;
  const snapshot = chooseSnapshot(repository);
  if (snapshot === undefined || snapshot.lacks !== undefined) {
    const lack = snapshot?.lacks ?? 'it has no snapshot';
    throw new FormatError(
      `${snapshot?.contents.directory ?? repository}: ${id} is incomplete, ${lack}: continue with attnscope pull ${id}`,
    );
  }
  return { name: id, directory: snapshot.contents.directory };
}
