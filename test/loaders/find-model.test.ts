import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findModel } from '../../src/loaders/find-model.ts';
import { modelFiles, writeSnapshot } from './hub/cache-folder.ts';
import { temporaryFolder, written } from './temporary-folder.ts';

const folder = temporaryFolder();
const cache = join(folder, 'cache');
const bert = { model_type: 'bert', num_hidden_layers: 2, num_attention_heads: 4, hidden_size: 32 };
const find = (name: string) => findModel(name, '/models', cache);

describe('finding a model', () => {
  test('a built-in name is its folder among the built-in ones', () => {
    expect(find('use-lite')).toEqual({ name: 'use-lite', directory: join('/models', 'use-lite') });
    expect(find('example').name).toBe('example');
  });

  test('an existing folder is called by its base name', () => {
    mkdirSync(join(folder, 'mine'));
    expect(find(join(folder, 'mine/'))).toEqual({ name: 'mine', directory: join(folder, 'mine') });
  });

  test.each(['', 'a\0b', 'x'.repeat(5000), '../x', './nothing-here'])(
    '%j is told to be unknown, with the choices, and never looked for in the cache',
    (name) => {
      expect(() => find(name)).toThrow(expect.objectContaining({ name: 'UnknownModelError' }));
      expect(() => find(name)).toThrow(
        /^no model [^\n]*: built in are use-lite and example, the path of a model folder works too/,
      );
    },
  );

  test.each(['nothing-here', 'org/nothing', '__proto__'])(
    '%j is told where it was looked for, and how to get it',
    (name) => {
      expect(() => find(name)).toThrow(expect.objectContaining({ name: 'UnknownModelError' }));
      expect(() => find(name)).toThrow(
        `no such folder, and no such repository in ${cache} (attnscope pull ${name} downloads one)`,
      );
    },
  );

  test('a line break in the name does not break the line', () => {
    expect(() => find('a\nb')).toThrow("no model 'a\\u{a}b': built in are");
  });

  test('a file is told to be a file', () => {
    expect(() => find(written(folder, 'file', ''))).toThrow('is a file, not a model folder');
  });
});

describe('finding a model in the cache', () => {
  test('the snapshot of refs/main, called by the id', () => {
    writeSnapshot(cache, 'org/two', modelFiles(bert), { commit: 'b'.repeat(40), isMain: false });
    const main = writeSnapshot(cache, 'org/two', modelFiles(bert), { commit: 'c'.repeat(40), ageSeconds: 1_000 });
    expect(find('org/two')).toEqual({ name: 'org/two', directory: main });
  });

  test('a name without an organisation', () => {
    const directory = writeSnapshot(cache, 'gpt2', modelFiles({ model_type: 'gpt2' }));
    expect(find('gpt2')).toEqual({ name: 'gpt2', directory });
    expect(() => find('./gpt2')).toThrow('no model');
  });

  test('without refs/main, the newest one that is whole', () => {
    const options = { isMain: false };
    writeSnapshot(cache, 'org/old', modelFiles(bert), { ...options, commit: '1'.repeat(40), ageSeconds: 300 });
    const whole = writeSnapshot(cache, 'org/old', modelFiles(bert), {
      ...options,
      commit: '2'.repeat(40),
      ageSeconds: 200,
    });
    const dangling = ['model.safetensors'];
    writeSnapshot(cache, 'org/old', modelFiles(bert), {
      ...options,
      commit: '3'.repeat(40),
      ageSeconds: 100,
      dangling,
    });
    expect(find('org/old').directory).toBe(whole);
  });

  test('a main that was not downloaded whole gives way to an older snapshot that was', () => {
    const whole = writeSnapshot(cache, 'org/new', modelFiles(bert), {
      commit: '1'.repeat(40),
      isMain: false,
      ageSeconds: 9,
    });
    writeSnapshot(cache, 'org/new', { 'config.json': '{}' }, { commit: '2'.repeat(40) });
    expect(find('org/new').directory).toBe(whole);
  });

  test('one that was not downloaded whole is told to be so, with what continues it', () => {
    writeSnapshot(cache, 'org/half', modelFiles(bert), { dangling: ['model.safetensors'] });
    const index = JSON.stringify({ weight_map: { a: 'x-1.safetensors', b: 'x-2.safetensors' } });
    const shards = {
      'config.json': '{}',
      'model.safetensors.index.json': index,
      'x-1.safetensors': '',
      'x-2.safetensors': '',
    };
    writeSnapshot(cache, 'org/shards', shards, { dangling: ['x-2.safetensors'] });
    mkdirSync(join(cache, 'models--org--begun/blobs'), { recursive: true });
    for (const [id, lack] of [
      ['org/half', 'model.safetensors is missing'],
      ['org/shards', 'x-2.safetensors is missing'],
      ['org/begun', 'it has no snapshot'],
    ] as const) {
      expect(() => find(id)).toThrow(`${id} is incomplete, ${lack}: continue with attnscope pull ${id}`);
    }
  });

  test('a link out of the folder of the model is not followed', () => {
    const outside = written(folder, 'outside.safetensors', 'secret');
    const directory = writeSnapshot(cache, 'org/links', { 'config.json': '{}', 'tokenizer.json': '{}' });
    symlinkSync(outside, join(directory, 'model.safetensors'));
    expect(() => find('org/links')).toThrow(expect.objectContaining({ name: 'FormatError' }));
    expect(() => find('org/links')).toThrow(
      /model\.safetensors is a link to '.*outside\.safetensors', outside the model's folder/,
    );
    const whole = writeSnapshot(cache, 'org/moved', modelFiles(bert), { commit: 'd'.repeat(40) });
    mkdirSync(join(cache, 'models--org--linked/snapshots'), { recursive: true });
    symlinkSync(whole, join(cache, 'models--org--linked/snapshots', 'e'.repeat(40)));
    expect(() => find('org/linked')).toThrow(/is a link to '.*', outside the model's folder/);
  });

  test('refs/main cannot lead out of the snapshots', () => {
    writeSnapshot(cache, 'org/ref', modelFiles(bert));
    writeFileSync(join(cache, 'models--org--ref/refs/main'), '../../models--gpt2/snapshots/x');
    expect(find('org/ref').directory).toBe(join(cache, 'models--org--ref/snapshots', 'a'.repeat(40)));
  });

  test('a repository whose folder is on another disk is found', () => {
    const away = join(folder, 'disk');
    const directory = writeSnapshot(away, 'org/away', modelFiles(bert));
    symlinkSync(join(away, 'models--org--away'), join(cache, 'models--org--away'));
    expect(find('org/away').directory).toBe(directory.replace(away, cache));
  });

  test('an existing folder wins, a file does not', () => {
    const before = process.cwd();
    process.chdir(folder);
    onTestFinished(() => process.chdir(before));
    writeSnapshot(cache, 'org/both', modelFiles(bert));
    mkdirSync(join(folder, 'org'));
    writeFileSync(join(folder, 'org/both'), '');
    expect(find('org/both').directory).toContain('snapshots');
    mkdirSync(join(folder, 'gpt2'));
    expect(find('gpt2').directory).toMatch(/\/gpt2$/);
  });
});
