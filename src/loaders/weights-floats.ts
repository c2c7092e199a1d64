import { FormatError, quoted } from './errors.ts';
import { firstNonFinite, widenBFloat16, widenFloat16 } from './float-formats.ts';
import { orUnreadable } from './json-file.ts';
import { readInto } from './read-bytes.ts';
import type { OpenSafetensors } from './safetensors.ts';

/** Small enough to stay in the cache while it is read, widened and checked. */
const chunkElements = 2 ** 18;

const widenInto: ReadonlyMap<string, (bits: Uint16Array, target: Float32Array) => void> = new Map([
  ['F16', widenFloat16],
  ['BF16', widenBFloat16],
]);

/** Reads `target.length` elements of a tensor from `firstElement` on as float32, a chunk at a time: F32 straight into
 *  the target, F16 and BF16 through half a megabyte. `onBytes` receives the bytes of each chunk.
 *  @throws FormatError for another dtype, for NaN or infinity (with its index in the tensor), and when the file ends. */
export function readFloats(
  source: OpenSafetensors,
  name: string,
  firstElement: number,
  target: Float32Array,
  onBytes: (count: number) => void,
): void {
  const { dtype, begin } = source.entries.get(name)!;
  const where = `${source.path}: tensor ${quoted(name)}`;
  const widen = widenInto.get(dtype);
  if (dtype !== 'F32' && widen === undefined) {
    throw new FormatError(`${where} has dtype ${dtype}, expected F32, F16 or BF16`);
  }
  const bytesPerElement = widen === undefined ? 4 : 2;
  for (let done = 0; done < target.length; done += chunkElements) {
    const chunk = target.subarray(done, done + chunkElements);
    const bits = widen === undefined ? undefined : chunkOfBits().subarray(0, chunk.length);
    const stored = bits ?? chunk;
    const bytes = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
    const element = firstElement + done;
    const position = source.dataStart + begin + element * bytesPerElement;
    orUnreadable(source.path, () => readInto(source.file, position, bytes, source.path));
    if (bits !== undefined) widen?.(bits, chunk);
    checkFinite(chunk, element, where);
    onBytes(bytes.length);
  }
}

let cachedChunk: Uint16Array<ArrayBuffer> | undefined;

/** Buffer of numbers to widen; reads share it, since they run in turn. */
function chunkOfBits(): Uint16Array<ArrayBuffer> {
  cachedChunk ??= new Uint16Array(chunkElements);
  return cachedChunk;
}

function checkFinite(values: Float32Array, firstElement: number, where: string): void {
  const bad = firstNonFinite(values);
  if (bad < 0) return;
  throw new FormatError(`${where} holds ${values[bad]} at index ${firstElement + bad}; every number must be finite`);
}
