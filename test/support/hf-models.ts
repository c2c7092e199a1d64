import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadedModel, loadModel } from '../../src/loaders/load-model.ts';

const models = join(import.meta.dirname, '../../fixtures/hf');
const tokenizers = join(import.meta.dirname, '../../fixtures/tokenizers');

/** Names of the small fixture models. */
export const hfModelNames: readonly string[] = readdirSync(models).filter((name) =>
  existsSync(join(models, name, 'config.json')),
);

/** Writes a model folder with its tokenizer into `parent`; returns its path. */
export function copyHfModel(name: string, parent: string): string {
  const folder = join(parent, name);
  mkdirSync(folder, { recursive: true });
  for (const from of [join(models, name), join(tokenizers, name)]) {
    for (const file of readdirSync(from)) if (file !== 'expected.json') cpSync(join(from, file), join(folder, file));
  }
  return folder;
}

/** A small fixture model, loaded from a folder of that name. */
export function hfModel(name: string): LoadedModel {
  const parent = mkdtempSync(join(tmpdir(), 'attnscope-test-'));
  try {
    return loadModel(copyHfModel(name, parent), name);
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

/** The numbers that Hugging Face Transformers computes. */
export function hfExpected(name: string): unknown {
  return JSON.parse(readFileSync(join(models, name, 'expected.json'), 'utf8'));
}

/** The recorded tokens of more and longer texts. */
export function hfTokenizerExpected(name: string): unknown {
  return JSON.parse(readFileSync(join(tokenizers, name, 'expected.json'), 'utf8'));
}
