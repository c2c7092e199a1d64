import { FormatError, quoted } from './errors.ts';
import { readBytes } from './read-bytes.ts';
import { readInPieces, readUntil, type VectorFile } from './static-vectors-file.ts';
import type { VectorFormat } from './static-vectors-format.ts';
import { createWordIndex } from './static-vectors-index.ts';
import { counted } from './static-vectors-line.ts';
import type { StoredVectors } from './static-vectors-text.ts';

const [newlineByte, spaceByte] = [10, 32];
const bytesPerValue = 4;

/** Checks every value of word2vec's binary form in one pass, and keeps the offset of each word. word2vec.c writes a line end after a
 *  vector; gensim does not.
 *  @throws FormatError that names the record and its byte. */
export function indexBinary(source: VectorFile, format: VectorFormat): StoredVectors {
  const { path, file, sizeBytes } = source;
  const { dimension, start } = format;
  const declaredCount = format.declaredCount ?? 0;
  const vectorBytes = bytesPerValue * dimension;
  const index = createWordIndex((word, offset) => {
    if (offset + word.length >= sizeBytes) return false;
    const bytes = Buffer.from(readBytes(file, offset, word.length + 1, path));
    return bytes[word.length] === spaceByte && bytes.subarray(0, word.length).equals(word);
  });
  let [records, end] = [0, start];
  readInPieces(source, start, (bytes, position) => {
    let at = 0;
    while (records < declaredCount) {
      const begin = bytes[at] === newlineByte ? at + 1 : at;
      const space = bytes.indexOf(spaceByte, begin);
      const next = space + 1 + vectorBytes;
      if (space < 0 || next > bytes.length) break;
      records += 1;
      checkRecord(bytes, begin, space, dimension, `${path}: word ${records} at byte ${position + begin}`);
      index.add(bytes.subarray(begin, space), position + begin);
      at = next;
    }
    end = position + at;
    return records === declaredCount ? 0 : at;
  });
  checkEnd(records, declaredCount, end, source);
  const read = (offset: number) => {
    const word = readUntil(source, offset, spaceByte, 64).length;
    const view = new DataView(readBytes(file, offset + word + 1, vectorBytes, path));
    return Float32Array.from({ length: dimension }, (_, i) => view.getFloat32(bytesPerValue * i, true));
  };
  return { index, read };
}

function checkRecord(bytes: Uint8Array, begin: number, space: number, dimension: number, where: string): void {
  if (space === begin) throw new FormatError(`${where} has no letters`);
  const first = space + 1;
  for (let value = 0; value < dimension; value++) {
    const at = first + bytesPerValue * value;
    // The exponent of infinity and NaN, in the last two bytes of a float32, is all ones.
    if ((bytes[at + 3]! & 0x7f) === 0x7f && bytes[at + 2]! >= 0x80) {
      const word = quoted(Buffer.from(bytes.subarray(begin, space)).toString());
      throw new FormatError(
        `${where}, ${word}: value ${value + 1} of ${dimension} is not finite; check the dimension in line 1`,
      );
    }
  }
}

function checkEnd(records: number, declaredCount: number, end: number, { path, sizeBytes }: VectorFile): void {
  if (records < declaredCount) {
    throw new FormatError(`${path} is cut off at byte ${sizeBytes}, in word ${records + 1} of ${declaredCount}`);
  }
  if (sizeBytes - end > 1) {
    throw new FormatError(
      `${path} has ${sizeBytes - end} bytes from byte ${end} on, after the ${counted(declaredCount, 'word')} of line 1; check that count`,
    );
  }
}
