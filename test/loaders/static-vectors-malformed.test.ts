import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/loaders/errors.ts';
import { loadStaticVectors } from '../../src/loaders/static-vectors.ts';
import { pieceBytes } from '../../src/loaders/static-vectors-file.ts';
import { binaryOf, type Entry, textOf } from './static-vectors-files.ts';
import { temporaryFolder, written } from './temporary-folder.ts';

const folder = temporaryFolder();
const fixtures = join(import.meta.dirname, '../../fixtures/static-vectors');

const entries: Entry[] = [
  ['one', 1, 0.5, -2],
  ['two', 2, 0.25, 8],
];
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const binary = binaryOf(entries);

function expectRefused(path: string, message: string): void {
  const load = () => loadStaticVectors(path).close();
  expect(load).toThrow(FormatError);
  expect(load).toThrow(message);
  expect(load).toThrow(path);
  expect(load).not.toThrow(/\n/);
}

describe('refused in one line that says what, where and what would be right', () => {
  test.each<[string, string | Uint8Array, string]>([
    ['empty', '', ' is empty; it must hold word vectors'],
    ['a sentence', 'I have no vectors.\n', 'begins neither with "count dimension" (word2vec) nor with a word'],
    ['a word alone', 'word', 'begins neither with "count dimension" (word2vec) nor with a word'],
    ['bytes', Uint8Array.from({ length: 999 }, (_, i) => (i * 7) % 256), 'begins neither'],
    ['no dimension', '2 0\na\nb\n', 'line 1 gives the dimension 0; 1 to 100000 is expected'],
    ['too many dimensions', '1 4000000000\na 1\n', 'line 1 gives the dimension 4000000000; 1 to 100000'],
    ['no words', '0 3\n', 'line 1 promises 0 words; at least 1 is expected'],
    ['a header alone', '2 3\n', 'line 1 promises 2 words of 3 values, at least 14 bytes; only 0 follow'],
    ['a header alone without end', '2 3', 'line 1 promises 2 words of 3 values, at least 14 bytes; only 0 follow'],
    [
      'a header of too many words',
      textOf(entries, { header: true }).replace('2', '99'),
      'promises 99 words of 3 values',
    ],
    [
      'a line that is missing',
      '3 1\na 0.12345\nb 2\n',
      'is cut off at byte 18, after 2 of the 3 words that line 1 promises',
    ],
    ['a line too many', '1 2\na 1 2\nb 3 4\n', 'line 3 is beyond the 1 word that line 1 promises'],
    ['a value too few', '2 3\na 1 2 3\nb 1 2\n', 'line 3 has 2 values after its word, 3 expected'],
    ['a value too many', 'a 1 2\nb 1 2 3\n', 'line 2 has 3 values after its word, 2 expected'],
    ['two values too many', 'a 1 2\nb c 1 2 3 4\n', 'line 2 has 4 values after its word, 2 expected'],
    ['no word', 'a 1 2\n 1 2\n', 'line 2 has no word before its values'],
    ['a word alone in a line', 'a 1 2\nb\n', 'line 2 has 0 values after its word, 2 expected'],
    ['a value that is no number', 'a 1 2\nb 1 x2\n', "line 2 has 'x2' as value 2 of 2; a finite number is expected"],
    ['a comma', 'a 1 2\nb 1,5 2\n', "line 2 has '1,5' as value 1 of 2; a finite number"],
    ['a sign too many', 'a 1 2\nb 1 1-2\n', "'1-2' as value 2 of 2; a finite number"],
    ['a half number at the end', 'a 1 2\nb 1 -', "'-' as value 2 of 2; a finite number"],
    ['a first line that is damaged', 'a 1 é\nb 1 2\n', "line 1 has 'é' as value 2 of 2; a finite number"],
    ['a first line after a header', '2 2\na 1 x\nb 1 2\n', "line 2 has 'x' as value 2 of 2; a finite number"],
    ['NaN', 'a 1 2\nb nan 2\n', "'nan' as value 1 of 2; a finite number"],
    ['infinity', 'a 1 2\nb 1 -inf\n', "'-inf' as value 2 of 2; a finite number"],
    ['too large for float32', 'a 1 2\nb 1 4e38\n', "'4e38' as value 2 of 2; a finite number"],
    ['too large without exponent', `a 1 2\nb 1 4${'0'.repeat(38)}\n`, 'as value 2 of 2; a finite number is expected'],
    ['the line after blank ones', 'a 1 2\n\n\nb 1\n', 'line 4 has 1 value after'],
    ['a line without end', `a 1 2\n${'b'.repeat(pieceBytes)} 1 2\n`, `line 2 is longer than ${pieceBytes} bytes`],
    ['spaces without end', `a 1 2\n${' '.repeat(pieceBytes - 10)}b\n`, 'line 2 has 1 value after its word'],
    ['binary cut off in a vector', binary.subarray(0, -6), 'is cut off at byte 32, in word 2 of 2'],
    ['binary cut off after a word', binaryOf([['a', 1], ['a'.repeat(90), 2]]).subarray(0, 90), 'is cut off at byte 90, in word 2 of 2'], // biome-ignore format: one line
    [
      'binary with a header of too many',
      binaryOf(entries, { count: 900 }),
      'promises 900 words of 3 values, at least 11700',
    ],
    [
      'binary with a header of too few',
      binaryOf(entries, { count: 1 }),
      'has 18 bytes from byte 20 on, after the 1 word of line 1; check that count',
    ],
    ['binary with NaN', binaryOf([['a', 1, 2], ['b', 3, Number.NaN]]), "word 2 at byte 15, 'b': value 2 of 2 is not finite"], // biome-ignore format: one line
    ['binary with infinity', binaryOf([['a', -Infinity, 2], ['b', 3, 4]]), "word 1 at byte 4, 'a': value 1 of 2 is not"], // biome-ignore format: one line
    ['binary without a word', binaryOf([['a', 1, 2], ['', 3, 4]]), 'word 2 at byte 15 has no letters'], // biome-ignore format: one line
    ['gzip', gzipSync(textOf(entries)), 'is compressed (gzip): unpack it first, as with gunzip'],
    ['zip', latin1('PK\x03\x04\x14\0'), 'is a zip archive: unpack it first'],
    ['xz', latin1('\xfd7zXZ\0'), 'is compressed: unpack it first'],
    ['NumPy', latin1('\x93NUMPY\x01\0v\0{'), 'is a NumPy array, which has no words: write it as text'],
    ['pickle', latin1('\x80\x04\x95'), "is a pickle, as gensim's own save() writes, which is never opened"],
    ['fastText', latin1('\xba\x16\x4f\x2f\x0c\0\0\0'), 'is a model of fastText: take the .vec file beside it'],
    ['UTF-16', latin1('\xff\xfe2\0 \x002\0\n\0'), 'is in UTF-16: UTF-8 is expected'],
    ['Git LFS', 'version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 1\n', "fetch it with 'git lfs pull'"],
    ['a web page', '<!DOCTYPE html>\n<html>', 'is a web page, not the file itself'],
  ])('%s', (name, content, message) => {
    expectRefused(written(folder, name.replaceAll(/\W/g, '-'), content), message);
  });

  test('no file', () => {
    expectRefused(join(folder, 'nowhere.bin'), 'is missing');
    mkdirSync(join(folder, 'folder'));
    expectRefused(join(folder, 'folder'), 'is not a file');
  });

  test('escape sequences of a file are not written to the terminal', () => {
    const path = written(folder, 'escape.txt', 'a 1 2\nb 1 \x1b[2J\n');
    expect(() => loadStaticVectors(path)).toThrow('\\u{1b}[2J');
  });
});

test('a refused file is closed', () => {
  const path = written(folder, 'refused.txt', 'a 1 2\nb 1\n');
  const openFiles = () => readdirSync('/proc/self/fd').length;
  if (process.platform !== 'linux') return;
  const before = openFiles();
  for (let i = 0; i < 20; i++) expect(() => loadStaticVectors(path)).toThrow(FormatError);
  expect(openFiles()).toBeLessThan(before + 10);
});

test.each(['glove.txt', 'word2vec.txt', 'word2vec.bin'])(
  '%s with any part changed or cut is read or refused',
  (name) => {
    const bytes = readFileSync(join(fixtures, name));
    const change = fc.record({
      at: fc.nat(bytes.length - 1),
      by: fc.uint8Array({ maxLength: 5 }),
      removed: fc.nat(8),
      kept: fc.oneof(fc.constant(bytes.length), fc.nat(bytes.length)),
    });
    fc.assert(
      fc.property(change, ({ at, by, removed, kept }) => {
        const changed = Buffer.concat([bytes.subarray(0, at), by, bytes.subarray(at + removed)]).subarray(0, kept);
        try {
          const vectors = loadStaticVectors(written(folder, 'changed', changed));
          for (const word of ['the', 'bank', 'new_york', 'nowhere']) {
            const found = vectors.vector(word);
            expect(
              found === null || (found.values.length === vectors.dimension && found.values.every(Number.isFinite)),
            ).toBe(true);
          }
          vectors.close();
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
          // What is wrong is said, and not by an error of the program.
          expect(String(error)).not.toMatch(/cannot be read|undefined|NaN of/);
        }
      }),
      { numRuns: 500 },
    );
  },
);
