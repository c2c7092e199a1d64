import type * as Fs from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createExplorer } from '../../src/explorer/explorer.ts';
import { loadModel } from '../../src/loaders/load-model.ts';
import { thrownBy } from '../support/thrown.ts';
import { makeMalformedFolders, sharedMalformed, sharedMalformedCases } from './malformed-folders.ts';
import { temporaryFolder } from './temporary-folder.ts';

const opened: string[] = [];

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof Fs>();
  const recorded =
    <A extends unknown[], R>(call: (...args: A) => R) =>
    (...args: A): R => {
      opened.push(String(args[0]));
      return call(...args);
    };
  return { ...fs, openSync: recorded(fs.openSync), readFileSync: recorded(fs.readFileSync) };
});

beforeEach(() => {
  opened.length = 0;
});

/** What the line says of faults that lie above the files of weights; the others are in malformed.test.ts. */
const says: Readonly<Record<string, RegExp>> = {
  'config-unknown-type': /config\.json: model_type 'sphinx9000' is not supported; supported: use-lite, example, bert, /,
  'config-proto': /config\.json: model_type '__proto__' is not supported; supported: use-lite, example, bert, /,
  'tokenizer-missing': /tokenizer\.json is missing, and so are vocab\.txt and vocab\.json with merges\.txt$/,
  'tokenizer-not-json': /tokenizer\.json is not valid JSON: /,
  'tokenizer-unknown-model': /tokenizer\.json: model is of type 'Oracle', .* \(it knows WordPiece, BPE, /,
  'tokenizer-unknown-step': /tokenizer\.json: pre_tokenizer is of type 'Scrambler', .* \(it knows BertPreTokenizer, /,
  'tokenizer-bad-regex': /tokenizer\.json: pre_tokenizer\.pattern\.Regex .* '\(unclosed' cannot be compiled$/,
  'tokenizer-merge-unknown': /tokenizer\.json: model\.merges\[0\] needs the token 'zzz', which is not in model\.vocab$/,
  'tokenizer-too-large': /tokenizer\.json has ids up to 139, the model only 120 embeddings$/,
};

const made = temporaryFolder();
const cases = makeMalformedFolders(made);

describe('every malformed folder of the fixtures', () => checkAll(made, cases));

const shared = sharedMalformedCases();
describe.skipIf(shared.length === 0)('the whole set (only where it lies beside the project)', () => {
  if (shared.length > 0) checkAll(sharedMalformed, shared);
});

function checkAll(root: string, all: typeof cases): void {
  test('sound folders and broken ones are among them', () => {
    const outcomes = all.map((one) => one.expect);
    expect(outcomes.filter((one) => one === 'load').length).toBeGreaterThan(1);
    expect(outcomes.filter((one) => one === 'refuse').length).toBeGreaterThan(50);
  });

  test.each(all.filter((one) => one.expect === 'load'))('$folder is loaded and computed', ({ folder }) => {
    const loaded = loadModel(join(root, folder), folder);
    const { trace, tokenized } = createExplorer({ loaded, text: 'The cat' });
    expect(tokenized.value.tokens.length).toBeGreaterThan(2);
    expect(trace.value.layers.at(-1)!.residPost!.data.every(Number.isFinite)).toBe(true);
    expect(opened.length).toBeGreaterThan(2);
    expectOpenedInside(join(root, folder));
  });

  test.each(all.filter((one) => one.expect !== 'load'))('$folder is refused: $problem', ({ folder }) => {
    const directory = join(root, folder);
    const start = performance.now();
    const failure = thrownBy(() => loadModel(directory, folder));
    expect(performance.now() - start).toBeLessThan(1000);
    expectOpenedInside(directory);
    expect(failure.name).toMatch(/^(FormatError|UnsupportedModelError)$/);
    expect(failure.message.startsWith(directory)).toBe(true);
    expect(failure.message).not.toMatch(/\p{Cc}/u);
    expect(failure.message.length).toBeLessThan(directory.length + 1200);
    const wanted = says[folder];
    if (wanted !== undefined) expect(failure.message).toMatch(wanted);
  });

  test('every fault above the weights is one of the cases', () => {
    const names = all.map((one) => one.folder);
    expect(Object.keys(says).filter((name) => !names.includes(name))).toEqual([]);
  });
}

function expectOpenedInside(directory: string): void {
  expect(opened.filter((path) => dirname(resolve(path)) !== directory)).toEqual([]);
  expect(opened.filter((path) => !/\.(json|safetensors|txt)$/.test(path))).toEqual([]);
}
