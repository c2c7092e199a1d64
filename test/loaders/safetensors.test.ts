import { describe, expect, test } from 'vitest';
import { encodeSafetensors } from '../../scripts/models/safetensors-writer.ts';
import { readSafetensors, readSafetensorsAsync, readTensor } from '../../src/loaders/safetensors.ts';
import { safetensorsBytes, temporaryFolder, written } from './temporary-folder.ts';

const folder = temporaryFolder();
const file = (content: string | Uint8Array) => written(folder, 'model.safetensors', content);
const withHeader = (header: object | string, dataBytes: number) =>
  file(safetensorsBytes(typeof header === 'string' ? header : JSON.stringify(header), dataBytes));
const f32 = (shape: number[], begin: number, end: number) => ({ dtype: 'F32', shape, data_offsets: [begin, end] });

describe('a sound file', () => {
  test('what the writer wrote is read back, also asynchronously', async () => {
    const path = file(
      encodeSafetensors(
        [
          { name: 'a', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
          { name: 'b', shape: [], data: Float32Array.of(-0.5) },
          { name: 'none', shape: [0, 4], data: new Float32Array(0) },
        ],
        { source: 'test' },
      ),
    );
    for (const read of [readSafetensors(path), await readSafetensorsAsync(path)]) {
      const a = readTensor(read, 'a', ['in', 'out'], [2, 3]);
      expect(a).toEqual({ axes: ['in', 'out'], shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
      expect(a.data.buffer).toBe(read.data);
      expect([...readTensor(read, 'b', [], []).data]).toEqual([-0.5]);
      expect(readTensor(read, 'none', ['in', 'out'], [0, 4]).data).toHaveLength(0);
    }
  });

  test('the data of the writer begins at a multiple of 8 bytes', () => {
    for (const name of ['a', 'ab', 'abc', 'abcd', 'abcde']) {
      const bytes = encodeSafetensors([{ name, shape: [1], data: Float32Array.of(1) }], {});
      expect((bytes.length - 4) % 8).toBe(0);
    }
  });

  test('half precision and bfloat16 are widened, and an F32 tensor that is not aligned is copied', () => {
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
    const read = readSafetensors(file(safetensorsBytes(JSON.stringify(header), data)));
    const numbers = ['half', 'full', 'brain'].map((name) => readTensor(read, name, ['x'], [1]).data[0]);
    expect(numbers).toEqual([1, 1.5, -2]);
  });

  test('a tensor called __proto__ is a tensor and nothing else', () => {
    const read = readSafetensors(withHeader('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4));
    expect([...readTensor(read, '__proto__', ['x'], [1]).data]).toEqual([0]);
    expect(() => readTensor(read, 'constructor', ['x'], [1])).toThrow("tensor 'constructor' is missing");
    expect(Object.hasOwn(Object.prototype, 'dtype')).toBe(false);
  });

  test('tensors of other types may be there as long as they are not asked for', () => {
    const read = readSafetensors(withHeader({ ids: { dtype: 'I64', shape: [1], data_offsets: [0, 8] } }, 8));
    expect(() => readTensor(read, 'ids', ['x'], [1])).toThrow("tensor 'ids' has dtype I64, expected F32, F16 or BF16");
  });
});

describe('a tensor that is not as asked for', () => {
  test('another shape is told beside the expected one', () => {
    const read = readSafetensors(withHeader({ w: f32([2, 1], 0, 8) }, 8));
    expect(() => readTensor(read, 'w', ['in', 'out'], [1, 2])).toThrow(
      /model\.safetensors: tensor 'w' has shape \[2, 1\], expected \[1, 2\]$/,
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('%d is refused with its place', (bad) => {
    const bytes = encodeSafetensors([{ name: 'w', shape: [3], data: Float32Array.of(1, bad, 2) }], {});
    const read = readSafetensors(file(bytes));
    expect(() => readTensor(read, 'w', ['x'], [3])).toThrow(`holds ${bad} at index 1; every number must be finite`);
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
      /leaving a gap after byte 0/,
    ],
  ];

  test.each(pairs)('%s is refused in one line that says so', async (_, make, message) => {
    const path = make();
    const failure = catchError(() => readSafetensors(path));
    expect(failure).toMatchObject({ name: 'FormatError', message: expect.stringMatching(message) });
    expect(failure.message).toContain('model.safetensors');
    expect(failure.message).not.toMatch(/\n/);
    await expect(readSafetensorsAsync(path)).rejects.toThrow(failure.message);
  });

  test('control characters in a name are written out', () => {
    const path = withHeader({ 'a\n\u001b[31m': 3 }, 0);
    expect(catchError(() => readSafetensors(path)).message).toContain('a\\u{a}\\u{1b}[31m');
  });

  test('a folder in its place, or nothing, is told', () => {
    expect(() => readSafetensors(folder)).toThrow(/is not a file$/);
    expect(() => readSafetensors(`${folder}/absent`)).toThrow(/absent is missing$/);
  });
});

function catchError(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
