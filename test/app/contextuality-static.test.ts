import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { parseArguments } from '../../src/app/arguments.ts';
import { builtInSenseSets } from '../../src/app/built-in-sense-sets.ts';
import { contextualityCommand } from '../../src/app/commands/contextuality.ts';
import { UsageError } from '../../src/app/usage-error.ts';
import { FormatError } from '../../src/loaders/errors.ts';
import { temporaryFolder, written } from '../loaders/temporary-folder.ts';

const folder = temporaryFolder();
type Options = Parameters<typeof contextualityCommand>[0];

const measures = ['same', 'other', 'triples', 'auc', 'baseline', 'shuffled'] as const;
type Stage = { readonly stage: string } & Readonly<Record<(typeof measures)[number], number | null>>;
interface Answer {
  readonly sets: readonly { readonly word: string; readonly stages: readonly Stage[] }[];
  readonly all: { readonly stages: readonly Stage[] } | null;
}

const run = (options: Options) => contextualityCommand({ ...options, model: 'use-lite' });
const json = (options: Options): Answer => JSON.parse(run({ ...options, json: true }));
const stagesOf = (options: Options) => json(options).sets[0]!.stages;
const useLiteStages = ['static embedding', 'input', 'L0 attention', 'L0 output', 'L1 attention', 'L1 output'];

/** A set of the word "bank" in a file. */
function setFile(...senses: readonly (readonly string[])[]): string {
  const content = { word: 'bank', senses: senses.map((sentences, index) => ({ name: `sense ${index}`, sentences })) };
  return written(folder, 'set.json', JSON.stringify(content));
}

const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
beforeEach(() => {
  stderr.mockClear();
});

/** What the command says on standard error. */
function warningOf(options: Options): string {
  stderr.mockClear();
  run(options);
  return stderr.mock.calls.map(([text]) => text).join('');
}

const fixture = (name: string) => join(import.meta.dirname, '../../fixtures/static-vectors', name);
const stage = 'glove.txt (glove)';
const nothing = Object.fromEntries(measures.map((name) => [name, null]));

test.each([
  ['glove.txt', 'glove'],
  ['word2vec.txt', 'word2vec text'],
  ['word2vec.bin', 'word2vec binary'],
])('%s: one spelling is one vector, and the senses are nowhere', (file, kind) => {
  const stages = stagesOf({ set: 'bank', static: fixture(file) });
  expect(stages.map(({ stage: name }) => name)).toEqual([`${file} (${kind})`, ...useLiteStages]);
  expect(Object.keys(stages[0]!)).toEqual(['stage', ...measures]);
  expect(stages[0]).toMatchObject({ same: 1, other: 1, triples: 0.5, auc: 0.5, shuffled: 0.5 });
  expect(stages.slice(1)).toEqual(stagesOf({ set: 'bank' }));
});

test('the baseline is the mean over all pairs of words of two sentences, as plain loops have it', () => {
  const known = new Map(
    readFileSync(fixture('glove.txt'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([word = '', ...values]) => [word, values.map(Number)] as const),
  );
  const texts = builtInSenseSets.find(({ word }) => word === 'bank')!.senses.flatMap(({ sentences }) => sentences);
  const sentences = texts.map((text) =>
    text
      .split(/[ .,]+/)
      .flatMap((word) => (known.has(word) ? [word] : [word.toLowerCase()]))
      .flatMap((word) => (known.has(word) ? [known.get(word)!] : [])),
  );
  const cosines = sentences.flatMap((first, index) =>
    sentences
      .slice(index + 1)
      .flatMap((second) =>
        first.flatMap((a) =>
          second.map((b) => a.reduce((sum, x, i) => sum + x * b[i]!, 0) / Math.hypot(...a) / Math.hypot(...b)),
        ),
      ),
  );
  expect(cosines.length).toBeGreaterThan(200);
  const mean = cosines.reduce((sum, value) => sum + value, 0) / cosines.length;
  expect(stagesOf({ set: 'bank', static: fixture('glove.txt') })[0]!.baseline).toBeCloseTo(mean, 10);
});

test('two spellings are two vectors where the file has both, and one where it has one', () => {
  const set = setFile(['The Bank is.', 'A bank is.'], ['My bank is.', 'Our Bank is.']);
  const both = written(folder, 'both.txt', 'bank 1 0\nBank 0 1\n');
  // Of the pairs of one sense and of the four of two, the cosines are 0, 0 and 0, 1, 1, 0.
  expect(stagesOf({ set, static: both })[0]).toMatchObject({ same: 0, other: 0.5, triples: 0.25, auc: 0.25 });
  const one = written(folder, 'one.txt', 'bank 1 0\na 0 1\n');
  expect(stagesOf({ set, static: one })[0]).toMatchObject({ same: 1, other: 1, triples: 0.5, auc: 0.5 });
  expect(run({ set, static: one })).toContain('\n"Bank" is "bank" in one.txt\n');
});

test('a word that the file does not have has no numbers, and a line says so', () => {
  const options = { set: 'bat', static: fixture('glove.txt') };
  expect(stagesOf(options)[0]).toEqual({ stage, ...nothing });
  const [table = ''] = run(options).split('\n\n');
  expect(table).toMatch(/^glove\.txt \(glove\)(\s+n\/a){6}$/m);
  expect(table.split('\n').at(-1)).toBe('"bat" is not in glove.txt');
  const warning = 'warning: "bat" is not in glove.txt\n';
  expect([{}, { csv: true }, { json: true }].map((form) => warningOf({ ...options, ...form }))).toEqual(['', warning, warning]); // biome-ignore format: one line
  expect(warningOf({ set: 'bank', static: fixture('glove.txt'), json: true })).toBe('');
});

test('all is the mean over the words that the file has', () => {
  const { sets, all } = json({ static: fixture('glove.txt') });
  const found = sets.filter(({ stages }) => stages[0]!.same !== null);
  expect(found.map(({ word }) => word)).toEqual(['bank', 'light']);
  const [bank, light] = found.map(({ stages }) => stages[0]!.baseline!);
  expect(all!.stages[0]).toMatchObject({ stage, same: 1, triples: 0.5, shuffled: 0.5 });
  expect(all!.stages[0]!.baseline).toBeCloseTo((bank! + light!) / 2, 12);
  expect(warningOf({ static: fixture('glove.txt'), json: true })).toMatch(/^warning: "bat" is .*; "spring" is .*\n$/);
});

test('the table says what its first row is, and stays as wide whatever the file is called', () => {
  const path = written(folder, `a, "b"${'c'.repeat(150)}.txt`, 'bank 1 0\n');
  const table = run({ set: 'bank', static: path });
  expect(table).toContain('\na, "b"cccccccccc');
  expect(table).toContain('\nfirst row: a spelling has one vector in that file');
  expect(table.split('\n').every((line) => line.length <= 120)).toBe(true);
  expect(run({ set: 'bank' })).not.toContain('first row');
  const [, line = ''] = run({ set: 'bank', static: path, csv: true }).split('\n');
  expect(line).toBe(`bank,"a, ""b""${'c'.repeat(150)}.txt (glove)",1,1,0.5,0.5,1,0.5`);
});

test('a file that cannot be used is refused, and other commands do not take one', () => {
  expectRefused(() => run({ static: './nowhere.bin' }), './nowhere.bin is missing', FormatError);
  const path = written(folder, 'cut.txt', '3 2\nbank 1 2\n');
  expectRefused(() => run({ static: path }), 'cut.txt: line 1 promises 3 words', FormatError);
  expect(parseArguments(['the bank', '--static', 'a.txt'], '1.0.0').options).toEqual(
    expect.objectContaining({ static: 'a.txt' }),
  );
  const message = '--static is for the explorer, show and contextuality only';
  expectRefused(() => parseArguments(['heads', 'a', '--static', 'a.txt'], '1.0.0'), message, UsageError);
});

function expectRefused(action: () => unknown, message: string, kind: typeof UsageError | typeof FormatError) {
  expect(action).toThrow(kind);
  expect(action).toThrow(message);
  expect(action).not.toThrow(/\n/);
}
