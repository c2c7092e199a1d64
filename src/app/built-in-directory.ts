import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the built-in model folders are: beside the bundle; when run from the sources, in the build's output. */
export function builtInDirectory(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const beside = join(here, 'models');
  return existsSync(beside) ? beside : join(here, '../../dist/models');
}
