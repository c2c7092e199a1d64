import { readSync } from 'node:fs';
import { FormatError } from './errors.ts';

const readAtMostBytes = 2 ** 30;

/** Fills `bytes` from an open file, from `position` on.  @throws FormatError when the file ends before. */
export function readInto(file: number, position: number, bytes: Uint8Array, path: string): void {
  let done = 0;
  while (done < bytes.length) {
    const got = readSync(file, bytes, done, Math.min(bytes.length - done, readAtMostBytes), position + done);
    if (got === 0) throw new FormatError(`${path} became shorter while it was read`);
    done += got;
  }
}

/** `length` bytes of an open file from `position` on.  @throws FormatError when the file ends before. */
export function readBytes(file: number, position: number, length: number, path: string): ArrayBuffer {
  const bytes = new Uint8Array(length);
  readInto(file, position, bytes, path);
  return bytes.buffer;
}
