import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createHfTokenizer } from '../../../src/tokenizer/hf/hf-tokenizer.ts';
import { fixtures } from './support.ts';

interface Case {
  readonly text: string;
  readonly text_pair?: string;
  readonly token_type_ids?: number[];
  readonly ids: number[];
  readonly tokens: string[];
  readonly offsets?: [number, number][];
  readonly ids_without_specials?: number[];
  readonly decoded?: string;
}

interface Expected {
  readonly cases: Case[];
  readonly tokenizer_cases?: Case[];
}

const stories = join(import.meta.dirname, '../../../../shared/models/stories260k');
const names = ['bert', 'bert-model', 'distilbert', 'roberta', 'gpt2', 'llama', 'llama-f16', 't5'];

describe('tokenizers match the recordings of Hugging Face Transformers', () => {
  describe.each(names)('%s', (name) => compareAll(join(fixtures, name)));
  describe.skipIf(!existsSync(stories))('stories260k (only where it lies beside the project)', () => {
    if (existsSync(stories)) compareAll(stories);
  });
});

function compareAll(folder: string): void {
  const tokenizer = createHfTokenizer(JSON.parse(readFileSync(join(folder, 'tokenizer.json'), 'utf8')));
  const expected: Expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
  const all = [...expected.cases, ...(expected.tokenizer_cases ?? [])];
  test('there are recordings', () => expect(expected.cases.length).toBeGreaterThan(2));
  test.each(all.map((recorded, index) => ({ index, recorded })))('case $index', ({ recorded }) => {
    const { tokens, typeIds } = tokenizer.encode(recorded.text, recorded.text_pair ?? null);
    const ids = tokens.map(({ id }) => id);
    expect(ids).toEqual(recorded.ids);
    expect(typeIds).toEqual(recorded.token_type_ids ?? ids.map(() => 0));
    // Added special tokens have span 0–0 there, no span here.
    if (recorded.offsets) expect(tokens.map(({ start, end }) => [start ?? 0, end ?? 0])).toEqual(recorded.offsets);
    tokens.forEach(({ text, id }, index) => {
      const known = recorded.tokens[index]!;
      // The recording has unknown text and white space before <mask> as typed.
      if (text !== known) expect(tokenizer.encodePlain(known).map((token) => token.id)).toContain(id);
    });
    if (recorded.ids_without_specials === undefined) return;
    const plain = tokenizer.encodePlain(recorded.text).map(({ id }) => id!);
    expect(plain).toEqual(recorded.ids_without_specials);
    expect(tokenizer.decode(plain)).toBe(recorded.decoded);
  });
}
