import { describe, expect, test } from 'vitest';
import { createExplorer } from '../../src/explorer/explorer.ts';
import { hfModel, hfModelNames, hfTokenizerExpected } from '../support/hf-models.ts';

interface Recorded {
  readonly text: string;
  readonly text_pair?: string;
  readonly token_type_ids?: number[];
  readonly ids: number[];
  readonly offsets?: [number, number][];
  readonly ids_without_specials?: number[];
}

/** The mask token of each fixture and its id. */
const masks = [
  { name: 'bert', mask: '[MASK]', id: 4 },
  { name: 'distilbert', mask: '[MASK]', id: 4 },
  { name: 'roberta', mask: '<mask>', id: 4 },
];

/** Number of special tokens at the end of a text, for models that read up to 64 tokens. T5 has no limit. */
const closings: ReadonlyMap<string, number> = new Map([
  ['bert', 1],
  ['distilbert', 1],
  ['roberta', 1],
  ['gpt2', 0],
  ['llama', 0],
  ['llama-f16', 0],
]);
const maxPositions = 64;

/** The tokens of a text that the model can read. */
function readable<T>(name: string, all: readonly T[]): readonly T[] {
  const closing = closings.get(name);
  if (closing === undefined || all.length <= maxPositions) return all;
  return [...all.slice(0, maxPositions - closing), ...all.slice(all.length - closing)];
}

describe.each([...hfModelNames])('%s', (name) => {
  const loaded = hfModel(name);
  const recorded = hfTokenizerExpected(name) as { cases: Recorded[]; tokenizer_cases: Recorded[] };
  const all = [...recorded.cases, ...recorded.tokenizer_cases];
  test('there are recordings', () => expect(all.length).toBeGreaterThan(30));

  test.each(all.map((one, index) => ({ index, one })))('text $index has the recorded tokens', ({ one }) => {
    const { text, text_pair: pair = null, ids, offsets } = one;
    const { tokens, typeIds, tokenCount, truncated } = createExplorer({ loaded, text, segmentB: pair }).tokenized.value;
    const kept = readable(name, ids);
    expect(tokens.map(({ id }) => id)).toEqual(kept);
    expect({ tokenCount, truncated }).toEqual({ tokenCount: ids.length, truncated: kept.length < ids.length });
    expect(typeIds).toEqual(one.token_type_ids ?? kept.map(() => 0));
    if (offsets === undefined) return;
    expect(tokens.map(({ start, end }) => [start ?? 0, end ?? 0])).toEqual(readable(name, offsets));
  });
});

describe.each(masks)('$mask in a text of $name', ({ name, mask, id }) => {
  const loaded = hfModel(name);
  test('is one token, with its place in the text', () => {
    const text = `The ${mask} sat on the mat ${mask}.`;
    const { tokens } = createExplorer({ loaded, text }).tokenized.value;
    const found = tokens.filter((token) => token.id === id);
    expect(found.map((token) => token.text)).toEqual([mask, mask]);
    expect(found.map(({ start, end }) => text.slice(start!, end!).trim())).toEqual([mask, mask]);
  });
});

describe.each([...closings])('long texts of %s', (name, closing) => {
  const loaded = hfModel(name);
  const whole = (text: string) => loaded.tokenizer.encode!(text).tokens;

  test('are cut before their closing token', () => {
    const text = 'The cat sat on the mat. '.repeat(40);
    const { tokens, tokenCount, truncated } = createExplorer({ loaded, text }).tokenized.value;
    const all = whole(text);
    expect({ tokenCount, truncated }).toEqual({ tokenCount: all.length, truncated: true });
    expect(tokens).toEqual(readable(name, all));
    expect(tokens).toHaveLength(maxPositions);
    expect(tokens.slice(maxPositions - closing)).toEqual(all.slice(all.length - closing));
    if (closing > 0) expect(tokens.at(-1)).toMatchObject({ start: null, end: null });
  });

  test('are read to the last position', () => {
    const oneWord = whole(' the').length;
    const words = maxPositions - oneWord + 1;
    const { tokenized, trace } = createExplorer({ loaded, text: ' the'.repeat(words) });
    expect(tokenized.value).toMatchObject({ tokenCount: maxPositions, truncated: false });
    const weights = trace.value.layers.at(-1)!.attentionWeights;
    expect(weights.shape.slice(1)).toEqual([maxPositions, maxPositions]);
    expect(weights.data.every(Number.isFinite)).toBe(true);
  });
});

test('a pair that is too long keeps its segments and its closing token', () => {
  const loaded = hfModel('bert');
  const text = 'The cat sat on the mat. '.repeat(4);
  const { tokens, typeIds, truncated } = createExplorer({ loaded, text, segmentB: text.repeat(4) }).tokenized.value;
  expect(truncated).toBe(true);
  expect(tokens).toHaveLength(maxPositions);
  expect(tokens[0]!.id).toBe(2);
  expect(tokens.at(-1)!.id).toBe(3);
  const separator = tokens.findIndex(({ id }) => id === 3);
  expect(typeIds).toEqual(tokens.map((_, position) => (position > separator ? 1 : 0)));
});

describe('T5 reads a target after its start token', () => {
  const loaded = hfModel('t5');
  const { cases } = hfTokenizerExpected('t5') as { cases: Recorded[] };
  const start = { id: 0, text: '<pad>', start: null, end: null };
  const targetOf = (target: string | null) =>
    createExplorer({ loaded, text: 'The house', target }).targetTokenized.value.tokens;

  test.each(cases)('$text, without its last token', ({ text, ids, offsets }) => {
    const tokens = targetOf(text);
    expect(tokens[0]).toEqual(start);
    expect(tokens.slice(1).map(({ id }) => id)).toEqual(ids.slice(0, -1));
    expect(tokens.slice(1).map((token) => [token.start, token.end])).toEqual(offsets!.slice(0, -1));
  });

  test.each([null, ''])('%j: only the start token', (target) => expect(targetOf(target)).toEqual([start]));

  test('takes a text of any length as a whole', () => {
    const { tokenized } = createExplorer({ loaded, text: 'house '.repeat(300) });
    expect(tokenized.value.truncated).toBe(false);
    expect(tokenized.value.tokens.length).toBeGreaterThan(300);
  });
});
