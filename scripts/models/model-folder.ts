import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes the files of a model folder. Objects become JSON, indented unless they are long. */
export function writeModelFolder(
  directory: string,
  files: Readonly<Record<string, string | Uint8Array | object>>,
): void {
  mkdirSync(directory, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const isText = typeof content === 'string' || content instanceof Uint8Array;
    writeFileSync(join(directory, name), isText ? content : `${toJson(content)}\n`);
  }
}

function toJson(content: object): string {
  const compact = JSON.stringify(content);
  return compact.length > 20_000 ? compact : JSON.stringify(content, null, 2);
}
