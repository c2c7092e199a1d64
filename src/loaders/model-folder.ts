import { realpathSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { FormatError, quoted } from './errors.ts';
import { orUnreadable, statOf } from './json-file.ts';

/** Path of a file in a model folder. It checks that the file lies in the folder or, in a snapshot of the Hugging Face cache
 *  (`models--…/snapshots/REVISION`), in the blobs of the same model. A missing file passes; reading it will fail.
 *  @param name a plain file name, not a path
 *  @throws FormatError for a name that is a path, and for a link that leads elsewhere. */
export function folderFile(directory: string, name: string): string {
  const path = join(directory, name);
  if (!isPlainFileName(name)) {
    throw new FormatError(`${directory}: ${quoted(name)} is not the name of a file in this folder`);
  }
  if (statOf(path) === undefined) return path;
  const real = orUnreadable(path, () => realpathSync(path));
  const folder = orUnreadable(directory, () => realpathSync(directory));
  checkInside(path, real, [folder, ...blobsOf(folder)]);
  return path;
}

/** @throws FormatError for a path whose real place is outside all of the folders `roots`. */
export function checkInside(path: string, real: string, roots: readonly string[]): void {
  if (roots.some((root) => real === root || real.startsWith(root.endsWith(sep) ? root : root + sep))) return;
  throw new FormatError(`${path} is a link to ${quoted(real)}, outside the model's folder; it must lie in the folder`);
}

/** True for a name without any separator, drive, scheme or NUL, of any platform. */
export function isPlainFileName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\:\0]/.test(name);
}

/** The folder of blobs for a snapshot and its subfolders. */
function blobsOf(folder: string): string[] {
  for (let inner = folder; dirname(inner) !== inner; inner = dirname(inner)) {
    const model = dirname(dirname(inner));
    if (basename(dirname(inner)) === 'snapshots' && basename(model).startsWith('models--'))
      return [join(model, 'blobs')];
  }
  return [];
}
