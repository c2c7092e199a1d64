import { readdirSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { FormatError, quoted } from '../errors.ts';
import { orUnreadable, statOf } from '../json-file.ts';

/** What lies directly in a snapshot's folder. */
export interface FolderContents {
  readonly directory: string;
  /** Sizes of the files in bytes, by name. */
  readonly files: ReadonlyMap<string, number>;
  /** Names of symbolic links that lead nowhere: their file was never downloaded whole, or was removed. */
  readonly dangling: readonly string[];
}

/** Reads the names and sizes in a snapshot's folder. Its files are links to ../../blobs.
 *  @throws FormatError when the folder cannot be read, or it or one of its links leads out of `repository`, the model's own folder. */
export function readSnapshot(directory: string, repository: string): FolderContents {
  const files = new Map<string, number>();
  const dangling: string[] = [];
  const base = orUnreadable(repository, () => realpathSync(repository));
  const real = orUnreadable(directory, () => realpathSync(directory));
  checkInside(directory, real, base);
  for (const entry of orUnreadable(directory, () => readdirSync(directory, { withFileTypes: true }))) {
    const path = join(directory, entry.name);
    if (entry.isSymbolicLink()) {
      const target = realPathOf(path);
      if (target !== undefined) checkInside(path, target, base);
      else dangling.push(entry.name);
    }
    const stat = statOf(path);
    if (stat?.isFile()) files.set(entry.name, stat.size);
  }
  return { directory, files, dangling };
}

function checkInside(path: string, target: string, base: string): void {
  if (target === base || target.startsWith(base + sep)) return;
  throw new FormatError(
    `${path} is a link out of the model's own folder, to ${quoted(target)}; such links are not followed`,
  );
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
