import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fields } from '../../../src/tokenizer/hf/json-fields.ts';

/** Small tokenizers and what Hugging Face's library makes of texts with them. */
export const fixtures = join(import.meta.dirname, '../../../fixtures/tokenizers');

/** What these tests change in a tokenizer.json. */
export interface TokenizerFields {
  readonly [key: string]: unknown;
  readonly model: { readonly [key: string]: unknown; readonly vocab: unknown; readonly merges?: unknown };
  readonly added_tokens: readonly unknown[];
}

/** The tokenizer.json of a fixture, fresh, so that it may be changed. */
export function fixture(name: string): TokenizerFields {
  return JSON.parse(readFileSync(join(fixtures, name, 'tokenizer.json'), 'utf8'));
}

/** A WordLevel tokenizer of these words, with other fields as given. */
export function wordLevel(words: readonly string[], fields: Fields = {}): Fields {
  const vocab = Object.fromEntries(['<unk>', ...words].map((word, id) => [word, id]));
  return { added_tokens: [], model: { type: 'WordLevel', unk_token: '<unk>', vocab }, ...fields };
}
