import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildExample } from '../../scripts/models/example.ts';
import { buildUseLite } from '../../scripts/models/use-lite.ts';
import { type LoadedModel, loadModel } from '../../src/loaders/load-model.ts';

/** The built-in model from the build; without a build, makes it in a temporary folder. */
export function builtInModel(name: 'use-lite' | 'example'): LoadedModel {
  const built = join(import.meta.dirname, '../../dist/models', name);
  if (existsSync(join(built, 'model.safetensors'))) return loadModel(built, name);
  const folder = mkdtempSync(join(tmpdir(), 'attnscope-test-'));
  try {
    (name === 'use-lite' ? buildUseLite : buildExample)(folder);
    return loadModel(folder, name);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
