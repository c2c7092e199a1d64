import { FormatError, quoted, shown } from './errors.ts';
import { fieldsOf, readJsonObject } from './json-file.ts';
import { isPlainFileName } from './model-folder.ts';

/** The shard of every tensor, by name, from a `model.safetensors.index.json`; its metadata is not read.
 *  @throws FormatError when it is malformed or names a shard that is no plain file name ending in .safetensors. */
export function readShardNames(path: string): ReadonlyMap<string, string> {
  const map = fieldsOf(readJsonObject(path).get('weight_map'));
  if (map === null || map.size === 0) {
    throw new FormatError(`${path}: weight_map must be an object that names the file of each tensor`);
  }
  for (const [name, shard] of map) {
    if (typeof shard !== 'string' || !isPlainFileName(shard) || !shard.endsWith('.safetensors')) {
      throw new FormatError(
        `${path}: weight_map has ${shown(shard)} for tensor ${quoted(name)}; expected the name of a .safetensors file in the same folder`,
      );
    }
  }
  return map as ReadonlyMap<string, string>;
}
