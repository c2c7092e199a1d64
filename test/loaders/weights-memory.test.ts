import { execFileSync } from 'node:child_process';
import { closeSync, openSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { safetensorsBytes, temporaryFolder, written } from './temporary-folder.ts';

const root = temporaryFolder();

test('250 MB of half precision are read by rows into one array with hardly any memory beside it', () => {
  const rows = 20_480;
  const width = 768;
  const tensorBytes = rows * width * 2;
  const names = Array.from({ length: 8 }, (_, index) => `w${index}`);
  const header = JSON.stringify(
    Object.fromEntries(
      names.map((name, index) => [
        name,
        { dtype: 'F16', shape: [rows, width], data_offsets: [index * tensorBytes, (index + 1) * tensorBytes] },
      ]),
    ),
  );
  const path = written(root, 'model.safetensors', safetensorsBytes(header, 0));
  const sizeBytes = 8 + header.length + names.length * tensorBytes;
  truncateSync(path, sizeBytes);
  const file = openSync(path, 'r+');
  writeSync(file, Uint8Array.of(0x00, 0x3c), 0, 2, sizeBytes - 2);
  closeSync(file);

  const output = execFileSync(process.execPath, [join(import.meta.dirname, 'weights-memory-child.ts'), root, '300'], {
    encoding: 'utf8',
  });
  const { growthBytes, arrayBytes, last } = JSON.parse(output);
  expect(last).toBe(1);
  expect(arrayBytes).toBe(2 * names.length * tensorBytes);
  expect(growthBytes).toBeGreaterThan(0.9 * arrayBytes);
  expect(growthBytes).toBeLessThan(1.1 * arrayBytes + 40e6);
});
