import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createHfTokenizer } from '../../../src/tokenizer/hf/hf-tokenizer.ts';
import type { Fields } from '../../../src/tokenizer/hf/json-fields.ts';
import { fixture, fixtures } from './support.ts';

/** A fixture with other steps, and the Rust library's results. */
interface Variant {
  readonly [key: string]: unknown;
  readonly base: string;
  readonly added_tokens?: readonly unknown[];
  /** Number of the fixture's own added tokens that remain before `added_tokens`. */
  readonly added_base?: number;
  readonly model?: Fields;
  readonly mergesAsStrings?: boolean;
  readonly byteTokens?: boolean;
  readonly cases: readonly {
    readonly text: string;
    readonly pair?: string;
    readonly ids: number[];
    readonly offsets: [number, number][];
    readonly types: number[];
    readonly plain: number[];
    readonly dec?: string;
    readonly dec2?: string;
  }[];
}

const variants: Variant[] = JSON.parse(readFileSync(join(fixtures, 'steps.json'), 'utf8'));
const stepNames = (
  'BertNormalizer NFC NFD NFKC NFKD Lowercase StripAccents Strip Replace Prepend Precompiled Nmt ByteLevel Sequence ' +
  'BertPreTokenizer Metaspace Whitespace WhitespaceSplit Split Digits Punctuation TemplateProcessing BertProcessing ' +
  'RobertaProcessing WordPiece BPEDecoder ByteFallback Fuse WordLevel'
).split(' ');
const characterMap = (fixture('t5').normalizer as Fields).precompiled_charsmap;

describe('every step, alone and combined, matches the Rust library', () => {
  test('there are recordings of all steps', () => {
    const types = new Set(JSON.stringify(variants).match(/(?<="type":")\w+/g));
    for (const name of stepNames) expect(types, name).toContain(name);
  });
  test.each(variants.map((variant, index) => ({ index, variant })))('variant $index', ({ variant }) => {
    const tokenizer = createHfTokenizer(fieldsOf(variant));
    for (const { text, pair, ids, offsets, types, plain, dec, dec2 } of variant.cases) {
      const { tokens, typeIds } = tokenizer.encode(text, pair);
      expect(
        tokens.map(({ id }) => id),
        text,
      ).toEqual(ids);
      expect(
        tokens.map(({ start, end }) => [start ?? 0, end ?? 0]),
        text,
      ).toEqual(offsets);
      expect(typeIds).toEqual(types);
      expect(tokenizer.encodePlain(text).map(({ id }) => id)).toEqual(plain);
      if (dec !== undefined) expect(tokenizer.decode(ids)).toBe(dec);
      if (dec2 !== undefined) expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe(dec2);
    }
  });
});

function fieldsOf(variant: Variant): Fields {
  const base = fixture(variant.base);
  const { base: _, cases, added_tokens, added_base, model, mergesAsStrings, byteTokens, ...steps } = variant;
  const vocab = byteTokens ? [...(base.model.vocab as unknown[]), ...byteEntries()] : base.model.vocab;
  const merges = base.model.merges as string[][] | undefined;
  const withMap = JSON.stringify({ ...base, ...steps }).replaceAll(
    '"precompiled_charsmap":"t5"',
    `"precompiled_charsmap":"${characterMap}"`,
  );
  return {
    ...JSON.parse(withMap),
    added_tokens: [...base.added_tokens.slice(0, added_base), ...(added_tokens ?? [])],
    model: {
      ...base.model,
      ...model,
      vocab,
      ...(merges && { merges: mergesAsStrings ? merges.map((parts) => parts.join(' ')) : merges }),
    },
  };
}

function byteEntries(): [string, number][] {
  return Array.from({ length: 256 }, (_, byte) => {
    return [`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`, -9 - byte / 100];
  });
}
