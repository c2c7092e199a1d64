import { closeSync, openSync } from 'node:fs';
import { FormatError } from './errors.ts';
import { foreignContent, textInPlaceOfData } from './foreign-content.ts';
import { fileSize, unreadable } from './json-file.ts';
import { readBytes } from './read-bytes.ts';
import { parseHeader, type TensorEntry } from './safetensors-header.ts';

/** A safetensors file whose header is read and agrees with its size; the data is still on disk. */
export interface OpenSafetensors {
  readonly path: string;
  readonly sizeBytes: number;
  readonly entries: ReadonlyMap<string, TensorEntry>;
  /** Position in the file that the offsets of the entries count from. */
  readonly dataStart: number;
  /** File descriptor, the caller's to close. */
  readonly file: number;
}

const lengthBytes = 8;
const mostHeaderBytes = 100_000_000;
const signatureBytes = 64;

/** Opens a safetensors file and reads only its header.
 *  @throws FormatError when the file is missing, cut off or malformed. */
export function openSafetensors(path: string): OpenSafetensors {
  const sizeBytes = fileSize(path);
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    return { path, sizeBytes, file, ...readHeader(file, sizeBytes, path) };
  } catch (error) {
    if (file !== undefined) closeSync(file);
    throw unreadable(path, error);
  }
}

function readHeader(file: number, sizeBytes: number, path: string) {
  const start = readBytes(file, 0, Math.min(signatureBytes, sizeBytes), path);
  const headerBytes = headerLength(start, sizeBytes, path);
  const json = decodeUtf8(readBytes(file, lengthBytes, headerBytes, path), path);
  const dataStart = lengthBytes + headerBytes;
  return { dataStart, entries: parseHeader(json, sizeBytes - dataStart, path) };
}

function headerLength(start: ArrayBuffer, sizeBytes: number, path: string): number {
  const text = Buffer.from(start).toString('latin1');
  const hasHeader = text[lengthBytes] === '{';
  const content = hasHeader ? undefined : (foreignContent(text) ?? textInPlaceOfData(text));
  if (content !== undefined) throw new FormatError(`${path} ${content}`);
  if (sizeBytes < lengthBytes) {
    throw new FormatError(`${path} has ${sizeBytes} bytes, too few for safetensors: download it again`);
  }
  const length = new DataView(start).getBigUint64(0, true);
  const available = Math.min(sizeBytes - lengthBytes, mostHeaderBytes);
  if (length >= 2n && length <= BigInt(available)) return Number(length);
  const likely = hasHeader && length <= BigInt(mostHeaderBytes) ? 'the file is cut off' : 'not safetensors';
  throw new FormatError(
    `${path}: header length ${length} must lie between 2 and ${available} bytes (${likely}?): download it again`,
  );
}

function decodeUtf8(bytes: ArrayBuffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new FormatError(`${path}: the safetensors header is not UTF-8`);
  }
}
