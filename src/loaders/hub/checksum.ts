import { createHash, type Hash } from 'node:crypto';

/** The checksum that the hub uses as the id of a file's content: 64 digits are its SHA-256 (Git LFS), 40 the SHA-1 of its Git blob
 *  ("blob", a space, the size in digits, a zero byte, the content).
 *  @see https://git-scm.com/book/en/v2/Git-Internals-Git-Objects */
export function createChecksum(id: string, sizeBytes: number): Hash {
  if (id.length === 64) return createHash('sha256');
  return createHash('sha1').update(`blob ${sizeBytes}\0`);
}

/** True for the id of a file's content: 64 or 40 hexadecimal digits. */
export function isContentId(id: unknown): id is string {
  return typeof id === 'string' && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(id);
}
