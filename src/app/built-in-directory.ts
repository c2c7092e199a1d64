import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the built-in models: beside the bundle, or in the build's output when run from the sources. */
export function builtInDirectory(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const beside = join(here, 'models');
  return existsSync(beside) ? beside : join(here, '../../dist/models');
}
