import { writeSync } from 'node:fs';

const pauseMs = 2;

/** Writes a text to a file descriptor before it returns; waits while a slow reader takes nothing, up to `patienceMs` in all.
 *  @throws the system's error when the reader is gone. */
export function writeFully(fd: number, text: string, { patienceMs = Number.POSITIVE_INFINITY } = {}): void {
  const bytes = Buffer.from(text);
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let written = 0, waitedMs = 0; written < bytes.length && waitedMs < patienceMs; ) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(pause, 0, 0, pauseMs);
      waitedMs += pauseMs;
    }
  }
}
