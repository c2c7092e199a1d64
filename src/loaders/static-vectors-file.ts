import { readInto } from './read-bytes.ts';

/** An open file of word vectors. */
export interface VectorFile {
  readonly path: string;
  readonly file: number;
  readonly sizeBytes: number;
}

/** Longest line or record that is read, and so the memory that reading needs. */
export const pieceBytes = 2 ** 22;

/** Hands a file on from `start` in pieces. `take` says how many bytes of the piece it has used up: the rest comes again at the
 *  beginning of the next one. 0 ends it.
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
