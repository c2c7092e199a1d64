import { rename } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { diskError, HubError, networkError, TransientError } from './hub-error.ts';
import { openPartialFile, type PartialFile } from './partial-file.ts';
import { hasFile } from './place-file.ts';
import type { RemoteFile } from './repository-files.ts';

export interface Timing {
  /** How long a server may be silent. */
  readonly silenceMs: number;
  /** Pauses before each retry; progress resets them. */
  readonly retryPausesMs: readonly number[];
}

export const defaultTiming: Timing = { silenceMs: 30_000, retryPausesMs: [500, 2_000, 5_000] };

export interface Download {
  readonly url: string;
  readonly file: RemoteFile;
  /** Path of the whole file, in an existing folder. Until it is whole, it is at `path`.incomplete. */
  readonly path: string;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
  readonly timing: Timing;
  readonly onProgress: (doneBytes: number) => void;
}

/** Downloads one file, continuing a partial one, and moves it into place when its checksum is right. Returns the number of bytes
 *  received.
 *  @throws HubError when the server keeps failing, sends something else, or the disk fails; a partial file stays unless it is known
 *  to be wrong. Throws the signal's reason when it was aborted. */
export async function downloadFile(download: Download): Promise<number> {
  const { file, path, signal, onProgress } = download;
  const partial = await openPartialFile(`${path}.incomplete`, file, { signal, onRead: onProgress });
  let received = 0;
  const receive = async () => {
    received += await receiveAll(download, partial);
  };
  try {
    const isContinued = partial.position > 0;
    await receive();
    let isRight = partial.isRight();
    if (!isRight && isContinued) {
      // An earlier download may have left wrong bytes, so try once from the start.
      partial.restart();
      await receive();
      isRight = partial.isRight();
    }
    if (!isRight) {
      await partial.remove();
      throw new HubError(
        `${describe(download)}: its content does not match its checksum, so it was removed; try again`,
      );
    }
    await partial.finish();
    await rename(partial.path, path).catch((error: unknown) => {
      // Another process may have downloaded the same file and moved it just now.
      if (!hasFile(path, file.sizeBytes)) throw diskError(error, path);
    });
  } catch (error) {
    if (partial.position === 0) await partial.remove();
    throw error;
  } finally {
    await partial.close();
  }
  return received;
}

/** Receives the rest of the file, with retries; returns the number of bytes received. */
async function receiveAll(download: Download, partial: PartialFile): Promise<number> {
  const { file, timing, signal } = download;
  let received = 0;
  let furthest = partial.position;
  let failures = 0;
  while (partial.position < file.sizeBytes) {
    try {
      received += await receiveOnce(download, partial);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TransientError)) throw error;
      failures = partial.position > furthest ? 0 : failures + 1;
      furthest = Math.max(furthest, partial.position);
      const pauseMs = timing.retryPausesMs[Math.max(0, failures - 1)];
      if (pauseMs === undefined || failures > timing.retryPausesMs.length) throw error;
      await sleep(pauseMs, undefined, { signal });
    }
  }
  return received;
}

/** Requests the missing bytes once.  @throws TransientError when the answer ends too early. */
async function receiveOnce(download: Download, partial: PartialFile): Promise<number> {
  const { url, file, timing, onProgress } = download;
  const silence = createSilenceTimer(timing.silenceMs);
  const host = new URL(url).host;
  let received = 0;
  try {
    const headers: Record<string, string> = { 'accept-encoding': 'identity' };
    if (partial.position > 0) headers.range = `bytes=${partial.position}-`;
    const response = await download.fetch(url, { headers, signal: silence.signal });
    checkStart(download, partial, response);
    for await (const bytes of response.body ?? []) {
      silence.restart();
      if (partial.position + bytes.length > file.sizeBytes) throw await tooLong(download, partial);
      await partial.append(bytes);
      received += bytes.length;
      onProgress(partial.position);
    }
  } catch (error) {
    throw error instanceof HubError ? error : networkError(error, host);
  } finally {
    silence.stop();
  }
  if (partial.position < file.sizeBytes) {
    const sizes = `${partial.position} of ${file.sizeBytes} bytes`;
    throw new TransientError(
      `${describe(download)}: the server stops after ${sizes}; the next download continues there`,
    );
  }
  return received;
}

/** Moves the file's position to where the answer begins.  @throws HubError when the answer's size differs from the list's */
function checkStart(download: Download, partial: PartialFile, { status, headers }: Response): void {
  const { file } = download;
  if (status === 416) {
    partial.restart();
    throw new TransientError(`${describe(download)}: the server has fewer bytes than its list says`);
  }
  const [, begin, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
  if (status === 206 && Number(begin) !== partial.position) {
    throw new HubError(`${describe(download)}: the server sends another part than requested`);
  }
  // A server without ranges sends the file from its beginning.
  if (status !== 206) partial.restart();
  const length = headers.get('content-encoding') === null ? headers.get('content-length') : null;
  const actual = status === 206 ? total : length;
  if (actual !== null && actual !== undefined && actual !== '*' && Number(actual) !== file.sizeBytes) {
    throw new HubError(
      `${describe(download)}: the server sends a file of ${actual} bytes, its list says ${file.sizeBytes}`,
    );
  }
}

async function tooLong(download: Download, partial: PartialFile): Promise<HubError> {
  await partial.remove();
  return new HubError(
    `${describe(download)}: the server sends more than the ${download.file.sizeBytes} bytes of its list; the file was removed`,
  );
}

function describe({ file, url }: Download): string {
  return `${file.name} from ${new URL(url).host}`;
}

/** A signal that aborts `silenceMs` after the last restart. */
function createSilenceTimer(silenceMs: number): { signal: AbortSignal; restart(): void; stop(): void } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new DOMException('the server is silent', 'TimeoutError')), silenceMs);
  return { signal: controller.signal, restart: () => void timer.refresh(), stop: () => clearTimeout(timer) };
}
