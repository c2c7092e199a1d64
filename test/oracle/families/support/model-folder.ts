import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeSafetensors } from '../../../../scripts/models/safetensors-writer.ts';
import type { Config } from './reference.ts';
import type { NamedTensor } from './weights.ts';

/** Writes config.json and model.safetensors into a folder. */
export function writeModelFolder(directory: string, config: Config, tensors: ReadonlyMap<string, NamedTensor>): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
  const stored = [...tensors].map(([name, { shape, data }]) => ({ name, shape, data }));
  writeFileSync(join(directory, 'model.safetensors'), encodeSafetensors(stored, { format: 'pt' }));
}

/** The tensors of the bare model as its own class saves them: without prefix and head. */
export function withoutHead(tensors: ReadonlyMap<string, NamedTensor>, prefix: string): Map<string, NamedTensor> {
  return new Map(
    [...tensors].flatMap(([name, tensor]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), tensor] as const] : [],
    ),
  );
}
