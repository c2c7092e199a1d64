import { FormatError, quoted, shown } from './errors.ts';
import { fieldsOf, type JsonFields } from './json-file.ts';
import { duplicateName } from './safetensors-duplicates.ts';

/** Where one tensor lies in a safetensors file. */
export interface TensorEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Byte range in the data that follows the header. */
  readonly begin: number;
  readonly end: number;
}

const dtypesByBits = {
  64: 'F64 C64 I64 U64',
  32: 'F32 I32 U32',
  16: 'F16 BF16 I16 U16',
  8: 'F8_E4M3 F8_E5M2 F8_E8M0 F8_E4M3FNUZ F8_E5M2FNUZ I8 U8 BOOL',
  6: 'F6_E2M3 F6_E3M2',
  4: 'F4',
};
const bitsPerElement: ReadonlyMap<string, number> = new Map(
  Object.entries(dtypesByBits).flatMap(([bits, names]) => names.split(' ').map((name) => [name, Number(bits)])),
);

/** Tensors have fewer axes; keeps messages with a shape short. */
const mostAxes = 64;

/** Reads the JSON header of a safetensors file that has `dataBytes` bytes after it.
 *  Tensors must fill the data without gap or overlap, as the format asks; a name given twice is refused.
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
  const duplicate = duplicateName(json);
  if (duplicate !== undefined) throw new FormatError(`${path}: the header gives ${quoted(duplicate)} twice`);
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
  const bits = typeof dtype === 'string' ? bitsPerElement.get(dtype) : undefined;
  if (typeof dtype !== 'string' || bits === undefined) {
    throw new FormatError(`${where}: dtype must be one of safetensors, such as F32; it is ${shown(dtype)}`);
  }
  const shape = wholeNumbers(fields, 'shape', where);
  if (shape.length > mostAxes) throw new FormatError(`${where}: shape has ${shape.length} axes, at most ${mostAxes}`);
  const [begin, end, ...more] = wholeNumbers(fields, 'data_offsets', where);
  if (begin === undefined || end === undefined || more.length > 0 || end < begin) {
    throw new FormatError(`${where}: data_offsets must be [begin, end] with begin ≤ end`);
  }
  // Sizes beyond 2^53 are rounded but stay beyond it, so that they equal no span.
  const expected = shape.reduce((product, size) => product * size, bits) / 8;
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
  // A misplaced tensor also leaves a gap elsewhere, but the message must name the tensor itself.
  for (const [name, { end }] of inOrder) {
    if (end > dataBytes) {
      const where = `${path}: tensor ${quoted(name)}`;
      throw new FormatError(`${where} ends at byte ${end}, the data has ${dataBytes}: download the file again`);
    }
  }
  let covered = 0;
  for (const [name, { begin, end }] of inOrder) {
    const where = `${path}: tensor ${quoted(name)}`;
    if (begin < covered)
      throw new FormatError(`${where} begins at byte ${begin}, inside another tensor that ends at ${covered}`);
    if (begin > covered) throw new FormatError(`${where} begins at byte ${begin}, leaving a gap after byte ${covered}`);
    covered = end;
  }
  if (covered !== dataBytes) {
    throw new FormatError(`${path}: ${dataBytes - covered} bytes after the last tensor belong to none`);
  }
}
