import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createExplorer } from '../../src/explorer/explorer.ts';
import { loadModel, loadTokenizer, weightsSize } from '../../src/loaders/load-model.ts';
import { copyHfModel } from '../support/hf-models.ts';
import { safetensorsBytes, temporaryFolder } from './temporary-folder.ts';

/** What the config.json of each says; its head by the class that it was saved from. */
const facts = {
  bert: { layers: 2, decoderLayers: null, heads: 4, head: 'masked', endTokenIds: [] },
  distilbert: { layers: 2, decoderLayers: null, heads: 3, head: 'masked', endTokenIds: [] },
  roberta: { layers: 2, decoderLayers: null, heads: 4, head: 'masked', endTokenIds: [2] },
  gpt2: { layers: 2, decoderLayers: null, heads: 4, head: 'causal', endTokenIds: [399] },
  llama: { layers: 2, decoderLayers: null, heads: 4, head: 'causal', endTokenIds: [2] },
  'llama-f16': { layers: 3, decoderLayers: null, heads: 2, head: 'causal', endTokenIds: [2] },
  t5: { layers: 2, decoderLayers: 2, heads: 4, head: 'causal', endTokenIds: [1] },
} as const;

const folder = temporaryFolder();

/** A copy of the model for the test to change. */
function changed(name: keyof typeof facts, as: string): string {
  return copyHfModel(name, join(folder, as));
}

function changeJson(path: string, change: (fields: Record<string, unknown>) => void): void {
  const fields = JSON.parse(readFileSync(path, 'utf8'));
  change(fields);
  writeFileSync(path, JSON.stringify(fields));
}

describe.each(Object.entries(facts))('%s', (name, { layers, decoderLayers, heads, head, endTokenIds }) => {
  const directory = changed(name as keyof typeof facts, 'as-it-is');
  const loaded = loadModel(directory, 'mine');

  test('is what its configuration says, under the name that it was given', () => {
    const { model } = loaded;
    expect(model.name).toBe('mine');
    expect(model.type).toBe(JSON.parse(readFileSync(join(directory, 'config.json'), 'utf8')).model_type);
    expect(model.numHiddenLayers).toBe(layers);
    expect(model.decoder?.layers.length ?? null).toBe(decoderLayers);
    expect(model.numAttentionHeads).toBe(heads);
    expect(model.head?.kind).toBe(head);
  });

  test('ends texts with the tokens that its files name', () => expect(loaded.endTokenIds).toEqual(endTokenIds));

  test('has the size of its files of weights, which are not read for it', () => {
    const names = readdirSync(directory).filter((file) => file.endsWith('.safetensors'));
    const sizeBytes = names.reduce((sum, file) => sum + statSync(join(directory, file)).size, 0);
    expect(loaded.sizeBytes).toBe(sizeBytes);
    expect(weightsSize(directory)).toBe(sizeBytes);
  });

  test('has a tokenizer that can be had alone', () => {
    const { tokenizer, endTokenIds: ends } = loadTokenizer(directory);
    expect(tokenizer.tokenize('The cat')).toEqual(loaded.tokenizer.tokenize('The cat'));
    expect(ends).toEqual(endTokenIds);
  });
});

describe('end tokens', () => {
  test('are those of generation_config.json, one or several, before those of config.json', () => {
    const directory = changed('gpt2', 'ends');
    const ends = () => loadTokenizer(directory).endTokenIds;
    changeJson(join(directory, 'generation_config.json'), (fields) => Object.assign(fields, { eos_token_id: [5, 6] }));
    expect(ends()).toEqual([5, 6]);
    rmSync(join(directory, 'generation_config.json'));
    expect(ends()).toEqual([399]);
    changeJson(join(directory, 'config.json'), (fields) => Object.assign(fields, { eos_token_id: null }));
    expect(ends()).toEqual([]);
  });
});

describe('a bare model, saved without its head and its prefix', () => {
  test('has the attention of the whole one, and predicts nothing', () => {
    const directory = changed('bert', 'bare');
    const whole = loadModel(directory, 'bert');
    const path = join(directory, 'model.safetensors');
    renameTensors(path, (name) => name.replace(/^bert\./, '').replace(/^cls\.predictions/, 'unused'));
    changeJson(join(directory, 'config.json'), (fields) => Object.assign(fields, { architectures: ['BertModel'] }));
    const bare = loadModel(directory, 'bare');
    expect(bare.model.head).toBeNull();
    const last = (loaded: typeof bare) =>
      createExplorer({ loaded, text: 'The cat sat.' }).trace.value.layers.at(-1)!.residPost!.data;
    expect(last(bare)).toEqual(last(whole));
  });
});

/** Writes the file again with other names in its header. */
function renameTensors(path: string, rename: (name: string) => string): void {
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length));
  const renamed = Object.fromEntries(Object.entries(header).map(([name, value]) => [rename(name), value]));
  writeFileSync(path, safetensorsBytes(JSON.stringify(renamed), bytes.subarray(8 + length)));
}
