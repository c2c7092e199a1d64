import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** The tensors of a model folder, read without any code of the loader. */
export interface Checkpoint {
  at(tensor: string, index: readonly number[]): number;
}

export function checkpointOf(directory: string): Checkpoint {
  const tensors = new Map<string, { shape: readonly number[]; numberAt: (place: number) => number }>();
  for (const file of readdirSync(directory).filter((name) => name.endsWith('.safetensors'))) {
    const bytes = readFileSync(join(directory, file));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const headerLength = Number(view.getBigUint64(0, true));
    const header = JSON.parse(bytes.subarray(8, 8 + headerLength).toString('utf8')) as Record<string, Entry>;
    for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(header)) {
      if (name === '__metadata__') continue;
      const start = 8 + headerLength + offsets[0];
      const size = dtype === 'F32' ? 4 : 2;
      const numberAt = (place: number) => {
        const at = start + place * size;
        if (dtype === 'F32') return view.getFloat32(at, true);
        return dtype === 'F16' ? half(view.getUint16(at, true)) : brain(view.getUint16(at, true));
      };
      tensors.set(name, { shape, numberAt });
    }
  }
  return {
    at(name, index) {
      const tensor = tensors.get(name);
      if (tensor === undefined) throw new RangeError(`no tensor ${name}`);
      const { shape } = tensor;
      const isInside = index.length === shape.length && index.every((one, axis) => one >= 0 && one < shape[axis]!);
      if (!isInside) throw new RangeError(`${name} [${shape.join(', ')}] has no [${index.join(', ')}]`);
      return tensor.numberAt(index.reduce((place, one, axis) => place * shape[axis]! + one, 0));
    },
  };
}

function half(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size = exponent === 0 ? 2 ** -24 * fraction : 2 ** (exponent - 15) * (1 + fraction / 1024);
  return bits >> 15 ? -size : size;
}

function brain(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits << 16);
  return view.getFloat32(0);
}
