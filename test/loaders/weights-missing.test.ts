import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/loaders/config.ts';
import { openWeights } from '../../src/loaders/weights.ts';
import { temporaryFolder, written } from './temporary-folder.ts';

const root = temporaryFolder();

function folder(name: string, files: Record<string, string>): string {
  const directory = join(root, name);
  mkdirSync(directory);
  for (const [file, content] of Object.entries(files)) writeFileSync(join(directory, file), content);
  return directory;
}

const convert = (directory: string, more = '', model = 'AutoModel') =>
  `python -c "from transformers import ${model}; ${model}.from_pretrained('${directory}'${more}).save_pretrained('${directory}')"`;

test.each([
  ['pytorch_model.bin', 'is a PyTorch pickle, which can run code and is never opened', ''],
  ['pytorch_model.bin.index.json', 'is a PyTorch pickle', ''],
  ['pytorch_model-00001-of-00002.bin', 'is a PyTorch pickle', ''],
  ['consolidated.00.pth', 'is a PyTorch pickle', ''],
  ['model.pt', 'is a PyTorch pickle', ''],
  ['model.ckpt', 'is a PyTorch pickle', ''],
  [
    'tf_model.h5',
    'is TensorFlow weights; the model is not broken: convert it to safetensors with transformers 4: python',
    ', from_tf=True',
  ],
  ['flax_model.msgpack', 'is Flax weights', ', from_flax=True'],
  ['model-q4.gguf', 'is a GGUF file', ", gguf_file='model-q4.gguf'"],
])('%s alone is sound, and the way to safetensors is told', (file, called, more) => {
  const directory = folder(`of-${file}`, { [file]: '' });
  expect(() => openWeights(directory)).toThrow(
    expect.objectContaining({
      name: 'UnsupportedModelError',
      message: expect.stringMatching(
        /the model is not broken: convert it to safetensors with (transformers 4: )?python/,
      ),
    }),
  );
  expect(() => openWeights(directory)).toThrow(`${join(directory, file)} ${called}`);
  expect(() => openWeights(directory)).toThrow(convert(directory, more));
});

test('the conversion keeps the head of the class that config.json names, where that is a name', () => {
  const named = (name: string, architectures: unknown) =>
    folder(name, { 'pytorch_model.bin': '', 'config.json': JSON.stringify({ architectures }) });
  const directory = named('class', ['BertForMaskedLM']);
  expect(() => openWeights(directory)).toThrow(convert(directory, '', 'BertForMaskedLM'));
  const odd = named('odd', ['X; import os']);
  expect(() => openWeights(odd)).toThrow(convert(odd));
});

test('a folder whose name a shell would read is not put into the command', () => {
  const directory = folder("$(id)'", { 'pytorch_model.bin': '' });
  expect(() => openWeights(directory)).toThrow(convert('DIR'));
});

test('an adapter is told to be one, also where the reader looks for config.json', () => {
  const says =
    /adapter_config\.json: the folder holds an adapter of 'org\/base', not a model; merge it into its base model/;
  const adapter = { 'adapter_config.json': '{"base_model_name_or_path":"org/base"}', 'adapter_model.safetensors': '' };
  const directory = folder('adapter', adapter);
  for (const load of [openWeights, readConfig]) {
    expect(() => load(directory)).toThrow(expect.objectContaining({ name: 'UnsupportedModelError' }));
    expect(() => load(directory)).toThrow(says);
  }
  expect(() => openWeights(folder('adapter-2', { ...adapter, 'adapter_config.json': '{' }))).toThrow(
    /holds an adapter, not/,
  );
});

test('weights under other names, and shards without their index, are told', () => {
  expect(() => openWeights(folder('other', { 'diffusion.safetensors': '' }))).toThrow(
    /model\.safetensors is missing; 'diffusion\.safetensors' is there/,
  );
  expect(() => openWeights(folder('shards', { 'model-00001-of-00002.safetensors': '' }))).toThrow(
    /model\.safetensors\.index\.json is missing; it must say which tensor is in which shard/,
  );
});

test('no folder, and a file in its place, are told', () => {
  const file = written(root, 'file', '');
  for (const load of [openWeights, readConfig]) {
    expect(() => load(join(root, 'absent'))).toThrow(/absent is missing$/);
    expect(() => load(file)).toThrow(/file is not a folder$/);
  }
});
