import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeSafetensors } from '../../scripts/models/safetensors-writer.ts';
import {
  configBooleanOr,
  configCountOf,
  configCountOr,
  configIntegerOr,
  configListOr,
  configNumberOr,
  configObject,
  configStringOr,
  readConfig,
  refuseQuantized,
} from '../../src/loaders/config.ts';
import { openWeights } from '../../src/loaders/weights.ts';
import { readBertTensors } from './bert-tensors.ts';
import { makeMalformedFolders } from './malformed-folders.ts';
import { safetensorsBytes, temporaryFolder, written } from './temporary-folder.ts';

const root = temporaryFolder();
makeMalformedFolders(root);
const sound = join(root, 'ok-control');
const folder = join(root, 'fuzz');
mkdirSync(folder);
const runs = { numRuns: 100, seed: 7 };

/** Files here are below 30 kB; what they claim must not be allocated. */
let residentBytes = 0;
beforeAll(() => {
  residentBytes = process.resourceUsage().maxRSS * 1024;
});
afterAll(() => expect(process.resourceUsage().maxRSS * 1024 - residentBytes).toBeLessThan(300e6));

/** Runs to the end, or into an error of the model's files in one line that begins with the file's path. */
function readsOrRefuses(directory: string, read: () => unknown): void {
  const start = performance.now();
  try {
    read();
  } catch (error) {
    expect(['FormatError', 'UnsupportedModelError']).toContain((error as Error).name);
    expect((error as Error).message.startsWith(directory)).toBe(true);
    expect((error as Error).message).not.toMatch(/\n/);
    expect((error as Error).message.length).toBeLessThan(2000);
  }
  expect(performance.now() - start).toBeLessThan(3000);
}

function readAll(directory: string): void {
  const weights = openWeights(directory);
  try {
    for (const name of weights.names) {
      const values = weights.read(name);
      expect(values.every(Number.isFinite)).toBe(true);
      expect(values.byteLength).toBeLessThanOrEqual(2 * weights.sizeBytes);
    }
  } finally {
    weights.close();
  }
}

const hugeOrOdd = fc.oneof(
  fc.nat(64),
  fc.integer(),
  fc.double(),
  fc.constantFrom(2 ** 31, 2 ** 32, 2 ** 53, 1e308, -0, '2', null, true, [], {}, [2 ** 53]),
);

describe('whatever stands in model.safetensors', () => {
  const bytes = encodeSafetensors(
    [
      { name: 'a', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
      { name: 'b', shape: [4], data: Float32Array.of(7, 8, 9, 10) },
    ],
    { format: 'pt' },
  );

  test('bytes changed, cut or added anywhere', () => {
    const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), fc.integer({ min: -40, max: 40 }), (changes, longer) => {
        const changed = new Uint8Array(Math.max(0, bytes.length + longer));
        changed.set(bytes.subarray(0, changed.length));
        for (const { at, to } of changes) if (at < changed.length) changed[at] = to;
        written(folder, 'model.safetensors', changed);
        readsOrRefuses(folder, () => readAll(folder));
      }),
      runs,
    );
  });

  test('any length of the header, and any bytes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.uint8Array({ maxLength: 300 }), (length, content) => {
        written(folder, 'model.safetensors', safetensorsBytes(content, 0, length));
        readsOrRefuses(folder, () => readAll(folder));
      }),
      runs,
    );
  });

  test('any JSON as the header, and entries with odd shapes, types and offsets', () => {
    const entry = fc.record(
      {
        dtype: fc.oneof(fc.constantFrom('F32', 'F16', 'BF16', 'I64', 'F4', 'BOOL'), hugeOrOdd),
        shape: fc.oneof(fc.array(fc.nat(4), { maxLength: 3 }), fc.array(hugeOrOdd, { maxLength: 70 }), hugeOrOdd),
        data_offsets: fc.oneof(fc.tuple(fc.nat(32), fc.nat(64)), fc.array(hugeOrOdd, { maxLength: 3 }), hugeOrOdd),
      },
      { requiredKeys: [] },
    );
    const name = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '__metadata__', 'a\n\u001b[2J'));
    const header = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(name, entry),
      fc.dictionary(name, fc.oneof(entry, fc.jsonValue())),
    );
    fc.assert(
      fc.property(header, fc.nat(64), (value, dataBytes) => {
        written(folder, 'model.safetensors', safetensorsBytes(JSON.stringify(value), dataBytes));
        readsOrRefuses(folder, () => readAll(folder));
      }),
      runs,
    );
  });
});

test('whatever stands in an index of shards', () => {
  const directory = join(root, 'shard-ok-control');
  const shard = fc.oneof(
    fc.constantFrom(
      'model-00001-of-00002.safetensors',
      '../outside.safetensors',
      'model-00001-of-00002.safetensors/.',
      'config.json',
    ),
    fc.string(),
    fc.jsonValue(),
  );
  const index = fc.oneof(
    fc.jsonValue(),
    fc.record({ weight_map: fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), shard)) }),
  );
  fc.assert(
    fc.property(index, (value) => {
      written(directory, 'model.safetensors.index.json', JSON.stringify(value));
      readsOrRefuses(directory, () => readAll(directory));
    }),
    runs,
  );
});

describe('whatever stands in config.json', () => {
  const keys = [
    'hidden_size',
    'intermediate_size',
    'num_hidden_layers',
    'num_attention_heads',
    'vocab_size',
    'max_position_embeddings',
    'type_vocab_size',
    'model_type',
    'quantization_config',
  ];

  test('with sound weights beside it, where one or two fields are changed', () => {
    const before = readConfig(sound).fields;
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...keys), hugeOrOdd, { minKeys: 1, maxKeys: 2 }), (changes) => {
        written(sound, 'config.json', JSON.stringify({ ...Object.fromEntries(before), ...changes }));
        readsOrRefuses(sound, () => readBertTensors(sound));
      }),
      runs,
    );
  });

  test('any JSON and any text, read in every way', () => {
    const value = fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom(...keys, '__proto__'), hugeOrOdd));
    const text = fc.oneof(
      value.map((json) => JSON.stringify(json)),
      fc.string(),
      fc.string().map((inner) => `{"hidden_size":${inner}}`),
    );
    const readings = [
      configCountOr,
      configNumberOr,
      configIntegerOr,
      configBooleanOr,
      configStringOr,
      configListOr,
      configObject,
    ];
    fc.assert(
      fc.property(text, (content) => {
        written(folder, 'config.json', content);
        readsOrRefuses(folder, () => configCountOf(readConfig(folder), ['hidden_size', 'vocab_size']));
        readsOrRefuses(folder, () => refuseQuantized(readConfig(folder)));
        for (const read of readings) {
          for (const key of keys) readsOrRefuses(folder, () => read(readConfig(folder), key, undefined));
        }
      }),
      { ...runs, numRuns: 50 },
    );
  });
});
