import { closeSync, openSync } from 'node:fs';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import { FormatError, quoted } from './errors.ts';
import { firstNonFinite, widenBFloat16, widenFloat16 } from './float-formats.ts';
import { fileSize, unreadable } from './json-file.ts';
import { readBytes, readBytesAsync } from './read-bytes.ts';
import { parseHeader, type TensorEntry } from './safetensors-header.ts';

/** A safetensors file in memory (little-endian, as every platform that Node is built for runs). */
export interface SafetensorsFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly entries: ReadonlyMap<string, TensorEntry>;
  /** Everything after the header. */
  readonly data: ArrayBuffer;
}

const lengthBytes = 8;
const mostHeaderBytes = 100_000_000;

/** Reads a safetensors file once and checks that its header agrees with its size.
 *  @throws FormatError when it is missing, cut off or malformed. */
export function readSafetensors(path: string): SafetensorsFile {
  const sizeBytes = fileSize(path);
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const { entries, dataStart } = readHeader(file, sizeBytes, path);
    return { path, sizeBytes, entries, data: readBytes(file, dataStart, sizeBytes - dataStart, path) };
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** As readSafetensors, but the data is read by Node's threads while the caller does something else. */
export async function readSafetensorsAsync(path: string): Promise<SafetensorsFile> {
  const sizeBytes = fileSize(path);
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const { entries, dataStart } = readHeader(file, sizeBytes, path);
    return { path, sizeBytes, entries, data: await readBytesAsync(file, dataStart, sizeBytes - dataStart, path) };
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** One tensor as float32; F32 shares the file's memory where its bytes are aligned, F16 and BF16 are widened.
 *  @throws FormatError when it is absent, has another shape or type, or holds NaN or infinity. */
export function readTensor(
  file: SafetensorsFile,
  name: string,
  axes: readonly string[],
  shape: readonly number[],
): Tensor {
  const entry = file.entries.get(name);
  if (entry === undefined) throw new FormatError(`${file.path}: tensor ${quoted(name)} is missing`);
  const where = `${file.path}: tensor ${quoted(name)}`;
  if (entry.shape.length !== shape.length || entry.shape.some((size, axis) => size !== shape[axis])) {
    throw new FormatError(`${where} has shape [${entry.shape.join(', ')}], expected [${shape.join(', ')}]`);
  }
  const values = toFloat32(file.data, entry, where);
  const bad = firstNonFinite(values);
  if (bad >= 0) throw new FormatError(`${where} holds ${values[bad]} at index ${bad}; every number must be finite`);
  return tensor(axes, shape, values);
}

function toFloat32(data: ArrayBuffer, { dtype, begin, end }: TensorEntry, where: string): Float32Array {
  if (dtype === 'F32') {
    return begin % 4 === 0
      ? new Float32Array(data, begin, (end - begin) / 4)
      : new Float32Array(data.slice(begin, end));
  }
  if (dtype !== 'F16' && dtype !== 'BF16') {
    throw new FormatError(`${where} has dtype ${dtype}, expected F32, F16 or BF16`);
  }
  const bits = new Uint16Array(
    begin % 2 === 0 ? data : data.slice(begin, end),
    begin % 2 === 0 ? begin : 0,
    (end - begin) / 2,
  );
  return dtype === 'F16' ? widenFloat16(bits) : widenBFloat16(bits);
}

function readHeader(file: number, sizeBytes: number, path: string) {
  const lengthField = readBytes(file, 0, Math.min(lengthBytes, sizeBytes), path);
  const headerBytes = headerLength(lengthField, sizeBytes, path);
  const json = decodeUtf8(readBytes(file, lengthBytes, headerBytes, path), path);
  const dataStart = lengthBytes + headerBytes;
  return { dataStart, entries: parseHeader(json, sizeBytes - dataStart, path) };
}

function headerLength(lengthField: ArrayBuffer, sizeBytes: number, path: string): number {
  const start = new TextDecoder('latin1').decode(lengthField);
  if (start.startsWith('version ')) {
    throw new FormatError(`${path} is a Git LFS pointer, not the weights: fetch them with 'git lfs pull'`);
  }
  if (/^\s*<[!a-z?]/i.test(start)) throw new FormatError(`${path} is a web page, not safetensors: download it again`);
  if (sizeBytes < lengthBytes) {
    throw new FormatError(`${path} has ${sizeBytes} bytes, too few for safetensors: download it again`);
  }
  const length = new DataView(lengthField).getBigUint64(0, true);
  const available = Math.min(sizeBytes - lengthBytes, mostHeaderBytes);
  if (length < 2n || length > BigInt(available)) {
    throw new FormatError(
      `${path}: header length ${length} must lie between 2 and ${available} bytes (is this safetensors?)`,
    );
  }
  return Number(length);
}

function decodeUtf8(bytes: ArrayBuffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new FormatError(`${path}: the safetensors header is not UTF-8`);
  }
}
