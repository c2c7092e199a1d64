import { readBytes, readInto } from './read-bytes.ts';

/** An open file of word vectors. */
export interface VectorFile {
  readonly path: string;
  readonly file: number;
  readonly sizeBytes: number;
}

/** Greatest length of a line or record, and size of the buffer for reading. */
export const pieceBytes = 2 ** 22;

/** Reads a file from `start` in pieces. `take` returns how many bytes of the piece it used; the next piece begins with the rest.
 *  0 stops reading.
 *  @throws FormatError when the file becomes shorter while it is read. */
export function readInPieces(
  { path, file, sizeBytes }: VectorFile,
  start: number,
  take: (bytes: Uint8Array, position: number, isLast: boolean) => number,
): void {
  const buffer = new Uint8Array(Math.min(pieceBytes, sizeBytes));
  for (let position = start; position < sizeBytes; ) {
    const bytes = buffer.subarray(0, Math.min(buffer.length, sizeBytes - position));
    readInto(file, position, bytes, path);
    const used = take(bytes, position, position + bytes.length === sizeBytes);
    if (used === 0) return;
    position += used;
  }
}

/** The bytes from `offset` up to the next byte `end`, or else to the end of the file.  likelyBytes: read first. */
export function readUntil(source: VectorFile, offset: number, end: number, likelyBytes: number): Uint8Array {
  const { path, file, sizeBytes } = source;
  for (let length = likelyBytes; ; length *= 4) {
    const isWhole = offset + length >= sizeBytes;
    const bytes = new Uint8Array(readBytes(file, offset, isWhole ? sizeBytes - offset : length, path));
    const at = bytes.indexOf(end);
    if (at >= 0) return bytes.subarray(0, at);
    if (isWhole || length >= pieceBytes) return bytes;
  }
}
