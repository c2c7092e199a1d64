import { basename, join, resolve } from 'node:path';
import { quoted, UnknownModelError } from './errors.ts';
import { statOf } from './json-file.ts';

/** Names of the models that come with attnscope, the default first. */
export const builtInModels: readonly string[] = ['use-lite', 'example'];

/** What a model is called, and its folder. */
export interface FoundModel {
  readonly name: string;
  readonly directory: string;
}

/** A built-in name, else an existing folder, which is called by its base name.
 *  @throws UnknownModelError for anything else. */
export function findModel(nameOrPath: string, builtInDirectory: string): FoundModel {
  if (builtInModels.includes(nameOrPath)) return { name: nameOrPath, directory: join(builtInDirectory, nameOrPath) };
  const choices = `there are ${builtInModels.join(', ')}, or the path of a model folder`;
  const stat = statOf(nameOrPath);
  if (stat === undefined) throw new UnknownModelError(`no model ${quoted(nameOrPath)}: ${choices}`);
  if (!stat.isDirectory())
    throw new UnknownModelError(`${quoted(nameOrPath)} is a file, not a model folder: ${choices}`);
  const directory = resolve(nameOrPath);
  return { name: basename(directory) || directory, directory };
}
