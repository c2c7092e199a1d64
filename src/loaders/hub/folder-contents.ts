import { readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { orUnreadable, statOf } from '../json-file.ts';
import { checkInside } from '../model-folder.ts';

/** The files directly in a snapshot's folder. */
export interface FolderContents {
  readonly directory: string;
  /** Sizes of the files in bytes, by name. */
  readonly files: ReadonlyMap<string, number>;
  /** Names of symbolic links whose target is missing, because its download is incomplete or it was removed. */
  readonly dangling: readonly string[];
}

/** Reads names and sizes of the files in a snapshot's folder, which are links to ../../blobs.
 *  @throws FormatError when the folder cannot be read, or it or a link in it leads out of `repository`. */
export function readSnapshot(directory: string, repository: string): FolderContents {
  const files = new Map<string, number>();
  const dangling: string[] = [];
  const base = orUnreadable(repository, () => realpathSync(repository));
  const real = orUnreadable(directory, () => realpathSync(directory));
  checkInside(directory, real, [base]);
  for (const entry of orUnreadable(directory, () => readdirSync(directory, { withFileTypes: true }))) {
    const path = join(directory, entry.name);
    if (entry.isSymbolicLink()) {
      const target = realPathOf(path);
      if (target !== undefined) checkInside(path, target, [base]);
      else dangling.push(entry.name);
    }
    const stat = statOf(path);
    if (stat?.isFile()) files.set(entry.name, stat.size);
  }
  return { directory, files, dangling };
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
