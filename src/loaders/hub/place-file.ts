import { randomUUID } from 'node:crypto';
import { mkdir, rename, rmdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { statOf } from '../json-file.ts';
import { codeOf, onDisk } from './hub-error.ts';
import type { RemoteFile } from './repository-files.ts';

/** The folder and commit of a repository, in the cache layout of huggingface_hub.
 *  @see https://huggingface.co/docs/huggingface_hub/guides/manage-cache */
export interface RepositoryLayout {
  readonly repository: string;
  readonly commit: string;
}

/** Path of a file's content, which all snapshots share. */
export function blobPath({ repository }: RepositoryLayout, file: RemoteFile): string {
  return join(repository, 'blobs', file.id);
}

export function snapshotDirectory({ repository, commit }: RepositoryLayout): string {
  return join(repository, 'snapshots', commit);
}

/** True when the path, or the target of its links, is a file of that size. */
export function hasFile(path: string, sizeBytes: number): boolean {
  const stat = statOf(path);
  return stat?.isFile() === true && stat.size === sizeBytes;
}

/** Links the snapshot's file to its blob; on file systems without links, moves the blob there.
 *  @throws HubError when the disk is full or fails. */
export async function placeFile(layout: RepositoryLayout, file: RemoteFile): Promise<string> {
  const path = join(snapshotDirectory(layout), file.name);
  if (hasFile(path, file.sizeBytes)) return path;
  const blob = blobPath(layout, file);
  const target = relative(dirname(path), blob);
  await onDisk(path, async () => {
    await makeFolder(dirname(path));
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

/** Replaces the path by a link in one step, so that it always exists. */
async function replaceByLink(path: string, target: string): Promise<void> {
  const next = `${path}.${randomUUID()}`;
  await symlink(target, next);
  await rename(next, path);
}

/** Stores the commit of a branch or tag.  @throws HubError when the disk is full or fails. */
export async function writeRef({ repository, commit }: RepositoryLayout, revision: string): Promise<void> {
  const path = join(repository, 'refs', ...revision.split('/'));
  await onDisk(path, async () => {
    await makeFolder(dirname(path));
    await writeFile(path, commit);
  });
}

/** Removes a repository's folders if they are empty. */
export async function removeIfEmpty(repository: string): Promise<void> {
  for (const path of [join(repository, 'blobs'), repository]) await rmdir(path).catch(() => {});
}

/** Makes a folder and those above it.  @throws HubError */
export async function makeFolder(path: string): Promise<void> {
  await onDisk(path, async () => {
    await mkdir(path, { recursive: true });
  });
}

/** Error codes of a file system without symbolic links, or without the right to make them. */
const withoutLinks: readonly string[] = ['EPERM', 'EACCES', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'UNKNOWN'];
