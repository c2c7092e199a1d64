import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadHfTokenizer } from '../../src/loaders/hf-tokenizer.ts';
import { fixture, fixtures } from '../tokenizer/hf/support.ts';
import { type MalformedCase, makeMalformedFolders, sharedMalformed } from './malformed-folders.ts';
import { temporaryFolder } from './temporary-folder.ts';

const root = temporaryFolder();
let made = 0;

/** A folder of these files; objects are written as JSON. */
function folderOf(files: Record<string, unknown>): string {
  made += 1;
  const folder = join(root, `made-${made}`);
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

const idsOf = (folder: string, text: string, pair: string | null = null, modelType?: string) =>
  loadHfTokenizer(folder, 1000, modelType)
    .encode(text, pair)
    .tokens.map(({ id }) => id);

interface Recorded {
  readonly cases: { readonly text: string; readonly text_pair?: string; readonly ids: number[] }[];
  readonly tokenizer_cases: { readonly text: string; readonly ids: number[] }[];
}

const recordedOf = (name: string): Recorded => JSON.parse(readFileSync(join(fixtures, name, 'expected.json'), 'utf8'));

/** All texts of the recordings give the same ids. */
function compareAll(name: string, folder: string, modelType?: string): void {
  const tokenizer = loadHfTokenizer(folder, 1000, modelType);
  const { cases, tokenizer_cases } = recordedOf(name);
  for (const { text, text_pair, ids } of [...cases, ...tokenizer_cases] as Recorded['cases']) {
    expect(
      tokenizer.encode(text, text_pair).tokens.map(({ id }) => id),
      text,
    ).toEqual(ids);
  }
}

describe('tokenizer.json', () => {
  test('the mask token is the one that tokenizer_config.json names', () => {
    const folder = folderOf({
      'tokenizer.json': fixture('t5'),
      'tokenizer_config.json': { mask_token: '<extra_id_0>' },
    });
    expect(loadHfTokenizer(folder, 400).maskTokenId).toBe(379);
    expect(loadHfTokenizer(join(fixtures, 'roberta'), 420).maskTokenId).toBe(4);
  });

  test('ids need an embedding each; there may be more embeddings', () => {
    expect(loadHfTokenizer(join(fixtures, 'bert'), 401).vocabSize).toBe(400);
    expect(() => loadHfTokenizer(join(fixtures, 'bert'), 399)).toThrow(
      /bert.tokenizer\.json has ids up to 399, the model only 399 embeddings$/,
    );
  });
});

describe('folders without tokenizer.json agree with the tokenizer.json of the same vocabulary', () => {
  const config = (name: string) => readFileSync(join(fixtures, name, 'tokenizer_config.json'), 'utf8');
  const vocabOf = (name: string) => fixture(name).model.vocab as Record<string, number>;
  const words = (name: string) =>
    Object.entries(vocabOf(name))
      .toSorted((a, b) => a[1] - b[1])
      .map(([word]) => `${word}\n`)
      .join('');
  const merges = (name: string) =>
    `#version: 0.2\n${(fixture(name).model.merges as string[][]).map((parts) => parts.join(' ')).join('\n')}\n`;

  test.each(['bert', 'bert-model', 'distilbert'])('vocab.txt of %s', (name) => {
    compareAll(name, folderOf({ 'vocab.txt': words(name), 'tokenizer_config.json': config(name) }));
  });
  test('vocab.txt with line ends of Windows', () => {
    const text = words('bert').replaceAll('\n', '\r\n');
    compareAll('bert', folderOf({ 'vocab.txt': text }), 'bert');
  });
  test('vocab.txt of MPNet: <s> a </s></s> b </s>', () => {
    const folder = folderOf({ 'vocab.txt': '<s>\n<pad>\n</s>\n[UNK]\nthe\ncat\n<mask>\n' });
    expect(idsOf(folder, 'The <mask>', 'dog cat', 'mpnet')).toEqual([0, 4, 6, 2, 2, 3, 5, 2]);
    expect(loadHfTokenizer(folder, 7, 'mpnet').maskTokenId).toBe(6);
  });
  test('vocab.json and merges.txt of gpt2', () => {
    const files = { 'vocab.json': vocabOf('gpt2'), 'merges.txt': merges('gpt2') };
    compareAll('gpt2', folderOf(files));
    compareAll('gpt2', folderOf({ ...files, 'tokenizer_config.json': config('gpt2') }), 'gpt2');
  });
  test('vocab.json and merges.txt of roberta, told by the configuration, the family or the vocabulary', () => {
    const files = { 'vocab.json': vocabOf('roberta'), 'merges.txt': merges('roberta') };
    compareAll('roberta', folderOf(files));
    compareAll('roberta', folderOf(files), 'roberta');
    compareAll('roberta', folderOf({ ...files, 'tokenizer_config.json': config('roberta') }));
    expect(idsOf(folderOf(files), 'a', 'a').length).toBe(6);
  });
  test('OPT puts </s> in front', () => {
    const files = { 'vocab.json': vocabOf('roberta'), 'merges.txt': merges('roberta') };
    expect(idsOf(folderOf(files), 'a', null, 'opt')).toEqual([2, 69]);
  });
  test('added_tokens.json', () => {
    const files = { 'vocab.txt': words('bert'), 'added_tokens.json': { '<new>': 400 } };
    expect(idsOf(folderOf(files), 'a<new>')).toContain(400);
    expect(() => loadHfTokenizer(folderOf(files), 400)).toThrow(/vocab\.txt has ids up to 400/);
  });
});

describe('what cannot be read is refused in one line', () => {
  const command = /from_pretrained\(".*"\)\.save_pretrained\(".*"\)'$/;
  test.each(['spiece.model', 'sentencepiece.bpe.model', 'tokenizer.model'])('%s alone', (name) => {
    expect(() => loadHfTokenizer(folderOf({ [name]: 'x' }), 9)).toThrow(command);
  });
  test('the files of Marian', () => {
    const files = { 'source.spm': 'x', 'target.spm': 'x', 'vocab.json': { a: 0 } };
    expect(() => loadHfTokenizer(folderOf(files), 9, 'marian')).toThrow(
      /tokenizer\.json is missing, and source\.spm does not say how to split: .*save_pretrained/,
    );
  });
  test('files that describe a tokenizer in part', () => {
    const japanese = { 'vocab.txt': '[UNK]\n', 'tokenizer_config.json': { tokenizer_class: 'BertJapaneseTokenizer' } };
    expect(() => loadHfTokenizer(folderOf(japanese), 9)).toThrow(command);
    expect(() => loadHfTokenizer(folderOf({ 'vocab.json': {}, 'merges.txt': '' }), 9, 'clip')).toThrow(command);
  });
  test('vocab.txt without special tokens', () => {
    expect(() => loadHfTokenizer(folderOf({ 'vocab.txt': 'a\nb\n' }), 9)).toThrow(
      /vocab\.txt must hold the special token '\[CLS\]'$/,
    );
  });
  test('nothing at all', () => {
    expect(() => loadHfTokenizer(folderOf({}), 9)).toThrow(/tokenizer\.json is missing, and so are vocab\.txt and/);
  });
  test('tokenizer_config.json that is not JSON', () => {
    const folder = folderOf({ 'tokenizer_config.json': '{' });
    cpSync(join(fixtures, 'bert/tokenizer.json'), join(folder, 'tokenizer.json'));
    expect(() => loadHfTokenizer(folder, 400)).toThrow(/tokenizer_config\.json is not valid JSON/);
  });

  const folders = join(root, 'malformed');
  mkdirSync(folders);
  const isTokenizer = ({ file }: MalformedCase) => file === 'tokenizer.json';
  const own = makeMalformedFolders(folders).filter(isTokenizer);
  test.each(own)('$folder', ({ folder }) => refuses(join(folders, folder)));
  test('the sound folder loads', () => expect(loadHfTokenizer(join(folders, 'ok-control'), 120).vocabSize).toBe(120));
  describe.skipIf(!existsSync(sharedMalformed))('all of them (only where they lie beside the project)', () => {
    if (!existsSync(sharedMalformed)) return;
    const { cases } = JSON.parse(readFileSync(join(sharedMalformed, 'expected.json'), 'utf8'));
    test.each((cases as MalformedCase[]).filter(isTokenizer))('$folder', ({ folder }) => {
      refuses(join(sharedMalformed, folder));
    });
  });
});

function refuses(folder: string): void {
  let message = '';
  try {
    loadHfTokenizer(folder, 120);
  } catch (error) {
    expect((error as Error).name).toBe('FormatError');
    message = (error as Error).message;
  }
  expect(message).toContain(join(folder, 'tokenizer.json'));
  expect(message).not.toMatch(/\n/);
}
