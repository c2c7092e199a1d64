import { describe, expect, test } from 'vitest';
import { familiesText, modelsText } from '../../src/app/commands/models.ts';
import type { ModelSummary } from '../../src/loaders/list-models.ts';

const bert: ModelSummary = {
  name: 'google-bert/bert-base-uncased',
  type: 'bert',
  layers: 12,
  decoderLayers: null,
  heads: 12,
  hiddenSize: 768,
  sizeBytes: 440_449_768,
  directory: '/cache/bert',
  source: 'cache',
  usable: true,
  why: null,
};
const nothing = { type: null, layers: null, heads: null, hiddenSize: null, sizeBytes: 0, usable: false };

describe('the table of models', () => {
  test('has aligned columns, numbers to the right, and a reason at the end', () => {
    const models: ModelSummary[] = [
      {
        ...bert,
        name: 'use-lite',
        type: 'use-lite',
        layers: 2,
        heads: 4,
        hiddenSize: 512,
        sizeBytes: 24_000_000,
        source: 'built in',
      },
      bert,
      {
        ...bert,
        name: 'google-t5/t5-small',
        type: 't5',
        layers: 6,
        decoderLayers: 6,
        heads: 8,
        hiddenSize: 512,
        sizeBytes: 242_043_056,
      },
      { ...bert, ...nothing, name: 'a/模型', why: 'no config.json' },
    ];
    expect(modelsText(models)).toBe(
      [
        'name                           family    layers  heads  hidden size      size  source',
        'use-lite                       use-lite       2      4          512   24.0 MB  built in',
        'google-bert/bert-base-uncased  bert          12     12          768  440.4 MB  cache',
        'google-t5/t5-small             t5           6+6      8          512  242.0 MB  cache',
        'a/模型                         -              -      -            -         -  cache     cannot be used: no config.json',
        '',
      ].join('\n'),
    );
  });

  test('what would steer the terminal is not written', () => {
    expect(modelsText([{ ...bert, type: 'a\x1b[2Jb\nc' }])).not.toContain('\x1b');
    expect(modelsText([{ ...bert, type: 'a\nb' }]).split('\n')).toHaveLength(3);
  });
});

test('families are listed by kind', () => {
  expect(
    familiesText([
      { type: 'bert', kind: 'encoder' },
      { type: 'gpt2', kind: 'decoder' },
      { type: 'llama', kind: 'decoder' },
      { type: 't5', kind: 'encoder-decoder' },
    ]),
  ).toBe('encoder          bert\ndecoder          gpt2, llama\nencoder-decoder  t5\n');
});
