import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseArguments } from '../../src/app/arguments.ts';
import { headsCommand } from '../../src/app/commands/heads.ts';
import { UsageError } from '../../src/app/usage-error.ts';
import { headScoreDefinitions } from '../../src/core/measures/head-score-definitions.ts';
import { type HeadScoreName, headScoreNames } from '../../src/core/measures/head-scores.ts';
import { temporaryFolder } from '../loaders/temporary-folder.ts';
import { copyHfModel } from '../support/hf-models.ts';

const folder = temporaryFolder();
const directoryOf = new Map(['bert', 'gpt2', 't5'].map((name) => [name, copyHfModel(name, folder)]));

type Options = Parameters<typeof headsCommand>[1];

interface Head {
  readonly part?: string;
  readonly layer: number;
  readonly head: number;
  readonly scores: Readonly<Record<HeadScoreName, number | null>>;
  readonly role: { readonly name: string; readonly score: number } | null;
}

function run(text: string | null, options: Options = {}): string {
  const model = options.model ?? 'use-lite';
  return headsCommand(text, { ...options, model: directoryOf.get(model) ?? model });
}

function json(
  text: string | null,
  options: Options = {},
): { readonly heads: readonly Head[] } & Record<string, unknown> {
  return JSON.parse(run(text, { ...options, json: true }));
}

function file(content: string | Uint8Array): string {
  const path = join(mkdtempSync(join(folder, 'texts-')), 'texts.txt');
  writeFileSync(path, content);
  return path;
}

/** Fields of each line of the table. */
const fieldsOf = (table: string) =>
  table
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/\s{2,}/));

describe('the table', () => {
  test('has a line a head under the names of the scores', () => {
    const [heading, chance, ...lines] = fieldsOf(run('please study man.'));
    const rows = lines.slice(0, 8);
    // Four keys, seen by every query: distances 0 1 2 3, 1 0 1 2 and so on.
    expect(chance?.slice(0, 8)).toEqual(['all', 'chance', '1.000', '1.25', '0.250', '0.250', '0.250', '0.250']);
    expect(heading).toEqual(['layer', 'head', ...headScoreNames, 'role']);
    expect(rows.map(([layer, head]) => `${layer}.${head}`)).toEqual([
      '0.0',
      '0.1',
      '0.2',
      '0.3',
      '1.0',
      '1.1',
      '1.2',
      '1.3',
    ]);
    for (const row of rows) {
      expect(row[2]).toMatch(/^[01]\.\d{3}$/);
      expect(row[3]).toMatch(/^\d\.\d{2}$/);
      // use-lite adds no tokens, and nothing repeats.
      expect(row.slice(10, 13)).toEqual(['n/a', 'n/a', 'n/a']);
    }
  });

  test('agrees with the JSON', () => {
    const text = 'the cat, the cat';
    const { heads } = json(text);
    const rows = fieldsOf(run(text)).slice(2);
    for (const [index, { scores, role }] of heads.entries()) {
      const row = rows[index]!;
      expect(row[12]).toBe(scores.induction?.toFixed(3));
      expect(row[13]).toBe(role?.name);
    }
  });

  test('says which head looks at what most, with the level by chance, and why a score does not apply', () => {
    const text = run('The boat drifted toward the river bank.');
    expect(text).toContain('looks at the previous token most: L0 H3 0.37 (at itself 0.56; chance 0.10)\n');
    expect(text).toContain('looks at itself most: L0 H1 0.68 (chance 0.10)\n');
    expect(text).toContain(
      'n/a: special (no token with numbers is special); duplicate, induction (no known token of the text repeats)\n',
    );
    expect(run('The cat sat on the mat', { model: 'gpt2' })).toContain(
      'no head looks at the next token (chance 0.00)\n',
    );
    expect(run('a b', { model: 't5', target: 'c' })).toContain(
      'cross: n/a: distance, previous, next, same, duplicate, induction (queries and keys are of two texts)',
    );
  });

  test.each([60, 80, 100])('fits a terminal of %i columns, with no number lost', (columns) => {
    const sentence = 'The boat drifted toward the river bank.';
    const narrow = headsCommand(sentence, {}, columns);
    for (const line of narrow.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
    const numbers = (text: string) => text.match(/\b\d\.\d{3}\b/g)?.toSorted();
    expect(numbers(narrow)).toEqual(numbers(run(sentence)));
    for (const name of [...headScoreNames, 'role']) expect(narrow).toMatch(new RegExp(`\\b${name}\\b`));
  });

  test('is followed by definitions where they are asked for', () => {
    const plain = run('please study man');
    const explained = run('please study man', { explain: true });
    expect(explained.startsWith(`${plain}\n`)).toBe(true);
    for (const { definition, formula } of headScoreDefinitions) {
      expect(explained).toContain(definition);
      expect(explained).toContain(formula);
    }
    expect(explained).toContain('role: broad from an entropy of 0.9 on');
    const ascii = run('please study man', { explain: true, ascii: true });
    expect(ascii).toMatch(/^[\n\x20-\x7e]+$/);
    expect(ascii).toContain('mean over i of sum_j w(i, j)*|i - j|');
    expect(ascii).not.toContain('?;');
  });

  test('is sorted by a score, largest first', () => {
    const entropies = json('the cat sat on the mat', { sortBy: 'entropy' }).heads.map(
      ({ scores }) => scores.entropy ?? 0,
    );
    expect(entropies).toEqual(entropies.toSorted((a, b) => b - a));
    expect(entropies[0]).not.toBe(json('the cat sat on the mat').heads[0]?.scores.entropy);
  });
});

describe('JSON and CSV', () => {
  test('JSON says what was measured of which model', () => {
    const { format, model, texts, truncated, heads, ...rest } = json('the cat, the cat');
    expect({ format, texts, truncated, rest }).toEqual({
      format: 'attnscope-heads/1',
      texts: 1,
      truncated: 0,
      rest: {},
    });
    expect(model).toMatchObject({ name: 'use-lite', layers: 2, heads: 4 });
    expect(heads.map((head) => Object.keys(head))).toEqual(
      heads.map(() => ['layer', 'head', 'scores', 'chance', 'role']),
    );
    expect(Object.keys(heads[0]!.scores)).toEqual(headScoreNames);
    expect(heads[0]!.scores.special).toBeNull();
    expect(heads[0]!.scores.duplicate).toBeGreaterThan(0);
    expect(json('a b', { explain: true }).definitions).toEqual(headScoreDefinitions);
  });

  test('CSV has a line of names and empty fields for what does not apply', () => {
    const { heads } = json('please study man.');
    const [names, ...lines] = run('please study man.', { csv: true }).trimEnd().split('\n');
    expect(names).toBe(`layer,head,${headScoreNames.join(',')},role,roleScore`);
    expect(lines.map((line) => line.split(','))).toEqual(
      heads.map(({ layer, head, scores, role }) =>
        [layer, head, ...headScoreNames.map((name) => scores[name] ?? ''), role?.name ?? '', role?.score ?? ''].map(
          String,
        ),
      ),
    );
  });
});

describe('kinds of models', () => {
  test('BERT has special tokens', () => {
    const { heads } = json('the cat', { model: 'bert' });
    for (const { scores } of heads) {
      expect(scores.special).toBeCloseTo((scores.first ?? 0) + (scores.last ?? 0), 6);
    }
  });

  test('a causal model has nothing on the next token', () => {
    const { heads } = json('The cat sat on the mat', { model: 'gpt2' });
    expect(new Set(heads.map(({ scores }) => scores.next))).toEqual(new Set([0]));
  });

  test("an encoder–decoder has its encoder's heads, and with a target those of all parts", () => {
    const alone = json('The cat', { model: 't5' }).heads;
    expect(new Set(alone.map(({ part }) => part))).toEqual(new Set(['encoder']));
    const all = json('The cat sat', { model: 't5', target: 'A cat A cat' }).heads;
    expect([...new Set(all.map(({ part }) => part))]).toEqual(['encoder', 'decoder', 'cross']);
    for (const { part, scores } of all) {
      expect(scores.previous === null, part).toBe(part === 'cross');
      expect(scores.next === 0, part).toBe(part === 'decoder');
      expect(scores.last).not.toBeNull();
    }
    const [heading, first] = fieldsOf(run('The cat sat', { model: 't5', target: 'A cat' }));
    expect([heading?.[0], first?.[0]]).toEqual(['part', 'encoder']);
    expect(run('The cat sat', { model: 't5', csv: true })).toMatch(/^part,layer,head,/);
  });

  test('an unknown word of the example has no part in the scores', () => {
    const { heads } = json('please study xyz man', { model: 'example' });
    const { heads: unknown } = json('xyz', { model: 'example' });
    expect(heads[0]?.scores.entropy).toBeGreaterThan(0);
    expect(Object.values(unknown[0]!.scores).every((score) => score === null)).toBe(true);
  });

  test('options that change the numbers count', () => {
    const text = 'the cat sat on the mat';
    expect(json(text, { mask: 'causal' }).heads[0]?.scores.next).toBe(0);
    expect(json(text, { scaleFactor: '0' }).heads[0]).toMatchObject({ role: { name: 'broad' } });
    expect(json(text, { scaleFactor: '0', mask: 'causal' }).heads[0]?.scores.entropy).toBeCloseTo(1, 6);
  });
});

describe('a file of texts', () => {
  test('gives the mean of each score over the lines where it applies', () => {
    const lines = ['the cat sat on the mat', 'please study man.', 'one, two, one'];
    const { heads, texts } = json(null, { file: file(`\uFEFF${lines[0]}\r\n\n   \n${lines[1]}\n${lines[2]}\n`) });
    expect(texts).toBe(3);
    const alone = lines.map((line) => json(line).heads);
    for (const [index, { scores }] of heads.entries()) {
      for (const name of headScoreNames) {
        const values = alone.flatMap((one) => one[index]?.scores[name] ?? []);
        if (values.length === 0) expect(scores[name]).toBeNull();
        else expect(scores[name], name).toBeCloseTo(values.reduce((a, b) => a + b, 0) / values.length, 10);
      }
    }
    expect(heads[0]?.scores.punctuation).not.toBeNull();
  });

  test('says which texts had to be cut', () => {
    const long = 'the cat sat on the mat and '.repeat(60);
    const answer = json(null, { model: 'gpt2', file: file(`${long}\nshort\n`) });
    expect(answer).toMatchObject({ texts: 2, truncated: 1 });
    expect(run(long, { model: 'gpt2' })).toMatch(/1 of 1 texts cut to the tokens that fit\n$/);
  });
});

describe('what cannot be used is refused in one line', () => {
  test.each<[string, string | null, Options, string]>([
    ['no text', null, {}, 'heads: a TEXT is missing'],
    ['two sources', 'a', { file: 'b.txt' }, 'heads: a TEXT or --file FILE is expected, not both'],
    ['an unknown score', 'a', { sortBy: 'entropie' }, '--sort entropie: one of place, entropy, distance, '],
    ['no file', null, { file: '/nowhere/texts.txt' }, '--file /nowhere/texts.txt: it cannot be read: ENOENT'],
    ['a folder', null, { file: '/' }, '--file /: it cannot be read: EISDIR'],
    ['a text without tokens', '', {}, 'heads: the text has no tokens'],
    ['a target for a model without decoder', 'a', { target: 'b' }, 'has no decoder'],
  ])('%s', (_, text, options, message) => {
    expectRefused(() => run(text, options), message);
  });

  test('files that hold nothing, or no text', () => {
    const [blank, bytes] = [file(' \n\n'), file(Uint8Array.of(0xff, 0xfe, 0x41))];
    expectRefused(() => run(null, { file: blank }), 'has no line with text');
    expectRefused(() => run(null, { file: bytes }), 'is not UTF-8 text');
  });

  test.each([
    [['--csv', '--json'], "option '--json' cannot be used with option '--csv'"],
    [['--csv', '--explain'], "option '--explain' cannot be used with option '--csv'"],
    [['--sort', 'entropie'], 'Allowed choices are place, entropy, distance, '],
  ])('%j', (options, message) => {
    expectRefused(() => parseArguments(['heads', 'a', ...options], '1.0.0'), message);
  });

  test.each(['file', 'csv', 'explain'])('--%s with another command', (name) => {
    const value = name === 'file' ? ['x'] : [];
    expect(parseArguments(['heads', 'a', `--${name}`, ...value], '1.0.0').command).toBe('heads');
    expectRefused(() => parseArguments(['show', 'a', `--${name}`, ...value], '1.0.0'), `--${name} is for heads`);
  });
});

function expectRefused(action: () => unknown, message: string) {
  expect(action).toThrow(UsageError);
  expect(action).toThrow(message);
  expect(action).not.toThrow(/\n/);
}
