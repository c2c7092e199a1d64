import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { describe, expect, test } from 'vitest';
import { createHfTokenizer } from '../../../src/tokenizer/hf/hf-tokenizer.ts';
import { fixture, fixtures } from './support.ts';

const sentences = [
  'The quick brown fox jumps over the lazy dog.',
  "She'd said: \"we've 1,234 reasons\" — didn't she?",
  'Zürich, São Paulo, Ωμέγα and 東京.',
  '  two  spaces\tand a tab ',
];

/** Recorded texts that @huggingface/tokenizers splits differently from the Rust library: it uses NFKC instead of T5's
 *  character map, which looks up whole graphemes and keeps the first match. */
const knownDifferences: Record<string, readonly string[]> = {
  t5: [
    'naïve café 🙂 α−β Zürich 東 “tea” 👩\u200d🚀',
    '🙂🚀❤\ufe0f 👩\u200d🚀 👨\u200d👩\u200d👧 🇩🇪',
    'ﬁ\u0301 ½\u0301 ①\u20dd e\u0301\u0323 ｶﾞ a\u0301\u0301\u0301\u0301 \u1100\u1161\u11a8 x\r\ny',
  ],
};

describe('ids match @huggingface/tokenizers, except where it differs from the Rust library', () => {
  const names = ['bert', 'bert-model', 'distilbert', 'roberta', 'gpt2', 'llama', 'llama-f16', 't5'];
  test.each(names)('%s', (name) => {
    const json = (file: string) => JSON.parse(readFileSync(join(fixtures, name, file), 'utf8'));
    const theirs = new Tokenizer(json('tokenizer.json'), json('tokenizer_config.json'));
    const ours = createHfTokenizer(fixture(name));
    const recorded: { text: string }[] = json('expected.json').tokenizer_cases;
    const cases: { text: string }[] = json('expected.json').cases;
    const texts = [...new Set([...sentences, ...recorded.map(({ text }) => text), ...cases.map(({ text }) => text)])];
    const different = texts.filter((text) => {
      const ids = ours.encode(text).tokens.map(({ id }) => id);
      return ids.join() !== theirs.encode(text).ids.join();
    });
    expect(different.toSorted()).toEqual([...(knownDifferences[name] ?? [])].toSorted());
  });
});
