import type { Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { createChecksum } from './checksum.ts';
import { onDisk } from './hub-error.ts';
import type { RemoteFile } from './repository-files.ts';

const readBytes = 1 << 20;

/** A file during its download; its first `position` bytes are written and hashed. */
export interface PartialFile {
  readonly path: string;
  readonly position: number;
  /** Writes at `position`.  @throws HubError when the disk is full or fails. */
  append(bytes: Uint8Array): Promise<void>;
  /** Starts again from the first byte. It writes over the old bytes, since another process may be writing the same content. */
  restart(): void;
  /** True when the whole content hashes to its id; can be called once after each start. */
  isRight(): boolean;
  /** Cuts off bytes beyond the content, and flushes it to the disk. */
  finish(): Promise<void>;
  close(): Promise<void>;
  remove(): Promise<void>;
}

/** Opens or creates a partial file, and hashes its bytes.  onRead: receives the number of hashed bytes.  signal: stops it.
 *  @throws HubError when the file cannot be opened or read. */
export async function openPartialFile(
  path: string,
  { sizeBytes, id }: RemoteFile,
  { signal, onRead }: { signal: AbortSignal; onRead: (doneBytes: number) => void },
): Promise<PartialFile> {
  const file = await onDisk(path, () => open(path, constants.O_RDWR | constants.O_CREAT, 0o644));
  let checksum = createChecksum(id, sizeBytes);
  let position = 0;
  try {
    position = await onDisk(path, () => hashExisting(file, sizeBytes, checksum, { signal, onRead }));
  } catch (error) {
    await file.close();
    throw error;
  }
  return {
    path,
    get position() {
      return position;
    },
    append: (bytes) =>
      onDisk(path, async () => {
        for (let done = 0; done < bytes.length; ) {
          const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
          done += bytesWritten;
        }
        checksum.update(bytes);
        position += bytes.length;
      }),
    restart() {
      checksum = createChecksum(id, sizeBytes);
      position = 0;
    },
    isRight: () => position === sizeBytes && checksum.digest('hex') === id,
    finish: () =>
      onDisk(path, async () => {
        await file.truncate(sizeBytes);
        await file.datasync();
      }),
    close: () => file.close(),
    remove: () => onDisk(path, () => rm(path, { force: true })),
  };
}

/** Hashes the bytes of a partial file; returns their number, at most `sizeBytes`. */
async function hashExisting(
  file: FileHandle,
  sizeBytes: number,
  checksum: Hash,
  { signal, onRead }: { signal: AbortSignal; onRead: (doneBytes: number) => void },
): Promise<number> {
  const buffer = new Uint8Array(readBytes);
  let position = 0;
  while (position < sizeBytes) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, sizeBytes - position), position);
    if (bytesRead === 0) break;
    checksum.update(buffer.subarray(0, bytesRead));
    position += bytesRead;
    onRead(position);
  }
  return position;
}
