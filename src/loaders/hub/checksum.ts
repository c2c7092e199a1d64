import { createHash } from 'node:crypto';

/** A checksum that grows with the bytes. */
export interface Checksum {
  update(bytes: Uint8Array): void;
  hex(): string;
}

/** The checksum that an id of the hub is: of 64 digits the SHA-256 of the content (Git LFS), of 40 the SHA-1 of Git's blob, which is
 *  "blob", a blank, the size in digits, a zero byte, and the content.
 *  @see https://git-scm.com/book/en/v2/Git-Internals-Git-Objects */
export function createChecksum(id: string, sizeBytes: number): Checksum {
  const hash = createHash(id.length === 64 ? 'sha256' : 'sha1');
  if (id.length === 40) hash.update(`blob ${sizeBytes}\0`);
  return { update: (bytes) => hash.update(bytes), hex: () => hash.digest('hex') };
}

/** True for the id of a file's content: 64 or 40 hexadecimal digits. */
export function isContentId(id: unknown): id is string {
  return typeof id === 'string' && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(id);
}
