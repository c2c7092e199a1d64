import { closeSync } from 'node:fs';
import { FormatError, quoted } from './errors.ts';
import { statOf } from './json-file.ts';
import { missingWeights } from './missing-files.ts';
import { folderFile } from './model-folder.ts';
import { type OpenSafetensors, openSafetensors } from './safetensors.ts';
import { readFloats } from './weights-floats.ts';
import { readShardNames } from './weights-index.ts';

/** The tensors of a model folder, which stay on disk until they are read. */
export interface Weights {
  /** model.safetensors, or the index of the shards. */
  readonly path: string;
  /** Size of all files of weights. */
  readonly sizeBytes: number;
  readonly names: ReadonlySet<string>;
  has(name: string): boolean;
  /** @throws FormatError when the tensor is missing. */
  shape(name: string): readonly number[];
  /** A whole tensor as float32, row-major.
   *  @throws FormatError when it is missing, has another shape or dtype than expected, or holds NaN or infinity. */
  read(name: string, shape?: readonly number[]): Float32Array;
  /** Rows of a tensor as float32; a row holds all numbers with the same first index.
   *  @param into target, default a new array; reuse of a buffer saves memory
   *  @throws FormatError as read does, and where there are fewer rows. */
  readRows(name: string, firstRow: number, rowCount: number, into?: Float32Array): Float32Array;
  /** Closes the files; later reads fail. */
  close(): void;
}

export interface OpenWeightsOptions {
  /** Called after each megabyte or less. The total includes tensors that are never read. */
  readonly onProgress?: (bytesRead: number, totalBytes: number) => void;
}

/** Opens the weights of a model folder: model.safetensors, else the shards of model.safetensors.index.json. Reads
 *  and checks the headers, not the data. Opens no file outside the folder.
 *  @throws FormatError when a file is missing or damaged, UnsupportedModelError for weights in another format. */
export function openWeights(directory: string, options: OpenWeightsOptions = {}): Weights {
  const single = folderFile(directory, 'model.safetensors');
  if (statOf(single) !== undefined) {
    const source = openSafetensors(single);
    return weightsOf(single, [source], new Map([...source.entries.keys()].map((name) => [name, source])), options);
  }
  const index = folderFile(directory, 'model.safetensors.index.json');
  if (statOf(index) === undefined) throw missingWeights(directory);
  const shardNames = readShardNames(index);
  const shards = new Map<string, OpenSafetensors>();
  try {
    for (const name of new Set(shardNames.values())) shards.set(name, openSafetensors(folderFile(directory, name)));
    const sources = new Map([...shardNames].map(([name, shard]) => [name, shardOf(index, name, shards.get(shard)!)]));
    return weightsOf(index, [...shards.values()], sources, options);
  } catch (error) {
    closeAll(shards.values());
    throw error;
  }
}

/** Checks a tensor's shape before its rows are read.
 *  @throws FormatError when the tensor is missing or has another shape; names file and tensor. */
export function checkShape(weights: Weights, name: string, expected: readonly number[]): void {
  if (!weights.has(name)) throw missingTensor(weights.path, name, `expected with shape [${expected.join(', ')}]`);
  const shape = weights.shape(name);
  if (shape.length === expected.length && shape.every((size, axis) => size === expected[axis])) return;
  throw new FormatError(
    `${weights.path}: tensor ${quoted(name)} has shape [${shape.join(', ')}], expected [${expected.join(', ')}]`,
  );
}

function shardOf(index: string, name: string, shard: OpenSafetensors): OpenSafetensors {
  if (shard.entries.has(name)) return shard;
  throw new FormatError(`${index}: tensor ${quoted(name)} should be in ${shard.path}, which does not have it`);
}

function weightsOf(
  path: string,
  files: readonly OpenSafetensors[],
  sources: ReadonlyMap<string, OpenSafetensors>,
  { onProgress }: OpenWeightsOptions,
): Weights {
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  let bytesRead = 0;
  let closed = false;
  const countBytes = (count: number) => {
    bytesRead = Math.min(bytesRead + count, sizeBytes);
    onProgress?.(bytesRead, sizeBytes);
  };
  const sourceOf = (name: string): OpenSafetensors => {
    if (closed) throw new FormatError(`${path} has been closed`);
    const source = sources.get(name);
    if (source === undefined) throw missingTensor(path, name);
    return source;
  };
  const weights: Weights = {
    path,
    sizeBytes,
    names: new Set(sources.keys()),
    has: (name) => sources.has(name),
    shape: (name) => sourceOf(name).entries.get(name)!.shape,
    read(name, shape) {
      if (shape !== undefined) checkShape(weights, name, shape);
      const source = sourceOf(name);
      const target = floats(sizeOf(weights.shape(name)), source.path, name);
      readFloats(source, name, 0, target, countBytes);
      return target;
    },
    readRows(name, firstRow, rowCount, into) {
      const source = sourceOf(name);
      const [rows = 1, ...rest] = weights.shape(name);
      if (firstRow < 0 || rowCount < 0 || firstRow + rowCount > rows) {
        throw new FormatError(
          `${source.path}: tensor ${quoted(name)} has ${rows} rows, expected at least ${firstRow + rowCount}`,
        );
      }
      const length = rowCount * sizeOf(rest);
      const target = into?.subarray(0, length) ?? floats(length, source.path, name);
      if (target.length < length) throw new RangeError(`${length} numbers do not fit into ${target.length}`);
      readFloats(source, name, firstRow * sizeOf(rest), target, countBytes);
      return target;
    },
    close() {
      if (!closed) closeAll(files);
      closed = true;
    },
  };
  return weights;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function floats(length: number, path: string, name: string): Float32Array {
  try {
    return new Float32Array(length);
  } catch {
    throw new FormatError(`${path}: tensor ${quoted(name)} needs ${length * 4} bytes, more than memory has`);
  }
}

function missingTensor(path: string, name: string, expected?: string): FormatError {
  const more = expected === undefined ? '' : `, ${expected}`;
  return new FormatError(`${path}: tensor ${quoted(name)} is missing${more}`);
}

function closeAll(files: Iterable<OpenSafetensors>): void {
  for (const { file } of files) closeSync(file);
}
