import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { StoredTensor } from './safetensors-writer.ts';

interface ManifestWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
}

/** The constants of a TensorFlow.js graph model, by node name. */
export interface GraphWeights {
  /** A float32 constant, without leading axes of size 1 beyond `rank` axes. */
  floats(node: string, rank: number): Omit<StoredTensor, 'name'>;
  /** Checks that a constant is exactly these numbers; otherwise the graph is another model. */
  expect(node: string, numbers: readonly number[]): void;
}

/** Reads the weights that a TensorFlow.js model.json lists: little-endian, in order, cut across shard files.
 *  @throws Error when a node is missing or its type is neither float32 nor int32. */
export function readGraphWeights(modelJson: string): GraphWeights {
  const { weightsManifest } = JSON.parse(readFileSync(modelJson, 'utf8')) as {
    weightsManifest: { paths: string[]; weights: ManifestWeight[] }[];
  };
  const constants = new Map<string, { shape: readonly number[]; data: Float32Array | Int32Array }>();
  for (const { paths, weights } of weightsManifest) {
    const bytes = new Uint8Array(Buffer.concat(paths.map((path) => readFileSync(join(dirname(modelJson), path)))));
    let position = bytes.byteOffset;
    for (const { name, shape, dtype } of weights) {
      const size = shape.reduce((product, length) => product * length, 1);
      if (dtype !== 'float32' && dtype !== 'int32') throw new Error(`${modelJson}: ${name} has type ${dtype}`);
      const ArrayType = dtype === 'float32' ? Float32Array : Int32Array;
      constants.set(name, { shape, data: new ArrayType(bytes.buffer, position, size) });
      position += size * 4;
    }
  }
  const constant = (node: string) => {
    const found = constants.get(node);
    if (found === undefined) throw new Error(`${modelJson}: missing weight ${node}`);
    return found;
  };
  return {
    floats(node, rank) {
      const { shape, data } = constant(node);
      const dropped = shape.slice(0, shape.length - rank);
      if (!(data instanceof Float32Array) || dropped.some((length) => length !== 1)) {
        throw new Error(`${modelJson}: ${node} is not a float32 array of ${rank} axes`);
      }
      return { shape: shape.slice(shape.length - rank), data };
    },
    expect(node, numbers) {
      const { data } = constant(node);
      if (data.length !== numbers.length || numbers.some((number, i) => Math.fround(number) !== data[i])) {
        throw new Error(`${modelJson}: ${node} is [${data.join(', ')}], expected [${numbers.join(', ')}]`);
      }
    },
  };
}
