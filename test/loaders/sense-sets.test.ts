import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { builtInSenseSets } from '../../src/app/built-in-sense-sets.ts';
import { FormatError } from '../../src/loaders/errors.ts';
import { readSenseSet, senseSetOf, spansOfWord } from '../../src/loaders/sense-sets.ts';
import { temporaryFolder, written } from './temporary-folder.ts';

const folder = temporaryFolder();
const fixtures = join(import.meta.dirname, '../../fixtures/contextuality');

const money = { name: 'money', sentences: ['A bank.', 'The Bank is closed.'] };
const river = { name: 'river', sentences: ['The river bank.', 'A bank of sand.'] };

describe('sets', () => {
  test('a set is read from a file', () => {
    const path = written(folder, 'set.json', JSON.stringify({ word: 'bank', senses: [money, river], note: 'more' }));
    expect(readSenseSet(path)).toEqual({ word: 'bank', senses: [money, river] });
  });

  test('the built-in ones are the files of the fixtures, and sound', () => {
    const files = readdirSync(fixtures).sort();
    expect(builtInSenseSets.map(({ word }) => `${word}.json`)).toEqual(files);
    for (const [index, file] of files.entries()) {
      const set = readSenseSet(join(fixtures, file));
      expect(set).toEqual(builtInSenseSets[index]);
      const sentences = set.senses.flatMap((sense) => sense.sentences);
      expect(new Set(sentences).size).toBe(sentences.length);
      // In lower case and not first: the same token everywhere.
      for (const sentence of sentences) expect(sentence.indexOf(set.word), sentence).toBeGreaterThan(0);
    }
  });
});

describe('the place of a word', () => {
  test.each<[string, string, number[][]]>([
    ['the bank', 'bank', [[4, 8]]],
    ['Bank!', 'bank', [[0, 4]]],
    ['banks, banker, embank, river_bank', 'bank', []],
    ["I can't; a canal", 'can', []],
    ['can, “can” (can)', 'can', [[0, 3], [6, 9], [12, 15]]], // biome-ignore format: one line a case
    ['😀 e\u0301 date', 'date', [[5, 9]]],
    ["don't say don", "don't", [[0, 5]]],
    ['right-hand', 'right', [[0, 5]]],
  ])('%j has %s at %j', (text, word, spans) => {
    expect(spansOfWord(text, word).map(({ start, end }) => [start, end])).toEqual(spans);
  });
});

describe('what is no set is refused in one line', () => {
  const set = (change: object) => ({ word: 'bank', senses: [money, river], ...change });
  test.each<[string, unknown, string]>([
    ['a list', [], 'x must hold a JSON object'],
    ['no word', { senses: [money, river] }, 'x: word must be one word of letters and digits'],
    ['an empty word', set({ word: '' }), 'x: word must be'],
    ['two words', set({ word: 'river bank' }), 'x: word must be'],
    ['a pattern', set({ word: '.*' }), 'x: word must be'],
    ['no senses', { word: 'bank' }, 'x: senses must be an array of at least two senses'],
    ['one sense', set({ senses: [money] }), 'at least two senses, not 1'],
    ['a sense that is a text', set({ senses: [money, 'a bank'] }), 'x: senses[1] must be an object of name and sent'],
    ['no name', set({ senses: [money, { ...river, name: ' ' }] }), 'x: senses[1]: name must be a text'],
    ['one name twice', set({ senses: [money, money] }), 'x: two senses have the name "money"'],
    ['no sentences', set({ senses: [{ name: 'a' }, river] }), 'x: senses[0]: sentences must be an array of at least'],
    ['one sentence', set({ senses: [{ name: 'a', sentences: ['bank'] }, river] }), 'at least two texts, not 1'],
    ['a number', set({ senses: [{ name: 'a', sentences: ['bank', 1] }, river] }), 'x: senses[0].sentences[1] must be'],
    [
      'a sentence without the word',
      set({ senses: [{ name: 'a', sentences: ['bank', 'two\nbanks'] }, river] }),
      'x: senses[0].sentences[1] does not have the word "bank"; once is expected: "two\\nbanks"',
    ],
    [
      'a word twice',
      set({ senses: [money, { name: 'a', sentences: ['bank, bank', 'bank'] }] }),
      'has the word "bank" 2',
    ],
  ])('%s', (_, value, message) => {
    expectRefused(() => senseSetOf(value, 'x'), message);
  });

  test.each<[string, string, string]>([
    ['cut off', '{"word": "bank", "senses": [{"na', 'is not valid JSON'],
    ['empty', '', 'is empty'],
    ['a list', '[1]', 'must hold a JSON object'],
  ])('a file that is %s', (name, content, message) => {
    expectRefused(() => readSenseSet(written(folder, `${name}.json`, content)), message);
  });

  test('no file, and a folder', () => {
    expectRefused(() => readSenseSet(join(folder, 'nowhere.json')), 'nowhere.json is missing');
    expectRefused(() => readSenseSet(folder), 'is not a file');
  });
});

function expectRefused(action: () => unknown, message: string) {
  expect(action).toThrow(FormatError);
  expect(action).toThrow(message);
  expect(action).not.toThrow(/\n/);
}
