import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fields } from '../../../src/tokenizer/hf/json-fields.ts';

/** Small tokenizers, with the results of Hugging Face's library. */
export const fixtures = join(import.meta.dirname, '../../../fixtures/tokenizers');

/** The parts of a tokenizer.json that these tests change. */
export interface TokenizerFields {
  readonly [key: string]: unknown;
  readonly model: { readonly [key: string]: unknown; readonly vocab: unknown; readonly merges?: unknown };
  readonly added_tokens: readonly unknown[];
}

/** A fresh copy of a fixture's tokenizer.json, which the test may change. */
export function fixture(name: string): TokenizerFields {
  return JSON.parse(readFileSync(join(fixtures, name, 'tokenizer.json'), 'utf8'));
}

/** A WordLevel tokenizer of these words, with the given extra fields. */
export function wordLevel(words: readonly string[], fields: Fields = {}): Fields {
  const vocab = Object.fromEntries(['<unk>', ...words].map((word, id) => [word, id]));
  return { added_tokens: [], model: { type: 'WordLevel', unk_token: '<unk>', vocab }, ...fields };
}
