import { join } from 'node:path';
import { readShardNames } from '../weights-index.ts';
import type { FolderContents } from './folder-contents.ts';

/** The weights of a folder, from names and sizes. */
export interface WeightFiles {
  /** 'other': only weights of another kind, named in `files`. */
  readonly kind: 'safetensors' | 'other' | 'none';
  readonly files: readonly string[];
  /** Missing shards of the index. */
  readonly missing: readonly string[];
  readonly sizeBytes: number;
}

export const singleFile = 'model.safetensors';
export const indexFile = 'model.safetensors.index.json';

const otherWeights =
  /^(pytorch_model.*\.bin|.*\.(pt|pth|ckpt|pkl|h5|msgpack|gguf|onnx|ot)|consolidated.*|adapter_model\.(safetensors|bin))$/;

/** Finds model.safetensors, else the shards of its index, else weights of other kinds.
 *  @throws FormatError when the index is malformed. */
export function findWeights({ directory, files, dangling }: FolderContents): WeightFiles {
  const hasIndex = files.has(indexFile);
  if (files.has(singleFile) || (dangling.includes(singleFile) && !hasIndex)) {
    return sized('safetensors', [singleFile], files);
  }
  if (hasIndex) return sized('safetensors', shardNames(join(directory, indexFile)), files);
  const others = [...files.keys()].filter((name) => isOtherWeights(name));
  return sized(others.length > 0 ? 'other' : 'none', others, files);
}

/** True for weights in other formats: pickles, and files of other frameworks. */
export function isOtherWeights(name: string): boolean {
  return otherWeights.test(name);
}

/** True for the name of a pickle. */
export function isPickle(name: string): boolean {
  return /\.(bin|pt|pth|ckpt|pkl)$/.test(name);
}

/** The shards of an index, each once, in order.  @throws FormatError when it is malformed. */
export function shardNames(indexPath: string): string[] {
  return [...new Set(readShardNames(indexPath).values())];
}

function sized(kind: WeightFiles['kind'], names: readonly string[], files: ReadonlyMap<string, number>): WeightFiles {
  return {
    kind,
    files: names,
    missing: names.filter((name) => !files.has(name)),
    sizeBytes: names.reduce((sum, name) => sum + (files.get(name) ?? 0), 0),
  };
}
