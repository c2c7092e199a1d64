import { writeSync } from 'node:fs';

const pauseMs = 2;

/** Writes a text synchronously. Waits for a slow reader, up to `patienceMs` in all; then drops the rest.
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
