import { mkdirSync, symlinkSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encodeSafetensors } from '../../scripts/models/safetensors-writer.ts';
import { checkShape, openWeights } from '../../src/loaders/weights.ts';
import { safetensorsBytes, temporaryFolder, written } from './temporary-folder.ts';

const root = temporaryFolder();
let count = 0;

function folder(files: Record<string, string | Uint8Array> = {}): string {
  count += 1;
  const directory = join(root, String(count));
  mkdirSync(directory);
  for (const [name, content] of Object.entries(files)) written(directory, name, content);
  return directory;
}

const counting = (from: number, length: number) => Float32Array.from({ length }, (_, index) => from + index);
const stored = (...tensors: [name: string, shape: number[], data: Float32Array][]) =>
  encodeSafetensors(
    tensors.map(([name, shape, data]) => ({ name, shape, data })),
    {},
  );
const indexOf = (map: Record<string, string>) => JSON.stringify({ metadata: { total_size: -1 }, weight_map: map });
const a = stored(['a', [3, 2], counting(1, 6)], ['scalar', [], Float32Array.of(0.5)]);
const b = stored(['b', [2], counting(10, 2)], ['unlisted', [1], counting(0, 1)]);

describe('a single file', () => {
  test('tensors are read whole or by rows, with their shapes', () => {
    const directory = folder({ 'model.safetensors': a });
    const weights = openWeights(directory);
    expect(weights.path).toBe(join(directory, 'model.safetensors'));
    expect(weights.sizeBytes).toBe(a.length);
    expect([...weights.names]).toEqual(['a', 'scalar']);
    expect(weights.has('a')).toBe(true);
    expect(weights.has('__proto__')).toBe(false);
    expect(weights.shape('a')).toEqual([3, 2]);
    expect(weights.read('a', [3, 2])).toEqual(counting(1, 6));
    expect(weights.read('scalar', [])).toEqual(Float32Array.of(0.5));
    expect(weights.readRows('a', 1, 2)).toEqual(Float32Array.of(3, 4, 5, 6));
    expect(weights.readRows('a', 3, 0)).toHaveLength(0);
    weights.close();
  });

  test('rows go into the memory that is given', () => {
    const weights = openWeights(folder({ 'model.safetensors': a }));
    const into = new Float32Array(5);
    expect(weights.readRows('a', 0, 2, into).buffer).toBe(into.buffer);
    expect([...into]).toEqual([1, 2, 3, 4, 0]);
    expect(() => weights.readRows('a', 0, 3, into)).toThrow(/6 numbers do not fit into 5/);
  });

  test('half precision and bfloat16 are widened over more than one chunk, also where the data is not aligned', () => {
    const length = 300_001;
    const bytes = new Uint8Array(1 + 4 * length);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < length; i += 1) {
      // 2^(i mod 8) in half precision; 1 + (i mod 128) / 128 in bfloat16.
      view.setUint16(1 + 2 * i, (15 + (i % 8)) << 10, true);
      view.setUint16(1 + 2 * (length + i), 0x3f80 | (i % 128), true);
    }
    const header = JSON.stringify({
      flag: { dtype: 'BOOL', shape: [1], data_offsets: [0, 1] },
      half: { dtype: 'F16', shape: [length], data_offsets: [1, 1 + 2 * length] },
      brain: { dtype: 'BF16', shape: [length], data_offsets: [1 + 2 * length, 1 + 4 * length] },
    });
    const weights = openWeights(folder({ 'model.safetensors': safetensorsBytes(header, bytes) }));
    expect(weights.read('half')).toEqual(Float32Array.from({ length }, (_, i) => 2 ** (i % 8)));
    expect(weights.read('brain')).toEqual(Float32Array.from({ length }, (_, i) => 1 + (i % 128) / 128));
    expect([...weights.readRows('half', length - 3, 3)]).toEqual(
      [length - 3, length - 2, length - 1].map((i) => 2 ** (i % 8)),
    );
    expect(() => weights.read('flag')).toThrow("tensor 'flag' has dtype BOOL, expected F32, F16 or BF16");
  });

  test('a file of 8 GB is opened, and its last row read, at once', () => {
    const rows = 2 ** 20;
    const header = JSON.stringify({ w: { dtype: 'F16', shape: [rows, 4096], data_offsets: [0, rows * 8192] } });
    const directory = folder();
    const path = written(directory, 'model.safetensors', safetensorsBytes(header, 0));
    truncateSync(path, 8 + header.length + rows * 8192);
    const start = performance.now();
    const weights = openWeights(directory);
    expect(weights.readRows('w', rows - 1, 1)).toEqual(new Float32Array(4096));
    weights.close();
    expect(performance.now() - start).toBeLessThan(1000);
  });

  test('progress is told in bytes of the files, up to the total', () => {
    const seen: [number, number][] = [];
    const large = stored(['w', [1000, 1000], counting(0, 1_000_000)]);
    const weights = openWeights(folder({ 'model.safetensors': large }), {
      onProgress: (bytesRead, totalBytes) => seen.push([bytesRead, totalBytes]),
    });
    expect(seen).toEqual([]);
    weights.read('w');
    expect(seen.map(([bytesRead]) => bytesRead)).toEqual([1, 2, 3].map((part) => part * 2 ** 20).concat(4_000_000));
    weights.read('w');
    expect(seen.at(-1)).toEqual([large.length, large.length]);
    expect(seen.every(([, totalBytes]) => totalBytes === large.length)).toBe(true);
  });

  test('a header as long as a pickle would begin is no pickle', () => {
    for (const length of [0x280, 0x380, 0x480, 0x580]) {
      const header = JSON.stringify({ w: { dtype: 'F32', shape: [0], data_offsets: [0, 0] } }).padEnd(length);
      const weights = openWeights(folder({ 'model.safetensors': safetensorsBytes(header, 0) }));
      expect(weights.read('w')).toHaveLength(0);
    }
  });
});

describe('what is not as asked for', () => {
  const weights = openWeights(folder({ 'model.safetensors': a }));

  test('a missing tensor and another shape are told with file, tensor and what was expected', () => {
    expect(() => weights.read('c')).toThrow(/model\.safetensors: tensor 'c' is missing$/);
    expect(() => weights.shape('c')).toThrow(/tensor 'c' is missing$/);
    expect(() => weights.read('c', [2, 2])).toThrow(/tensor 'c' is missing, expected with shape \[2, 2\]$/);
    expect(() => checkShape(weights, 'a', [2, 3])).toThrow(/tensor 'a' has shape \[3, 2\], expected \[2, 3\]$/);
    expect(() => weights.readRows('a', 2, 2)).toThrow(/tensor 'a' has 3 rows, expected at least 4$/);
    expect(() => weights.readRows('a', -1, 2)).toThrow(/rows/);
  });

  test('NaN and infinity are told with their place in the tensor, however it is read', () => {
    const data = counting(0, 600_000);
    data[500_001] = Number.NEGATIVE_INFINITY;
    const bad = openWeights(folder({ 'model.safetensors': stored(['w', [6, 100_000], data]) }));
    const says = /model\.safetensors: tensor 'w' holds -Infinity at index 500001; every number must be finite$/;
    expect(() => bad.read('w')).toThrow(says);
    expect(() => bad.readRows('w', 5, 1)).toThrow(says);
    expect(bad.readRows('w', 4, 1)).toHaveLength(100_000);
  });

  test('a file that becomes shorter is told, and after closing nothing is read', () => {
    const directory = folder({ 'model.safetensors': a });
    const open = openWeights(directory);
    truncateSync(join(directory, 'model.safetensors'), a.length - 8);
    expect(() => open.read('scalar')).toThrow(/model\.safetensors became shorter while it was read$/);
    open.close();
    open.close();
    expect(() => open.read('a')).toThrow(/has been closed$/);
  });

  test('a name given twice is refused although both have the same bytes', () => {
    const entry = '{"dtype":"F32","shape":[1],"data_offsets":[0,4]}';
    for (const second of ['"w"', '"\\u0077"']) {
      const header = `{"__metadata__":{"w":"}\\"{"},"w":${entry}, ${second} :${entry}}`;
      const directory = folder({ 'model.safetensors': safetensorsBytes(header, 4) });
      expect(() => openWeights(directory)).toThrow(/model\.safetensors: the header gives 'w' twice$/);
    }
    const once = `{"__metadata__":{"w":"\\"w\\":"},"w":${entry}}`;
    expect(openWeights(folder({ 'model.safetensors': safetensorsBytes(once, 4) })).read('w')).toHaveLength(1);
  });

  test.each([
    ['a message of a server', 'Entry not found', /begins with the text 'Entry not found', so it is not safetensors/],
    ['a zip archive', 'PK\x03\x04\x00\x00\x00\x00\x00\x00', /is a zip archive/],
    ['an HDF5 file', Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a), /is an HDF5 file/],
    ['a GGUF file', 'GGUF\x03\x00\x00\x00\x00\x00', /is a GGUF file/],
    [
      'a pickle',
      Uint8Array.of(0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20),
      /is a pickle, which is never opened/,
    ],
  ])('%s is recognised', (_, content, says) => {
    expect(() => openWeights(folder({ 'model.safetensors': content }))).toThrow(says);
  });
});

describe('shards', () => {
  const map = { a: 'one.safetensors', b: 'two.safetensors' };

  test('each tensor is read from its own, and the sizes add up', () => {
    const directory = folder({
      'one.safetensors': a,
      'two.safetensors': b,
      'model.safetensors.index.json': indexOf(map),
    });
    const weights = openWeights(directory);
    expect(weights.path).toBe(join(directory, 'model.safetensors.index.json'));
    expect(weights.sizeBytes).toBe(a.length + b.length);
    expect([...weights.names]).toEqual(['a', 'b']);
    expect(weights.read('a', [3, 2])).toEqual(counting(1, 6));
    expect(weights.read('b', [2])).toEqual(counting(10, 2));
    expect(() => weights.read('unlisted')).toThrow(/index\.json: tensor 'unlisted' is missing$/);
    weights.close();
  });

  test('a single file is taken before an index', () => {
    const directory = folder({ 'model.safetensors': a, 'model.safetensors.index.json': 'not read' });
    expect([...openWeights(directory).names]).toEqual(['a', 'scalar']);
  });

  test.each([
    '',
    '.',
    '..',
    '../two.safetensors',
    'sub/two.safetensors',
    'C:two.safetensors',
    'two.bin',
    'x\0.safetensors',
    3,
    null,
  ])('a shard called %j is refused', (shard) => {
    const directory = folder({
      'one.safetensors': a,
      'model.safetensors.index.json': JSON.stringify({ weight_map: { a: 'one.safetensors', b: shard } }),
    });
    expect(() => openWeights(directory)).toThrow(/index\.json: weight_map has .* for tensor 'b'; expected the name of/);
  });

  test('an index without tensors, or that is a pointer or a page, is refused', () => {
    const refused = (content: string) => () => openWeights(folder({ 'model.safetensors.index.json': content }));
    expect(refused('{"weight_map":{}}')).toThrow(/index\.json: weight_map must be an object/);
    expect(refused('{"weight_map":["a"]}')).toThrow(/index\.json: weight_map must be an object/);
    expect(refused('version https://git-lfs.github.com/spec/v1\n')).toThrow(/index\.json is a Git LFS pointer/);
    expect(refused('<!doctype html>')).toThrow(/index\.json is a web page/);
    expect(refused('')).toThrow(/index\.json is empty/);
  });
});

describe('links', () => {
  /** A model in a Hugging Face cache whose snapshot links to blobs. */
  function cached(target: (blobs: string) => string): string {
    const model = join(folder(), 'models--org--name');
    const snapshot = join(model, 'snapshots', '0123abc');
    const blobs = join(model, 'blobs');
    for (const directory of [snapshot, blobs]) mkdirSync(directory, { recursive: true });
    writeFileSync(join(blobs, 'f00d'), a);
    symlinkSync(target(blobs), join(snapshot, 'model.safetensors'));
    return snapshot;
  }

  test('lead into the blobs of the same model of a cache', () => {
    expect([...openWeights(cached(() => '../../blobs/f00d')).names]).toEqual(['a', 'scalar']);
    expect([...openWeights(cached((blobs) => join(blobs, 'f00d'))).names]).toEqual(['a', 'scalar']);
  });

  test('lead nowhere else', () => {
    const other = folder({ 'model.safetensors': a });
    const outside = join(other, 'model.safetensors');
    expect(() => openWeights(cached(() => outside))).toThrow(
      /model\.safetensors is a link to '.*', outside the model's folder/,
    );
    const shards = folder({ 'model.safetensors.index.json': indexOf({ a: 'one.safetensors' }) });
    symlinkSync(outside, join(shards, 'one.safetensors'));
    expect(() => openWeights(shards)).toThrow(/one\.safetensors is a link to/);
    const linkedIndex = folder();
    symlinkSync(join(shards, 'model.safetensors.index.json'), join(linkedIndex, 'model.safetensors.index.json'));
    expect(() => openWeights(linkedIndex)).toThrow(/index\.json is a link to/);
  });

  test('within the folder, and a link to the folder itself, are followed', () => {
    const directory = folder({ 'weights.safetensors': a });
    symlinkSync('weights.safetensors', join(directory, 'model.safetensors'));
    const link = join(root, 'link');
    symlinkSync(directory, link);
    expect([...openWeights(link).names]).toEqual(['a', 'scalar']);
  });

  test('to a blob that is not there are told', () => {
    const snapshot = cached(() => '../../blobs/f00d');
    unlinkSync(join(snapshot, '../../blobs/f00d'));
    expect(() => openWeights(snapshot)).toThrow(/model\.safetensors is a link to a missing file: download it again$/);
  });
});
