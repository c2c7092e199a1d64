import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildExample } from '../../scripts/models/example.ts';
import { loadModel } from '../../src/loaders/load-model.ts';
import { temporaryFolder, written } from './temporary-folder.ts';

const folder = temporaryFolder();

describe('loading a folder that is none or another', () => {
  test('an empty folder is told to lack config.json', () => {
    mkdirSync(join(folder, 'empty'));
    expect(() => loadModel(join(folder, 'empty'), 'x')).toThrow(/empty.config\.json is missing$/);
  });

  test('a model_type that is not known is named beside those that are', () => {
    mkdirSync(join(folder, 'other'));
    written(join(folder, 'other'), 'config.json', '{"model_type":"sphinx"}');
    expect(() => loadModel(join(folder, 'other'), 'x')).toThrow(
      expect.objectContaining({
        name: 'UnsupportedModelError',
        message: expect.stringMatching(/model_type 'sphinx' is not supported; supported: use-lite, example, bert, /),
      }),
    );
  });

  test.each(['model.safetensors', 'tokenizer.json'])('a folder without %s is told that it is missing', (name) => {
    const partial = join(folder, name);
    buildExample(partial);
    rmSync(join(partial, name));
    expect(() => loadModel(partial, 'x')).toThrow(`${join(partial, name)} is missing`);
  });
});
