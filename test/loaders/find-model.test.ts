import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildExample } from '../../scripts/models/example.ts';
import { findModel } from '../../src/loaders/find-model.ts';
import { listModels } from '../../src/loaders/list-models.ts';
import { loadModel } from '../../src/loaders/load-model.ts';
import { temporaryFolder, written } from './temporary-folder.ts';

const folder = temporaryFolder();
const choices = 'there are use-lite, example, or the path of a model folder';

describe('finding a model', () => {
  test('a built-in name is its folder among the built-in ones', () => {
    expect(findModel('use-lite', '/models')).toEqual({ name: 'use-lite', directory: join('/models', 'use-lite') });
    expect(findModel('example', '/models').name).toBe('example');
  });

  test('an existing folder is called by its base name', () => {
    mkdirSync(join(folder, 'mine'));
    expect(findModel(join(folder, 'mine/'), '/models')).toEqual({ name: 'mine', directory: join(folder, 'mine') });
  });

  test.each(['', 'nothing-here', 'a\0b', 'x'.repeat(5000), '__proto__'])(
    '%j is told to be unknown, with the choices',
    (name) => {
      expect(() => findModel(name, '/models')).toThrow(expect.objectContaining({ name: 'UnknownModelError' }));
      expect(() => findModel(name, '/models')).toThrow(choices);
    },
  );

  test('a line break in the name does not break the line', () => {
    expect(() => findModel('a\nb', '/models')).toThrow(`no model 'a\\u{a}b': ${choices}`);
  });

  test('a file is told to be a file', () => {
    expect(() => findModel(written(folder, 'file', ''), '/models')).toThrow('is a file, not a model folder');
  });
});

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
        message: expect.stringMatching(/model_type 'sphinx' is not supported; supported: use-lite, example$/),
      }),
    );
  });

  test('a folder without tokenizer or weights is told which file is missing', () => {
    const other = join(folder, 'partial');
    mkdirSync(other);
    written(other, 'config.json', '{"model_type":"example"}');
    expect(() => loadModel(other, 'x')).toThrow(/tokenizer\.json is missing$/);
    written(other, 'tokenizer.json', '{}');
    expect(() => loadModel(other, 'x')).toThrow(/model\.safetensors is missing$/);
  });
});

test('the list of models needs no weights, only their size', () => {
  const builtIn = join(folder, 'built-in');
  for (const name of ['use-lite', 'example']) buildExample(join(builtIn, name));
  written(join(builtIn, 'use-lite'), 'model.safetensors', 'twelve bytes');
  expect(listModels(builtIn).map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
    ['use-lite', 12],
    ['example', 592],
  ]);
  expect(listModels(builtIn)[1]).toMatchObject({
    type: 'example',
    layers: 1,
    heads: 1,
    hiddenSize: 4,
    directory: join(builtIn, 'example'),
    source: 'built in',
  });
});
