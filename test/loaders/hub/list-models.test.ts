import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildExample } from '../../../scripts/models/example.ts';
import { listCachedModels, listModels } from '../../../src/loaders/list-models.ts';
import { temporaryFolder, written } from '../temporary-folder.ts';
import { type Content, modelFiles, type SnapshotOptions, writeSnapshot } from './cache-folder.ts';

const folder = temporaryFolder();
let caches = 0;

/** What the list says of a cache with this one repository. */
function listed(files: Record<string, Content>, options?: SnapshotOptions) {
  const cache = join(folder, `cache-${caches++}`);
  writeSnapshot(cache, 'org/model', files, options);
  const models = listCachedModels(cache);
  expect(models.map(({ name, source }) => [name, source])).toEqual([['org/model', 'cache']]);
  return models[0]!;
}

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

// Keys as in the config.json of google-bert/bert-base-uncased, openai-community/gpt2 and so on.
describe('sizes under the names that each family has for them', () => {
  test.each([
    [{ model_type: 'bert', num_hidden_layers: 12, num_attention_heads: 12, hidden_size: 768 }, [12, 12, 768, null]],
    [{ model_type: 'distilbert', n_layers: 6, n_heads: 12, dim: 768, hidden_dim: 3072 }, [6, 12, 768, null]],
    [{ model_type: 'gpt2', n_layer: 12, n_head: 12, n_embd: 768 }, [12, 12, 768, null]],
    [{ model_type: 'gpt_neo', num_layers: 24, num_heads: 16, hidden_size: 2048 }, [24, 16, 2048, null]],
    [{ model_type: 't5', num_layers: 6, num_heads: 8, d_model: 512, d_kv: 64, d_ff: 2048 }, [6, 8, 512, 6]],
    [{ model_type: 't5', num_layers: 8, num_decoder_layers: 4, num_heads: 6, d_model: 512 }, [8, 6, 512, 4]],
    [
      {
        model_type: 'bart',
        encoder_layers: 6,
        decoder_layers: 3,
        encoder_attention_heads: 16,
        d_model: 1024,
        num_hidden_layers: 12,
      },
      [6, 16, 1024, 3],
    ],
    [{ model_type: 'bert', num_hidden_layers: '12', num_attention_heads: -1 }, [null, null, null, null]],
  ])('%j', (config, [layers, heads, hiddenSize, decoderLayers]) => {
    expect(listed(modelFiles(config))).toMatchObject({
      ...{ layers, heads, hiddenSize, decoderLayers, type: config.model_type },
      ...{ sizeBytes: 12, usable: true, why: null },
    });
  });
});

describe('models of the cache that cannot be used, and why', () => {
  const bert = { model_type: 'bert', num_hidden_layers: 2 };
  const { 'model.safetensors': _weights, ...noWeights } = modelFiles(bert);
  const index = JSON.stringify({ weight_map: { a: 'm-1.safetensors', b: 'm-2.safetensors' } });

  test.each<[string, Record<string, Content>, RegExp]>([
    ['no config.json', { 'model.safetensors': '', 'tokenizer.json': '{}' }, /^no config\.json$/],
    [
      'a config.json that is no JSON',
      { ...modelFiles(bert), 'config.json': '{' },
      /^snapshots\/a+\/config\.json is not valid JSON/,
    ],
    ['no model_type', modelFiles({}), /^config\.json has no model_type$/],
    ['another family', modelFiles({ model_type: 'sphinx' }), /^model_type 'sphinx' is not supported/],
    ['quantized', modelFiles({ ...bert, quantization_config: { quant_method: 'gptq' } }), /^quantized \(gptq\)/],
    [
      'a pickle alone',
      { ...noWeights, 'pytorch_model.bin': 'x' },
      /^no model\.safetensors, only pytorch_model\.bin \(a pickle/,
    ],
    ['a GGUF file alone', { ...noWeights, 'model.gguf': 'x' }, /^no model\.safetensors, only model\.gguf$/],
    [
      'an adapter',
      { 'adapter_config.json': '{}', 'adapter_model.safetensors': '' },
      /^only an adapter; it needs its base model$/,
    ],
    ['no weights', noWeights, /^incomplete, it has no weights: continue with attnscope pull org\/model$/],
    [
      'a shard is not there',
      { ...noWeights, 'model.safetensors.index.json': index, 'm-1.safetensors': '' },
      /m-2\.safetensors is missing/,
    ],
    ['an index that is none', { ...noWeights, 'model.safetensors.index.json': '{}' }, /weight_map must be an object/],
    ['no tokenizer', { 'config.json': JSON.stringify(bert), 'model.safetensors': '' }, /^no tokenizer/],
    [
      'merges.txt is not there',
      { 'config.json': JSON.stringify(bert), 'model.safetensors': '', 'vocab.json': '{}' },
      /^no tokenizer/,
    ],
    [
      'SentencePiece alone',
      { 'config.json': JSON.stringify(bert), 'model.safetensors': '', 'spiece.model': '' },
      /^only a SentencePiece model \(spiece\.model\), no tokenizer\.json/,
    ],
  ])('%s', (_, files, why) => {
    expect(listed(files)).toMatchObject({ usable: false, why: expect.stringMatching(why) });
  });

  test('links that lead nowhere', () => {
    expect(listed(modelFiles(bert), { dangling: ['config.json'] }).why).toMatch(/^incomplete, config\.json is missing/);
    expect(listed(modelFiles(bert), { dangling: ['model.safetensors'] }).why).toMatch(/model\.safetensors is missing/);
    expect(listed({ ...modelFiles(bert), 'README.md': '' }, { dangling: ['README.md'] }).usable).toBe(true);
  });

  test('a link out of the cache', () => {
    const cache = join(folder, 'linked');
    const directory = writeSnapshot(cache, 'org/model', noWeights);
    symlinkSync(written(folder, 'secret', 'secret'), join(directory, 'model.safetensors'));
    expect(listCachedModels(cache)).toMatchObject([
      {
        usable: false,
        sizeBytes: 0,
        why: expect.stringMatching(/is a link to '.*secret', outside the model's folder/),
      },
    ]);
  });
});

test('shards are added up', () => {
  const weight_map = { a: 'm-1.safetensors', b: 'm-2.safetensors', c: 'm-1.safetensors' };
  const shards = {
    'model.safetensors.index.json': JSON.stringify({ weight_map }),
    'm-1.safetensors': '12345',
    'm-2.safetensors': '678',
  };
  const { 'model.safetensors': _, ...others } = modelFiles({ model_type: 'bert' });
  expect(listed({ ...others, ...shards })).toMatchObject({ usable: true, sizeBytes: 8 });
});

test('they are in order of their names, and folders that are of no model are left out', () => {
  const cache = join(folder, 'several');
  for (const id of ['b/model', 'gpt2', 'a/model']) writeSnapshot(cache, id, modelFiles({ model_type: 'gpt2' }));
  for (const name of ['datasets--a--b', '.locks', 'models--a--b--c']) mkdirSync(join(cache, name));
  writeFileSync(join(cache, 'models--file'), '');
  expect(listCachedModels(cache).map(({ name }) => name)).toEqual(['a/model', 'b/model', 'gpt2']);
});

test('without a cache there are none', () => {
  expect(listCachedModels(join(folder, 'nowhere'))).toEqual([]);
  expect(listCachedModels(written(folder, 'a-file', ''))).toEqual([]);
});
