import { FormatError } from './errors.ts';
import { foreignToVectors } from './foreign-content.ts';
import { readInto } from './read-bytes.ts';
import { pieceBytes, type VectorFile } from './static-vectors-file.ts';
import { counted, fieldsOfLine, isNumber, parseLine } from './static-vectors-line.ts';

export type VectorKind = 'word2vec text' | 'word2vec binary' | 'glove';

/** The layout of a file of word vectors. */
export interface VectorFormat {
  readonly kind: VectorKind;
  readonly dimension: number;
  /** Number of words in its header; null without a header. */
  readonly declaredCount: number | null;
  /** Position of the first word, and the number of its line. */
  readonly start: number;
  readonly firstLine: number;
}

const mostDimensions = 100_000;
const linesToTry = 10;

/** Tells the layout of a file from its beginning, and checks its size against its header.
 *  word2vec: a line "count dimension", then the letters, a space and the values of each word, in decimal with a line end, or as
 *  little-endian float32. GloVe: no header, and lines as in word2vec's text. A file that is all text counts as text, so float32
 *  whose bytes happen to be text may be refused.
 *  @throws FormatError for other files.  @see Mikolov et al. 2013, word2vec.c; Pennington et al. 2014 */
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
      `${path}: line 1 promises ${counted(declaredCount, 'word')} of ${counted(dimension, 'value')}, at least ${leastBytes} bytes; only ${sizeBytes - start} follow`,
    );
  }
  return { kind: isText ? 'word2vec text' : 'word2vec binary', dimension, declaredCount, start, firstLine: 2 };
}

function checkHeader(count: number, dimension: number, where: string): void {
  if (count === 0) throw new FormatError(`${where} promises 0 words; at least 1 is expected`);
  if (dimension === 0 || dimension > mostDimensions) {
    throw new FormatError(`${where} gives the dimension ${dimension}; 1 to ${mostDimensions} is expected`);
  }
}

/** Takes the dimension from the first line with only numbers after its first field. Lines before it may be damaged, or their words may
 *  contain spaces. */
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
    `${path} has no word vectors: it begins neither with "count dimension" (word2vec) nor with a word and its values (GloVe)`,
  );
}

function endOfLine(bytes: Uint8Array, start: number): number {
  const newline = bytes.indexOf(10, start);
  return newline < 0 ? bytes.length : newline;
}

function lineIsVector(bytes: Uint8Array, start: number, dimension: number): boolean {
  return parseLine(bytes.subarray(start, endOfLine(bytes, start)), dimension).wordBytes !== null;
}

/** Whether the bytes are UTF-8 whose only control characters are tabs and line ends; they may end within a character. */
function isCleanText(bytes: Uint8Array): boolean {
  try {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for them
    return !/[\0-\x08\x0b\x0c\x0e-\x1f]/.test(
      new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true }),
    );
  } catch {
    return false;
  }
}
