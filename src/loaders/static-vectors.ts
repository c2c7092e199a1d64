import { closeSync, openSync } from 'node:fs';
import { fileSize, orUnreadable, unreadable } from './json-file.ts';
import { indexBinary } from './static-vectors-binary.ts';
import { type VectorKind, vectorFormat } from './static-vectors-format.ts';
import { indexText } from './static-vectors-text.ts';

/** A vector for each word, the same in every sentence: what word2vec and GloVe make. */
export interface StaticVectors {
  readonly path: string;
  readonly kind: VectorKind;
  /** How many different words there are. */
  readonly count: number;
  readonly dimension: number;
  /** The vector of the word as it is written, or else in lower case; null where the file has neither.
   *  @throws FormatError when the file has changed, or was closed. */
  vector(word: string): StaticVector | null;
  /** Ends reading; no vector can be had after it. */
  close(): void;
}

export interface StaticVector {
  /** The word as the file has it. */
  readonly word: string;
  /** [dimension] */
  readonly values: Float32Array;
}

/** Opens word vectors as word2vec.c, gensim or GloVe write them. The file is gone through once and every value checked; kept is where each
 *  word lies, at most 32 bytes a word, and vectors are read from the file when they are asked for. What words are is told by their
 *  bytes in UTF-8; of two equal ones the first counts.
 *  @throws FormatError when it is missing, no such file, cut off, or has a value that is no finite number; then it is closed again. */
export function loadStaticVectors(path: string): StaticVectors {
  const sizeBytes = fileSize(path);
  let opened: number | undefined;
  try {
    const file = openSync(path, 'r');
    opened = file;
    const source = { path, file, sizeBytes };
    const format = vectorFormat(source);
    const { index, read } = (format.kind === 'word2vec binary' ? indexBinary : indexText)(source, format);
    const vector = (word: string): StaticVector | null => {
      for (const spelling of new Set([word, word.toLowerCase()])) {
        const offset = index.find(Buffer.from(spelling));
        if (offset !== null) return { word: spelling, values: read(offset) };
      }
      return null;
    };
    return {
      path,
      kind: format.kind,
      count: index.count,
      dimension: format.dimension,
      vector: (word) => orUnreadable(path, () => vector(word)),
      close: () => closeSync(file),
    };
  } catch (error) {
    if (opened !== undefined) closeSync(opened);
    throw unreadable(path, error);
  }
}
