import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadedModel, loadModel } from '../../src/loaders/load-model.ts';

const models = join(import.meta.dirname, '../../fixtures/hf');
const tokenizers = join(import.meta.dirname, '../../fixtures/tokenizers');

/** Names of the small models of the fixtures. */
export const hfModelNames: readonly string[] = readdirSync(models).filter((name) =>
  existsSync(join(models, name, 'config.json')),
);

/** Writes the model folder, its tokenizer with it, into `parent`, and gives its path. */
export function copyHfModel(name: string, parent: string): string {
  const folder = join(parent, name);
  mkdirSync(folder, { recursive: true });
  for (const from of [join(models, name), join(tokenizers, name)]) {
    for (const file of readdirSync(from)) if (file !== 'expected.json') cpSync(join(from, file), join(folder, file));
  }
  return folder;
}

/** A small model of the fixtures, loaded as from a folder of that name. */
export function hfModel(name: string): LoadedModel {
  const parent = mkdtempSync(join(tmpdir(), 'attnscope-test-'));
  try {
    return loadModel(copyHfModel(name, parent), name);
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

/** What Hugging Face Transformers computes with the model. */
export function hfExpected(name: string): unknown {
  return JSON.parse(readFileSync(join(models, name, 'expected.json'), 'utf8'));
}

/** What its tokenizer makes of more and longer texts. */
export function hfTokenizerExpected(name: string): unknown {
  return JSON.parse(readFileSync(join(tokenizers, name, 'expected.json'), 'utf8'));
}
