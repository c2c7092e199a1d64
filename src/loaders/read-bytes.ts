import { read, readSync } from 'node:fs';
import { promisify } from 'node:util';
import { FormatError } from './errors.ts';

const readAtMostBytes = 2 ** 30;
/** Two threads read at a time: fresh memory costs more than the copying, and it costs per thread. */
const threads = 2;
const readOnce = promisify(read);

/** `length` bytes of an open file from `position` on.  @throws FormatError when the file ends before. */
export function readBytes(file: number, position: number, length: number, path: string): ArrayBuffer {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const got = readSync(file, bytes, done, Math.min(length - done, readAtMostBytes), position + done);
    if (got === 0) throw tooShort(path);
    done += got;
  }
  return bytes.buffer;
}

/** As readBytes, on Node's threads. */
export async function readBytesAsync(
  file: number,
  position: number,
  length: number,
  path: string,
): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  const share = Math.ceil(length / threads);
  const readShare = async (index: number) => {
    const end = Math.min(length, (index + 1) * share);
    let done = index * share;
    while (done < end) {
      const { bytesRead } = await readOnce(file, bytes, done, Math.min(end - done, readAtMostBytes), position + done);
      if (bytesRead === 0) throw tooShort(path);
      done += bytesRead;
    }
  };
  const shares = await Promise.allSettled(Array.from({ length: threads }, (_, index) => readShare(index)));
  // All have ended before any is reported: the caller closes the file.
  for (const result of shares) if (result.status === 'rejected') throw result.reason;
  return bytes.buffer;
}

function tooShort(path: string): FormatError {
  return new FormatError(`${path} became shorter while it was read`);
}
