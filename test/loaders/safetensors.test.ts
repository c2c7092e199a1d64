import { closeSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { encodeSafetensors } from '../../scripts/models/safetensors-writer.ts';
import { openSafetensors } from '../../src/loaders/safetensors.ts';
import { openWeights } from '../../src/loaders/weights.ts';
import { thrownBy } from '../support/thrown.ts';
import { safetensorsBytes, temporaryFolder, written } from './temporary-folder.ts';

const folder = temporaryFolder();
const file = (content: string | Uint8Array) => written(folder, 'model.safetensors', content);
const withHeader = (header: object | string, dataBytes: number) =>
  file(safetensorsBytes(typeof header === 'string' ? header : JSON.stringify(header), dataBytes));
const entriesOf = (path: string) => {
  const { file: descriptor, entries } = openSafetensors(path);
  closeSync(descriptor);
  return entries;
};
const f32 = (shape: number[], begin: number, end: number) => ({ dtype: 'F32', shape, data_offsets: [begin, end] });

describe('a sound file', () => {
  test('what the writer wrote is read back', () => {
    const tensors = [
      { name: 'a', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
      { name: 'b', shape: [], data: Float32Array.of(-0.5) },
      { name: 'none', shape: [0, 4], data: new Float32Array(0) },
    ];
    file(encodeSafetensors(tensors, { source: 'test' }));
    const weights = openWeights(folder);
    for (const { name, shape, data } of tensors) expect(weights.read(name, shape)).toEqual(data);
    weights.close();
  });

  test('the data of the writer begins at a multiple of 8 bytes', () => {
    for (const name of ['a', 'ab', 'abc', 'abcd', 'abcde']) {
      const bytes = encodeSafetensors([{ name, shape: [1], data: Float32Array.of(1) }], {});
      expect((bytes.length - 4) % 8).toBe(0);
    }
  });

  test('half precision, float32 that is not aligned, and bfloat16 stand side by side', () => {
    const data = new Uint8Array(8);
    const view = new DataView(data.buffer);
    view.setUint16(0, 0x3c00, true);
    view.setFloat32(2, 1.5, true);
    view.setUint16(6, 0xc000, true);
    const header = {
      half: { dtype: 'F16', shape: [1], data_offsets: [0, 2] },
      full: f32([1], 2, 6),
      brain: { dtype: 'BF16', shape: [1], data_offsets: [6, 8] },
    };
    file(safetensorsBytes(JSON.stringify(header), data));
    const weights = openWeights(folder);
    expect(['half', 'full', 'brain'].map((name) => weights.read(name, [1])[0])).toEqual([1, 1.5, -2]);
    weights.close();
  });

  test('a tensor called __proto__ is a tensor and nothing else', () => {
    const entries = entriesOf(withHeader('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4));
    expect([...entries]).toEqual([['__proto__', { dtype: 'F32', shape: [1], begin: 0, end: 4 }]]);
    expect(entries.has('constructor')).toBe(false);
    expect(Object.hasOwn(Object.prototype, 'dtype')).toBe(false);
  });

  test('tensors of every type that the format knows may be there, also those of a part of a byte', () => {
    const header = {
      ids: { dtype: 'I64', shape: [1], data_offsets: [0, 8] },
      pairs: { dtype: 'F4', shape: [2, 3], data_offsets: [8, 11] },
      sixes: { dtype: 'F6_E2M3', shape: [4], data_offsets: [11, 14] },
    };
    expect([...entriesOf(withHeader(header, 14)).keys()]).toEqual(['ids', 'pairs', 'sixes']);
    const odd = { pairs: { dtype: 'F4', shape: [3], data_offsets: [0, 2] } };
    expect(() => entriesOf(withHeader(odd, 2))).toThrow(/takes 1\.5 bytes, data_offsets span 2$/);
  });
});

describe('a malformed file', () => {
  const pairs: [string, () => string, RegExp][] = [
    ['nothing in it', () => file(''), /has 0 bytes, too few/],
    ['seven bytes', () => file('1234567'), /has 7 bytes, too few/],
    ['a header longer than the file', () => file(safetensorsBytes('{}', 0, 3n)), /header length 3 must lie between/],
    ['a header of 2^60 bytes', () => file(safetensorsBytes('{}', 0, 2n ** 60n)), /header length 1152921504606846976 /],
    ['a header of 0 bytes', () => file(safetensorsBytes('{}', 0, 0n)), /header length 0 must/],
    ['a Git LFS pointer', () => file('version https://git-lfs.github.com/spec/v1\n'), /Git LFS pointer/],
    ['a web page', () => file('<!DOCTYPE html><html></html>'), /is a web page/],
    ['a header that is not JSON', () => withHeader('{"a":', 0), /header is not valid JSON/],
    ['a header that is an array', () => withHeader('[1]', 0), /header must be a JSON object/],
    ['a header that is not UTF-8', () => file(safetensorsBytes(Uint8Array.of(0x7b, 0xff, 0x7d), 0)), /not UTF-8/],
    ['an entry that is no object', () => withHeader({ w: 3 }, 0), /tensor 'w' must be described by an object/],
    ['an unknown dtype', () => withHeader({ w: { ...f32([1], 0, 4), dtype: 'F13' } }, 4), /dtype must be .*'F13'/],
    ['no offsets', () => withHeader({ w: { dtype: 'F32', shape: [1] } }, 4), /data_offsets must be an array/],
    [
      'one offset',
      () => withHeader({ w: { dtype: 'F32', shape: [1], data_offsets: [0] } }, 4),
      /must be \[begin, end\]/,
    ],
    ['offsets the wrong way round', () => withHeader({ w: f32([1], 4, 0) }, 4), /begin ≤ end/],
    ['a negative offset', () => withHeader({ w: f32([1], -4, 0) }, 4), /data_offsets must be an array of whole/],
    ['a negative shape', () => withHeader({ w: f32([-1, -1], 0, 4) }, 4), /shape must be an array of whole/],
    ['a broken shape', () => withHeader({ w: f32([0.5], 0, 2) }, 2), /shape must be/],
    [
      'a shape beyond all sizes',
      () => withHeader({ w: f32([2 ** 32, 2 ** 32, 16], 0, 4) }, 4),
      /takes .* bytes, .* span 4/,
    ],
    [
      'a shape that does not fill its bytes',
      () => withHeader({ w: f32([2], 0, 4) }, 4),
      /takes 8 bytes, data_offsets span 4/,
    ],
    ['a tensor beyond the end', () => withHeader({ w: f32([2], 0, 8) }, 4), /ends at byte 8, the data has 4/],
    [
      'tensors that overlap',
      () => withHeader({ a: f32([2], 0, 8), b: f32([1], 4, 8) }, 8),
      /'b' begins at byte 4, inside/,
    ],
    [
      'a gap between tensors',
      () => withHeader({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12),
      /leaving a gap after byte 4/,
    ],
    ['bytes that belong to no tensor', () => withHeader({ a: f32([1], 0, 4) }, 6), /2 bytes after the last tensor/],
    [
      'a name given twice',
      () => withHeader(`{"a":${JSON.stringify(f32([1], 0, 4))},"a":${JSON.stringify(f32([1], 4, 8))}}`, 8),
      /the header gives 'a' twice/,
    ],
  ];

  test.each(pairs)('%s is refused in one line that says so', (_, make, message) => {
    const path = make();
    const failure = thrownBy(() => openSafetensors(path));
    expect(failure).toMatchObject({ name: 'FormatError', message: expect.stringMatching(message) });
    expect(failure.message).toContain('model.safetensors');
    expect(failure.message).not.toMatch(/\n/);
  });

  test('control characters in a name are written out', () => {
    const path = withHeader({ 'a\n\u001b[31m': 3 }, 0);
    expect(thrownBy(() => openSafetensors(path)).message).toContain('a\\u{a}\\u{1b}[31m');
  });

  test('a folder in its place, or nothing, is told', () => {
    expect(() => openSafetensors(folder)).toThrow(/is not a file$/);
    expect(() => openSafetensors(`${folder}/absent`)).toThrow(/absent is missing$/);
  });
});
