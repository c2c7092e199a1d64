import { isUtf8 } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/loaders/errors.ts';
import { loadStaticVectors } from '../../src/loaders/static-vectors.ts';
import { pieceBytes } from '../../src/loaders/static-vectors-file.ts';
import { binaryOf, type Entry, textOf } from './static-vectors-files.ts';
import { temporaryFolder, written } from './temporary-folder.ts';

const folder = temporaryFolder();
const root = join(import.meta.dirname, '../..');
const fixtures = join(root, 'fixtures/static-vectors');
const names = ['glove.txt', 'word2vec.bin', 'word2vec.txt'];

let made = 0;
function load(content: string | Uint8Array) {
  made += 1;
  return loadStaticVectors(written(folder, `vectors-${made}`, content));
}

const isText = (bytes: Buffer) => isUtf8(bytes) && !/[^\P{Cc}\n\t\r\u0080-\u009f]/u.test(bytes.toString());

/** Whether the line after the header of a binary file happens to end in as many decimal numbers as a word has values. */
const beginsAsText = (bytes: Buffer, dimension: number) => {
  const [, line = ''] = bytes.toString('latin1').split('\n');
  const [, ...fields] = line.split(/[ \t\r]+/).filter((field) => field !== '');
  const values = fields.slice(-dimension);
  return values.length === dimension && values.every((field) => Number.isFinite(Number(field)));
};

const valuesOf = (content: string | Uint8Array, word: string) => {
  const vectors = load(content);
  const found = vectors.vector(word);
  vectors.close();
  return found === null ? null : [found.word, ...found.values];
};

describe('the fixtures', () => {
  const kinds = { 'glove.txt': 'glove', 'word2vec.bin': 'word2vec binary', 'word2vec.txt': 'word2vec text' };

  test.each(Object.entries(kinds))('%s', (name, kind) => {
    const vectors = loadStaticVectors(join(fixtures, name));
    expect(vectors).toMatchObject({ path: join(fixtures, name), kind, count: 12, dimension: 8 });
    const bank = { word: 'bank', values: Float32Array.of(1.4375, -0.6875, 0.75, 0.125, -1.125, -1.625, -1.75, -0.75) };
    expect(vectors.vector('bank')).toEqual(bank);
    for (const line of readFileSync(join(fixtures, 'glove.txt'), 'utf8').trim().split('\n')) {
      const [word = '', ...values] = line.split(' ');
      expect(vectors.vector(word)).toEqual({ word, values: Float32Array.from(values, Number) });
    }
    vectors.close();
  });

  test('as written, or else in lower case', () => {
    const vectors = loadStaticVectors(join(fixtures, 'word2vec.bin'));
    expect(vectors.vector('Bank')?.word).toBe('bank');
    expect(vectors.vector('NEW_YORK')?.word).toBe('new_york');
    expect(vectors.vector('Paris')?.word).toBe('Paris');
    expect(['paris', 'ban', 'banks', '', ' ', 'bank '].map(vectors.vector)).toEqual([
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
    vectors.close();
  });

  test('the script writes them, and fixtures/README.md has their checksums', () => {
    const copy = join(folder, 'copy');
    execFileSync(process.execPath, [join(root, 'scripts/make-static-vectors.mjs'), copy]);
    expect(readdirSync(fixtures).sort()).toEqual(names);
    const readme = readFileSync(join(root, 'fixtures/README.md'), 'utf8');
    for (const name of names) {
      const bytes = readFileSync(join(fixtures, name));
      expect(readFileSync(join(copy, name)).equals(bytes), name).toBe(true);
      expect(readme).toContain(`| \`${name}\` | \`${createHash('sha256').update(bytes).digest('hex')}\` |`);
    }
  });
});

describe('ways to write them', () => {
  const entries: Entry[] = [
    ['a', 1, -0.5],
    ['b', 0, 2],
  ];
  const text = textOf(entries, { header: true });

  test.each<[string, string | Uint8Array, string]>([
    ["word2vec.c's text, with a space at the end", text.replaceAll('\n', ' \n'), 'word2vec text'],
    ['no end of line at the end', text.trimEnd(), 'word2vec text'],
    ['Windows', textOf(entries, { header: true, lineEnd: '\r\n' }), 'word2vec text'],
    ['Windows without header', textOf(entries, { lineEnd: '\r\n' }), 'glove'],
    ['a byte order mark', `\ufeff${text}`, 'word2vec text'],
    ['a byte order mark without header', `\ufeff${textOf(entries)}`, 'glove'],
    ['tabs', text.replaceAll(' ', '\t'), 'word2vec text'],
    ['blank lines', `${text}\n \r\n`, 'word2vec text'],
    ['exponents, signs and bare points', '2 2\na 10e-1 -5E-1\nb +.0 2.\n', 'word2vec text'],
    ['positive exponents', 'a 0.1e1 -.05E+1\nb 0e9 0.0002e+4\n', 'glove'],
    ['word2vec.c', binaryOf(entries), 'word2vec binary'],
    ['gensim', binaryOf(entries, { separator: '' }), 'word2vec binary'],
  ])('%s', (_, content, kind) => {
    const vectors = load(content);
    expect([vectors.kind, vectors.count, vectors.dimension]).toEqual([kind, 2, 2]);
    expect(['a', 'b'].map((word) => [...vectors.vector(word)!.values])).toEqual([[1, -0.5], [0, 2]]); // biome-ignore format: one line
    vectors.close();
  });

  test('GloVe has words with spaces, also in the first line', () => {
    const glove = '. . . 0.5 1\n. . 2 3\n. 4 5\nat name@domain.com 6 7\n1 8 9\nto\u00a0me 1 2\n';
    const found = ['. . .', '. .', '.', 'at name@domain.com', '1', 'to\u00a0me'].map((word) => valuesOf(glove, word));
    expect(found).toEqual([
      ['. . .', 0.5, 1],
      ['. .', 2, 3],
      ['.', 4, 5],
      ['at name@domain.com', 6, 7],
      ['1', 8, 9],
      ['to\u00a0me', 1, 2],
    ]);
    expect(load(glove)).toMatchObject({ kind: 'glove', count: 6, dimension: 2 });
    expect(['. . . .', 'at', 'to', '. . . 0.5'].map((word) => valuesOf(glove, word))).toEqual([null, null, null, null]);
  });

  test('tags are words, not web pages', () => {
    expect(valuesOf('<unk> 1 2\n<s> 3 4\n', '<unk>')).toEqual(['<unk>', 1, 2]);
    expect(valuesOf('1 2\n</s> 1 2\n', '</s>')).toEqual(['</s>', 1, 2]);
  });

  test.each<[string, string | Uint8Array]>([
    ['text', '4 1\na 1\nb 2\na 3\nB 4\n'],
    ['binary', binaryOf([['a', 1], ['b', 2], ['a', 3], ['B', 4]])], // biome-ignore format: one line
  ])('of two equal words the first counts: %s', (_, content) => {
    expect(load(content).count).toBe(3);
    expect(['a', 'b', 'B'].map((word) => valuesOf(content, word))).toEqual([['a', 1], ['b', 2], ['B', 4]]); // biome-ignore format: one line
  });

  test('bytes that are no UTF-8 harm nobody else', () => {
    const cut: Entry[] = [
      [Uint8Array.of(0x61, 0xc3), 1, 2],
      ['b', 3, 4],
    ];
    const text = Buffer.concat([Buffer.from('2 2\na\xc3', 'latin1'), Buffer.from(' 1 2\nb 3 4\n')]);
    for (const content of [binaryOf(cut), text]) {
      expect(load(content).count).toBe(2);
      expect(valuesOf(content, 'b')).toEqual(['b', 3, 4]);
    }
    expect(load(text).kind).toBe('word2vec text');
  });

  test('a vector of bytes that look like text is binary, as one that has an end of line or a space in it', () => {
    const floats = (bytes: string) => [...new Float32Array(Uint8Array.from(Buffer.from(bytes, 'latin1')).buffer)];
    const entries: Entry[] = [
      ['x', ...floats('\xf0\x9f  \n\n\n\n')],
      ['y', ...floats('    1 2\n')],
    ];
    expect(load(binaryOf(entries)).kind).toBe('word2vec binary');
    expect(entries.map(([word]) => valuesOf(binaryOf(entries), String(word)))).toEqual(entries);
  });

  test('float32 whose bytes are all text counts as text and is refused', () => {
    const content = binaryOf([['!', -4.933570479101715e-30]]);
    expect(isText(content)).toBe(true);
    expect(() => load(content)).toThrow("line 2 has '!Ȏ' as value 1 of 1; a finite number is expected");
  });

  test('what was written is read, in all forms', () => {
    const value = fc.float({ noNaN: true, noDefaultInfinity: true }).map((x) => (Object.is(x, -0) ? 0 : x));
    const word = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .filter((text) => !/[\s\p{Cc}]/u.test(text));
    const table = fc.integer({ min: 1, max: 9 }).chain((dimension) =>
      fc.uniqueArray(fc.tuple(word, fc.array(value, { minLength: dimension, maxLength: dimension })), {
        minLength: 1,
        maxLength: 30,
        selector: ([text]) => text,
      }),
    );
    fc.assert(
      fc.property(table, (pairs) => {
        const entries = pairs.map(([text, values]): Entry => [text, ...values]);
        // A first line of two whole numbers would be a header.
        const isGlove = pairs[0]![1].length > 1;
        const forms = [textOf(entries, { header: true }), binaryOf(entries), binaryOf(entries, { separator: '' })];
        for (const content of [...forms, ...(isGlove ? [textOf(entries)] : [])]) {
          const isAmbiguous = (bytes: Buffer) => isText(bytes) || beginsAsText(bytes, pairs[0]![1].length);
          if (typeof content !== 'string' && isAmbiguous(content)) {
            expect(() => load(content)).toThrow(FormatError);
            continue;
          }
          const vectors = load(content);
          expect(vectors.count).toBe(pairs.length);
          for (const [text, values] of pairs) {
            expect(vectors.vector(text)).toEqual({ word: text, values: Float32Array.from(values) });
          }
          vectors.close();
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('files larger than what is read at once', () => {
  const [dimension, count] = [40, 30_000];
  const entries = Array.from({ length: count }, (_, word): Entry => {
    return [`word${word}`, ...Array.from({ length: dimension }, (_, i) => ((word * 31 + i * 17) % 1000) / 8)];
  });

  test.each<[string, () => string | Uint8Array]>([
    ['text', () => textOf(entries, { header: true })],
    ['glove', () => textOf(entries)],
    ['binary', () => binaryOf(entries, { separator: '' })],
  ])('%s', (_, content) => {
    const bytes = Buffer.from(content());
    expect(bytes.length).toBeGreaterThan(pieceBytes);
    const vectors = load(bytes);
    expect(vectors.count).toBe(count);
    for (let index = 0; index < count; index += 7) {
      const [word, ...values] = entries[index]!;
      expect(vectors.vector(String(word)), String(word)).toEqual({ word, values: Float32Array.from(values) });
    }
    expect(vectors.vector('word30000')).toBeNull();
    vectors.close();
  });
});

describe('after it was read', () => {
  test('a closed file is said to be unreadable', () => {
    const vectors = load('a 1 2\n');
    vectors.close();
    expect(() => vectors.vector('a')).toThrow(FormatError);
  });

  test('a file that has become another', () => {
    const path = written(folder, 'changing.txt', 'word 1 2\nnext 3 4\n');
    const vectors = loadStaticVectors(path);
    writeFileSync(path, 'word 1 x\nnext 3 4\n');
    expect(() => vectors.vector('word')).toThrow(`${path} has changed since it was read, at byte 0`);
    truncateSync(path, 4);
    expect(() => vectors.vector('next')).toThrow('became shorter while it was read');
    vectors.close();
  });
});
