import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listCachedModels } from '../../../src/loaders/list-models.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import * as hub from './hub-server.ts';
import { setUp, weights, weightsPath } from './pull-set-up.ts';
import { jsonBytes, shardedRepository, smallFiles, smallRepository } from './small-repository.ts';

const root = temporaryFolder();

describe('a pull', () => {
  test('brings configuration, tokenizer and safetensors, and nothing else, in the layout of huggingface_hub', async () => {
    const { run, cache, server, warnings } = await setUp(root);
    const pulled = await run();
    const repository = join(cache, 'models--org--model');
    const names = ['config.json', 'model.safetensors', 'tokenizer.json', 'vocab.txt'];
    expect(pulled.directory).toBe(join(repository, 'snapshots', hub.commit));
    expect(readdirSync(pulled.directory).sort()).toEqual(names);
    for (const name of names) {
      const id = name === 'model.safetensors' ? hub.sha256(weights) : hub.gitId(smallFiles[name]!);
      expect(readlinkSync(join(pulled.directory, name))).toBe(`../../blobs/${id}`);
      expect(new Uint8Array(readFileSync(join(pulled.directory, name)))).toEqual(smallFiles[name]);
    }
    expect(readFileSync(join(repository, 'refs/main'), 'utf8')).toBe(hub.commit);
    expect(readdirSync(join(repository, 'blobs'))).toHaveLength(4);
    expect(server.downloads().sort()).toEqual(names.map((name) => `/org/model/resolve/${hub.commit}/${name}`));
    expect(warnings).toEqual([]);
    expect(listCachedModels(cache)).toMatchObject([{ name: 'org/model', usable: true, sizeBytes: 200_000 }]);
  });

  test('ids are those of git hash-object and sha256sum', () => {
    const bytes = new TextEncoder().encode('hello\n');
    expect(hub.gitId(bytes)).toBe('ce013625030ba8dba906f756967f9e9ca394464a');
    expect(hub.sha256(bytes)).toBe('5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03');
  });

  test('a second one downloads nothing', async () => {
    const { run, server } = await setUp(root);
    expect((await run()).receivedBytes).toBe(
      ['config.json', 'tokenizer.json', 'vocab.txt', 'model.safetensors'].reduce(
        (sum, name) => sum + smallFiles[name]!.length,
        0,
      ),
    );
    const before = server.downloads().length;
    expect(await run()).toMatchObject({ receivedBytes: 0, fileCount: 4 });
    expect(server.downloads()).toHaveLength(before);
  });

  test('a blob of a wrong size is downloaded again', async () => {
    const { run, blob, weightsOnDisk } = await setUp(root);
    await run();
    writeFileSync(blob(), 'short');
    expect((await run()).receivedBytes).toBe(200_000);
    expect(new Uint8Array(weightsOnDisk())).toEqual(weights);
  });

  test('brings the shards that the index names, each once', async () => {
    const { run, server, cache } = await setUp(root, shardedRepository);
    const { directory, totalBytes } = await run();
    expect(readdirSync(directory).filter((name) => name.startsWith('model-'))).toEqual([
      'model-00001-of-00002.safetensors',
      'model-00002-of-00002.safetensors',
    ]);
    expect(server.downloads().filter((path) => path.includes('/model-'))).toHaveLength(2);
    expect(totalBytes).toBeGreaterThan(7_000);
    expect(listCachedModels(cache)).toMatchObject([{ usable: true, sizeBytes: 7_000 }]);
  });

  test('says how far it is, up to the end', async () => {
    const { run, progress } = await setUp(root);
    const { totalBytes } = await run();
    expect(progress.at(-1)).toEqual({ file: 'model.safetensors', doneBytes: totalBytes, totalBytes });
    const done = progress.map(({ doneBytes }) => doneBytes);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
  });

  test('a branch gets its ref, a commit none', async () => {
    const { run, cache } = await setUp(root);
    await run({ revision: hub.commit });
    expect(existsSync(join(cache, 'models--org--model/refs'))).toBe(false);
    await run({ revision: 'other' });
    expect(readdirSync(join(cache, 'models--org--model/refs'))).toEqual(['other']);
  });

  test('two at the same time do not get in each other’s way', async () => {
    const { run, cache, weightsOnDisk } = await setUp(root);
    await Promise.all([run(), run(), run()]);
    expect(new Uint8Array(weightsOnDisk())).toEqual(weights);
    expect(readlinkSync(join(cache, 'models--org--model/snapshots', hub.commit, 'vocab.txt'))).toMatch(
      /^\.\.\/\.\.\/blobs\//,
    );
    expect(readdirSync(join(cache, 'models--org--model/blobs'))).toHaveLength(4);
  });

  test('an empty file is a file', async () => {
    const files = { ...smallFiles, 'merges.txt': new Uint8Array(0) };
    const { run } = await setUp(root, { ...smallRepository, files });
    expect(readFileSync(join((await run()).directory, 'merges.txt'))).toHaveLength(0);
  });

  test('warns before the weights of a family that is not supported', async () => {
    const files = { ...smallFiles, 'config.json': jsonBytes({ model_type: 'sphinx' }) };
    const { run, warnings, server } = await setUp(root, { ...smallRepository, files });
    let isWarnedEarly = false;
    await run({
      onWarning: (warning) => {
        warnings.push(warning);
        isWarnedEarly = !server.downloads().includes(weightsPath);
      },
    });
    expect(warnings).toEqual([
      expect.stringMatching(/^org\/model cannot be used: model_type 'sphinx' is not supported/),
    ]);
    expect(isWarnedEarly).toBe(true);
  });
});

describe('a repository that cannot be used', () => {
  test('pickle only: says how to convert it', async () => {
    const { 'model.safetensors': _, ...files } = smallFiles;
    const { run, server } = await setUp(root, { files });
    await expect(run()).rejects.toThrow(
      /only 'pytorch_model\.bin'.*python -c "from transformers import BertForMaskedLM.*save_pretrained\('DIR'\)/,
    );
    expect(server.downloads()).toEqual([]);
  });

  test.each([
    ['an adapter', { 'adapter_config.json': 'x', 'adapter_model.safetensors': 'x' }, 'is only an adapter'],
    ['GGUF alone', { 'model.gguf': 'x' }, "only 'model.gguf', which is not read"],
    ['no weights', {}, 'nor other weights'],
  ])('%s', async (_, files, message) => {
    const bytes = Object.entries(files).map(([name, text]) => [name, new TextEncoder().encode(text)] as const);
    const { run } = await setUp(root, { files: { 'config.json': jsonBytes({}), ...Object.fromEntries(bytes) } });
    await expect(run()).rejects.toThrow(message);
  });

  test('without config.json', async () => {
    const { 'config.json': _, ...files } = smallFiles;
    const { run } = await setUp(root, { files });
    await expect(run()).rejects.toThrow('has no config.json');
  });
});
