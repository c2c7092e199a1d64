import { FormatError } from './errors.ts';
import { pieceBytes, readInPieces, readUntil, type VectorFile } from './static-vectors-file.ts';
import type { VectorFormat } from './static-vectors-format.ts';
import { createWordIndex, type WordIndex } from './static-vectors-index.ts';
import { arePlainNumbers, counted, isWhiteSpace, parseLine } from './static-vectors-line.ts';

/** The words of a file, and a reader of their vectors. */
export interface StoredVectors {
  readonly index: WordIndex;
  /** The vector of the word at an offset.  [dimension] */
  read(offset: number): Float32Array;
}

/** Checks every value of a text in one pass, and keeps the offset of each word.
 *  @throws FormatError that names the line. */
export function indexText(source: VectorFile, format: VectorFormat): StoredVectors {
  const { path, sizeBytes } = source;
  const { dimension, declaredCount } = format;
  const index = createWordIndex((word, offset) => {
    const { bytes, wordBytes } = lineAt(source, offset, dimension);
    return Buffer.compare(bytes.subarray(0, wordBytes), word) === 0;
  });
  let line = format.firstLine;
  let words = 0;
  const addLine = (bytes: Uint8Array, offset: number) => {
    const wordBytes = checkedWordBytes(bytes, dimension, `${path}: line ${line}`);
    line += 1;
    if (wordBytes === null) return;
    if (words === declaredCount) throw new FormatError(`${path}: line ${line - 1} is beyond ${promise(words)}`);
    words += 1;
    index.add(bytes.subarray(0, wordBytes), offset);
  };
  readInPieces(source, format.start, (bytes, position, isLast) => {
    let begin = 0;
    while (begin < bytes.length) {
      const newline = bytes.indexOf(newlineByte, begin);
      if (newline < 0 && !isLast) break;
      const end = newline < 0 ? bytes.length : newline;
      addLine(bytes.subarray(begin, end), position + begin);
      begin = end + 1;
    }
    if (begin === 0) throw new FormatError(`${path}: line ${line} is longer than ${pieceBytes} bytes`);
    return begin;
  });
  if (declaredCount !== null && words < declaredCount) {
    throw new FormatError(`${path} is cut off at byte ${sizeBytes}, after ${words} of ${promise(declaredCount)}`);
  }
  return { index, read: (offset) => lineAt(source, offset, dimension).values };
}

const newlineByte = 10;
const promise = (count: number) => `the ${counted(count, 'word')} that line 1 promises`;

/** Length of the word in a line; null for a blank line.  @throws FormatError for a line of another form. */
function checkedWordBytes(line: Uint8Array, dimension: number, where: string): number | null {
  const length = line.at(-1) === 13 ? line.length - 1 : line.length;
  let firstGap = 0;
  while (firstGap < length && line[firstGap] !== 32 && line[firstGap] !== 9) firstGap += 1;
  if (firstGap > 0 && arePlainNumbers(line, firstGap, length, dimension)) return firstGap;
  const parsed = parseLine(line, dimension);
  if (parsed.wordBytes !== null) return parsed.wordBytes;
  if (line.every(isWhiteSpace)) return null;
  throw new FormatError(`${where} ${parsed.problem}`);
}

/** The line at an offset, which was checked before.  @throws FormatError when the file has changed since. */
function lineAt(source: VectorFile, offset: number, dimension: number) {
  const bytes = readUntil(source, offset, newlineByte, 256 + 16 * dimension);
  const parsed = parseLine(bytes, dimension);
  if (parsed.wordBytes !== null) return { bytes, ...parsed };
  throw new FormatError(`${source.path} has changed since it was read, at byte ${offset}`);
}
