import { FormatError } from './errors.ts';
import { foreignToVectors } from './foreign-content.ts';
import { readInto } from './read-bytes.ts';
import { pieceBytes, type VectorFile } from './static-vectors-file.ts';
import { counted, fieldsOfLine, isNumber, parseLine } from './static-vectors-line.ts';

export type VectorKind = 'word2vec text' | 'word2vec binary' | 'glove';

/** How the words and vectors of a file are written. */
export interface VectorFormat {
  readonly kind: VectorKind;
  readonly dimension: number;
  /** How many words its header says that there are; null: it has no header. */
  readonly declaredCount: number | null;
  /** Position of the first word, and the number of its line. */
  readonly start: number;
  readonly firstLine: number;
}

const mostDimensions = 100_000;
const linesToTry = 10;

/** Tells from its beginning how a file is written, and that it is long enough for what its header says.
 *  word2vec: a line "count dimension", then of each word its letters, a space and the values, in decimal with an end of line, or as
 *  float32, little-endian. GloVe: no header, and lines as in word2vec's text.
 *  @throws FormatError where it is none of these.  @see Mikolov et al. 2013, word2vec.c; Pennington et al. 2014 */
export function vectorFormat(source: VectorFile): VectorFormat {
  const { path, file, sizeBytes } = source;
  if (sizeBytes === 0) throw new FormatError(`${path} is empty; it must hold word vectors`);
  const bytes = new Uint8Array(Math.min(sizeBytes, pieceBytes));
  readInto(file, 0, bytes, path);
  const beginning = Buffer.from(bytes.subarray(0, 64)).toString('latin1');
  const foreign = foreignToVectors(beginning);
  if (foreign !== undefined) throw new FormatError(`${path} ${foreign}`);
  const textStart = beginning.startsWith('\xef\xbb\xbf') ? 3 : 0;
  const lineEnd = endOfLine(bytes, textStart);
  const header = /^(\d+) (\d+)$/.exec(
    fieldsOfLine(bytes.subarray(textStart, Math.min(lineEnd, textStart + 64))).join(' '),
  );
  if (header === null) return gloveFormat(bytes, textStart, path);
  const [declaredCount, dimension] = [Number(header[1]), Number(header[2])];
  const start = Math.min(lineEnd + 1, sizeBytes);
  checkHeader(declaredCount, dimension, `${path}: line 1`);
  const isText = lineIsVector(bytes, start, dimension) || isCleanText(bytes.subarray(start));
  // A value takes four bytes, or a digit and the sign before it.
  const leastBytes = declaredCount * (1 + dimension * (isText ? 2 : 4));
  if (leastBytes > sizeBytes - start) {
    throw new FormatError(
      `${path}: line 1 promises ${counted(declaredCount, 'word')} of ${counted(dimension, 'value')}, at least ${leastBytes} bytes; ${sizeBytes - start} follow: the file is cut off or its header wrong`,
    );
  }
  return { kind: isText ? 'word2vec text' : 'word2vec binary', dimension, declaredCount, start, firstLine: 2 };
}

function checkHeader(count: number, dimension: number, where: string): void {
  if (count === 0) throw new FormatError(`${where} promises 0 words; "count dimension" with both from 1 is expected`);
  if (dimension === 0 || dimension > mostDimensions) {
    throw new FormatError(`${where} gives the dimension ${dimension}; from 1 to ${mostDimensions} is expected`);
  }
}

/** The dimension is that of the first line with nothing but numbers after its first field: a word may have spaces in it, and a line
 *  may be damaged, which is told when lines are read. */
function gloveFormat(bytes: Uint8Array, start: number, path: string): VectorFormat {
  for (let [at, line] = [start, 0]; at < bytes.length && line < linesToTry; line++) {
    const end = endOfLine(bytes, at);
    const [, ...values] = fieldsOfLine(bytes.subarray(at, end));
    if (values.length > 0 && values.every(isNumber)) {
      checkHeader(1, values.length, `${path}: line ${line + 1}`);
      return { kind: 'glove', dimension: values.length, declaredCount: null, start, firstLine: 1 };
    }
    at = end + 1;
  }
  throw new FormatError(
    `${path} has no word vectors: it begins neither with a line "count dimension", as word2vec's files do, nor with a word and its values, as GloVe's do`,
  );
}

function endOfLine(bytes: Uint8Array, start: number): number {
  const newline = bytes.indexOf(10, start);
  return newline < 0 ? bytes.length : newline;
}

function lineIsVector(bytes: Uint8Array, start: number, dimension: number): boolean {
  return parseLine(bytes.subarray(start, endOfLine(bytes, start)), dimension).wordBytes !== null;
}

/** UTF-8 without a control character but tabs and ends of line; it may end within a character. */
function isCleanText(bytes: Uint8Array): boolean {
  try {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    return !/[\0-\x08\x0b\x0c\x0e-\x1f]/.test(
      new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true }),
    );
  } catch {
    return false;
  }
}
