// Writes the same words and vectors in the three supported formats, to fixtures/static-vectors or the given folder.
// Every value is a multiple of 1/16 from -2 to 2, so that decimal and float32 are exactly equal.
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

/** Values from a linear congruential generator modulo 2³², with the constants of Numerical Recipes. */
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

/** As gensim writes it; word2vec.c adds a space at the end of each line. */
const text = entries.map(({ word, values }) => `${[word, ...values].join(' ')}\n`).join('');

/** As word2vec.c writes it: with a newline after each vector, which gensim omits. */
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
