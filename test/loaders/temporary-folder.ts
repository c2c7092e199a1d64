import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A folder that is removed when the tests of the file have ended; to be called outside of any test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'attnscope-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Bytes of a safetensors file with any header, right or wrong, and any data. */
export function safetensorsBytes(
  header: string | Uint8Array,
  data: Uint8Array | number,
  declaredLength?: bigint,
): Uint8Array {
  const json = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const rest = typeof data === 'number' ? new Uint8Array(data) : data;
  const file = new Uint8Array(8 + json.length + rest.length);
  new DataView(file.buffer).setBigUint64(0, declaredLength ?? BigInt(json.length), true);
  file.set(json, 8);
  file.set(rest, 8 + json.length);
  return file;
}

/** Writes the file and gives its path. */
export function written(folder: string, name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
