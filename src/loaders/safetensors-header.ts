import { FormatError, quoted, shown } from './errors.ts';
import { fieldsOf, type JsonFields } from './json-file.ts';

/** Where one tensor lies in a safetensors file. */
export interface TensorEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Byte range in the data that follows the header. */
  readonly begin: number;
  readonly end: number;
}

const bytesPerElement: ReadonlyMap<string, number> = new Map([
  ['F64', 8],
  ['F32', 4],
  ['F16', 2],
  ['BF16', 2],
  ['F8_E4M3', 1],
  ['F8_E5M2', 1],
  ['I64', 8],
  ['I32', 4],
  ['I16', 2],
  ['I8', 1],
  ['U64', 8],
  ['U32', 4],
  ['U16', 2],
  ['U8', 1],
  ['BOOL', 1],
]);

/** Reads the JSON header of a safetensors file that has `dataBytes` bytes after it.
 *  Tensors must fill the data without gap or overlap, as the format asks; that also exposes a name given twice.
 *  @throws FormatError that names the file and the tensor. */
export function parseHeader(json: string, dataBytes: number, path: string): ReadonlyMap<string, TensorEntry> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new FormatError(`${path}: the safetensors header is not valid JSON`);
  }
  const fields = fieldsOf(value);
  if (fields === null) throw new FormatError(`${path}: the safetensors header must be a JSON object`);
  const entries = new Map<string, TensorEntry>();
  for (const [name, entry] of fields) {
    if (name !== '__metadata__') entries.set(name, parseEntry(entry, `${path}: tensor ${quoted(name)}`));
  }
  checkCoverage(entries, dataBytes, path);
  return entries;
}

function parseEntry(value: unknown, where: string): TensorEntry {
  const fields = fieldsOf(value);
  if (fields === null) throw new FormatError(`${where} must be described by an object`);
  const dtype = fields.get('dtype');
  const width = typeof dtype === 'string' ? bytesPerElement.get(dtype) : undefined;
  if (typeof dtype !== 'string' || width === undefined) {
    throw new FormatError(
      `${where}: dtype must be one of ${[...bytesPerElement.keys()].join(', ')}; it is ${shown(dtype)}`,
    );
  }
  const shape = wholeNumbers(fields, 'shape', where);
  const [begin, end, ...more] = wholeNumbers(fields, 'data_offsets', where);
  if (begin === undefined || end === undefined || more.length > 0 || end < begin) {
    throw new FormatError(`${where}: data_offsets must be [begin, end] with begin ≤ end`);
  }
  const expected = shape.reduce((product, size) => product * size, width);
  if (end - begin !== expected) {
    throw new FormatError(
      `${where}: ${dtype} of shape [${shape.join(', ')}] takes ${expected} bytes, data_offsets span ${end - begin}`,
    );
  }
  return { dtype, shape, begin, end };
}

function wholeNumbers(fields: JsonFields, key: string, where: string): number[] {
  const value = fields.get(key);
  if (!Array.isArray(value) || !value.every((item) => Number.isSafeInteger(item) && item >= 0)) {
    throw new FormatError(`${where}: ${key} must be an array of whole numbers from 0`);
  }
  return value;
}

function checkCoverage(entries: ReadonlyMap<string, TensorEntry>, dataBytes: number, path: string): void {
  const inOrder = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const [name, { begin, end }] of inOrder) {
    const where = `${path}: tensor ${quoted(name)}`;
    if (end > dataBytes)
      throw new FormatError(`${where} ends at byte ${end}, the data has ${dataBytes} (is the file cut off?)`);
    if (begin < covered)
      throw new FormatError(`${where} begins at byte ${begin}, inside another tensor that ends at ${covered}`);
    if (begin > covered) throw new FormatError(`${where} begins at byte ${begin}, leaving a gap after byte ${covered}`);
    covered = end;
  }
  if (covered !== dataBytes) {
    throw new FormatError(`${path}: ${dataBytes - covered} bytes after the last tensor belong to none`);
  }
}
