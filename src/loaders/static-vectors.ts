import { closeSync, openSync } from 'node:fs';
import { fileSize, orUnreadable, unreadable } from './json-file.ts';
import { indexBinary } from './static-vectors-binary.ts';
import { type VectorKind, vectorFormat } from './static-vectors-format.ts';
import { indexText } from './static-vectors-text.ts';

/** One vector for each word, the same in every sentence, as word2vec and GloVe learn them. */
export interface StaticVectors {
  readonly path: string;
  readonly kind: VectorKind;
  /** Number of different words. */
  readonly count: number;
  readonly dimension: number;
  /** The vector of the word as written, or else in lower case; null if the file has neither.
   *  @throws FormatError when the file has changed, or was closed. */
  vector(word: string): StaticVector | null;
  /** Closes the file; `vector` fails from then on. */
  close(): void;
}

export interface StaticVector {
  /** The word as the file has it. */
  readonly word: string;
  /** [dimension] */
  readonly values: Float32Array;
}

/** Opens word vectors as word2vec.c, gensim or GloVe write them. One pass checks every value and keeps the offset of each word, at most
 *  32 bytes a word; `vector` reads from the file. Words are equal if their UTF-8 bytes are; the first of equal words counts.
 *  @throws FormatError when the file is missing, of another kind, cut off, or holds a value that is no finite number. */
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
