import { writeSync } from 'node:fs';

const pauseMs = 5;
/** A terminal that takes nothing for so long is not waited for: ending matters more than what it shows. */
const patienceMs = 500;

/** Writes a text to a file descriptor before it returns, waiting for a slow terminal up to half a second; a lost one is passed over. */
export function writeFully(fd: number, text: string): void {
  let rest = Buffer.from(text);
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let waitedMs = 0; rest.length > 0 && waitedMs < patienceMs; ) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      Atomics.wait(pause, 0, 0, pauseMs);
      waitedMs += pauseMs;
    }
  }
}
