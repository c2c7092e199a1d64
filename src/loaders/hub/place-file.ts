import { randomUUID } from 'node:crypto';
import { mkdir, rename, rmdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { statOf } from '../json-file.ts';
import { codeOf, onDisk } from './hub-error.ts';
import type { RemoteFile } from './repository-files.ts';

/** Where the parts of a repository lie in the cache, as huggingface_hub has them.
 *  @see https://huggingface.co/docs/huggingface_hub/guides/manage-cache */
export interface RepositoryLayout {
  readonly repository: string;
  readonly commit: string;
}

/** Where the content of a file is kept, whichever snapshots have it. */
export function blobPath({ repository }: RepositoryLayout, file: RemoteFile): string {
  return join(repository, 'blobs', file.id);
}

export function snapshotDirectory({ repository, commit }: RepositoryLayout): string {
  return join(repository, 'snapshots', commit);
}

/** True when a file of that size stands at the path, or where its links lead. */
export function hasFile(path: string, sizeBytes: number): boolean {
  const stat = statOf(path);
  return stat?.isFile() === true && stat.size === sizeBytes;
}

/** Makes the file of the snapshot a link to its blob; where links cannot be made, the blob itself is moved there.
 *  @throws HubError when the disk is full or fails */
export async function placeFile(layout: RepositoryLayout, file: RemoteFile): Promise<string> {
  const path = join(snapshotDirectory(layout), file.name);
  if (hasFile(path, file.sizeBytes)) return path;
  const blob = blobPath(layout, file);
  const target = relative(dirname(path), blob);
  await onDisk(path, async () => {
    await mkdir(dirname(path), { recursive: true });
    try {
      await symlink(target, path);
    } catch (error) {
      // Another process may have made the same link just now.
      if (hasFile(path, file.sizeBytes)) return;
      if (codeOf(error) === 'EEXIST') await replaceByLink(path, target);
      else if (withoutLinks.includes(codeOf(error) ?? '')) await rename(blob, path);
      else throw error;
    }
  });
  return path;
}

/** Puts a link in the place of what is there, without a moment in which there is nothing. */
async function replaceByLink(path: string, target: string): Promise<void> {
  const next = `${path}.${randomUUID()}`;
  await symlink(target, next);
  await rename(next, path);
}

/** Notes which commit a branch or tag is.  @throws HubError when the disk is full or fails */
export async function writeRef({ repository, commit }: RepositoryLayout, revision: string): Promise<void> {
  const path = join(repository, 'refs', ...revision.split('/'));
  await onDisk(path, async () => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, commit);
  });
}

/** Removes the folders of a repository that nothing was downloaded for. */
export async function removeIfEmpty(repository: string): Promise<void> {
  for (const path of [join(repository, 'blobs'), repository]) await rmdir(path).catch(() => {});
}

/** Makes a folder and those above it.  @throws HubError */
export async function makeFolder(path: string): Promise<void> {
  await onDisk(path, async () => {
    await mkdir(path, { recursive: true });
  });
}

/** What a file system says that has no symbolic links, or none for this user. */
const withoutLinks: readonly string[] = ['EPERM', 'EACCES', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'UNKNOWN'];
