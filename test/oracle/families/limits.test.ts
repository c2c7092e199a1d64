import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadFamily } from '../../support/load-family.ts';
import { albert } from './definitions/albert.ts';
import { bart, marian, pegasus } from './definitions/bart.ts';
import { debertaV2 } from './definitions/deberta-v2.ts';
import { electra } from './definitions/electra.ts';
import { modernBert } from './definitions/modernbert.ts';
import { mpnet } from './definitions/mpnet.ts';
import { roberta } from './definitions/roberta.ts';
import { mt5, t5 } from './definitions/t5.ts';
import { writeModelFolder } from './support/model-folder.ts';
import type { Config } from './support/reference.ts';
import { randomTensors, type Shapes } from './support/weights.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'attnscope-limits-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Family<Settings> {
  readonly name: string;
  readonly shapes: (settings: Settings) => Shapes;
  readonly variants: readonly { readonly name: string; readonly settings: Settings; readonly config: Config }[];
}

function load<Settings>(family: Family<Settings>, variantName: RegExp = /^/, changes: Config = {}) {
  const { settings, config } = family.variants.find(({ name }) => variantName.test(name))!;
  const directory = join(root, family.name);
  writeModelFolder(directory, { ...config, ...changes }, randomTensors(family.shapes(settings), 1));
  return loadFamily(directory);
}

test.each([
  ['positions from the one after the padding', () => load(roberta), 48 - 2],
  ['positions after a padding of 5', () => load(roberta, /padding 5/), 48 - 6],
  ['MPNet, always from 2', () => load(mpnet, /another padding/), 48 - 2],
  ['ALBERT', () => load(albert), 48],
  ['ELECTRA', () => load(electra), 48],
  ['DeBERTa with relative positions alone: none', () => load(debertaV2), null],
  ['DeBERTa with absolute positions too', () => load(debertaV2, /absolute positions too/), 48],
  ['ModernBERT', () => load(modernBert), 64],
  ['BART: the two rows before the first position do not count', () => load(bart), 42],
  ['Marian', () => load(marian), 42],
  ['T5: none', () => load(t5), null],
])('the longest text: %s', (_, model, longest) => {
  const { maxPositions, decoder } = model();
  expect(maxPositions).toBe(longest);
  if (decoder !== null) expect(decoder.maxPositions).toBe(longest);
});

test.each([
  ['as the configuration says', () => load(bart, /^/, { decoder_start_token_id: 7 }), 7],
  ['BART: 2', () => load(bart, /^/, { decoder_start_token_id: undefined }), 2],
  ['Marian: the padding', () => load(marian, /^/, { decoder_start_token_id: undefined, pad_token_id: 9 }), 9],
  ['Pegasus: the padding', () => load(pegasus, /^/, { decoder_start_token_id: null, pad_token_id: 0 }), 0],
  ['T5: the padding', () => load(t5, /^/, { decoder_start_token_id: undefined }), 0],
  ['mT5: the padding', () => load(mt5, /^/, { decoder_start_token_id: undefined }), 0],
])('what the decoder begins with: %s', (_, model, start) => {
  expect(model().decoder!.startTokenId).toBe(start);
});
