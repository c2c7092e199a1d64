// Writes fixtures/static-vectors, or the folder that is named: the same words and vectors in the three forms that are read.
// Every value is a whole number of sixteenths from -2 to 2, so that decimal, float32 and what is read are the same number.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const dimension = 8;
const words = [
  'the',
  'of',
  'bank',
  'river',
  'money',
  'account',
  'water',
  'light',
  'Paris',
  'café',
  "don't",
  'new_york',
];

/** Numbers of a linear congruential generator modulo 2³² with multiplier and increment of Numerical Recipes. */
function vectors(seed) {
  let state = seed;
  const value = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (Math.floor((state / 2 ** 32) * 65) - 32) / 16;
  };
  return words.map((word) => ({ word, values: Array.from({ length: dimension }, value) }));
}

const entries = vectors(1);
const header = `${words.length} ${dimension}\n`;

/** As gensim writes it; word2vec.c has a space more at the end of a line. */
const text = entries.map(({ word, values }) => `${[word, ...values].join(' ')}\n`).join('');

/** As word2vec.c writes it, with the end of line after a vector that gensim leaves out. */
const binary = Buffer.concat([
  Buffer.from(header),
  ...entries.flatMap(({ word, values }) => {
    const bytes = Buffer.alloc(4 * dimension);
    for (const [index, value] of values.entries()) bytes.writeFloatLE(value, 4 * index);
    return [Buffer.from(`${word} `), bytes, Buffer.from('\n')];
  }),
]);

const folder = process.argv[2] ?? join(dirname(dirname(fileURLToPath(import.meta.url))), 'fixtures/static-vectors');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'word2vec.txt'), header + text);
writeFileSync(join(folder, 'word2vec.bin'), binary);
writeFileSync(join(folder, 'glove.txt'), text);
