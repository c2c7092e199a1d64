/** A float32 array and the name to store it under. */
export interface StoredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The bytes of a safetensors file: F32 tensors in the given order.
 *  Spaces pad the header, so that the data begins at a multiple of 8 bytes. */
export function encodeSafetensors(tensors: readonly StoredTensor[], metadata: Record<string, string>): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let dataBytes = 0;
  for (const { name, shape, data } of tensors) {
    const size = shape.reduce((product, length) => product * length, 1);
    if (size !== data.length)
      throw new Error(`${name}: shape [${shape.join(', ')}] does not hold ${data.length} numbers`);
    header[name] = { dtype: 'F32', shape, data_offsets: [dataBytes, dataBytes + data.byteLength] };
    dataBytes += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + headerBytes + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, 8, 8 + headerBytes).set(json, 8);
  let position = 8 + headerBytes;
  for (const { data } of tensors) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return file;
}
