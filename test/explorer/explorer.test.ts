import { describe, expect, test } from 'vitest';
import { createExplorer } from '../../src/explorer/explorer.ts';
import { blockRow } from '../../src/tensor/tensor.ts';
import { builtInModel } from '../support/models.ts';

const loaded = builtInModel('use-lite');
const example = builtInModel('example');
const text = 'The boat drifted toward the river bank.';

test('nothing is computed before it is read', () => {
  const explorer = createExplorer({ loaded, text });
  expect(explorer.recorder.takeRuns()).toEqual({});
  void explorer.tokenized.value;
  expect(explorer.recorder.takeRuns()).toEqual({ tokens: 1 });
});

describe('the selection', () => {
  test('begins at layer 0, head 0, the last token and the key that it weighs most', () => {
    const { selection, tokenized, trace } = createExplorer({ loaded, text });
    const last = tokenized.value.tokens.length - 1;
    expect(selection.value).toMatchObject({ layer: 0, head: 0, query: last });
    const row = Array.from(blockRow(trace.value.layers[0]!.attentionWeights, 0, last));
    expect(row[selection.value.key]).toBe(Math.max(...row));
  });

  test('is kept within the model', () => {
    const { selection } = createExplorer({ loaded, text, layer: 7, head: 9 });
    expect(selection.value).toMatchObject({ layer: 1, head: 3 });
    const one = createExplorer({ loaded: example, text: 'please study man', layer: 7, head: 9 });
    expect(one.selection.value).toMatchObject({ layer: 0, head: 0 });
  });

  test('is kept within the text', () => {
    const { selection, inputs, tokenized } = createExplorer({ loaded, text, query: 99, key: 99 });
    const last = tokenized.value.tokens.length - 1;
    expect(selection.value).toMatchObject({ query: last, key: last });
    inputs.text.value = 'Yes';
    expect(selection.value).toMatchObject({ query: 0, key: 0 });
  });

  test('of a text without tokens is the first place, and costs no numbers', () => {
    const { selection, recorder } = createExplorer({ loaded, text: '' });
    expect(selection.value).toMatchObject({ query: 0, key: 0 });
    expect(recorder.takeRuns()).toEqual({ tokens: 1 });
  });

  test('of a query that the model has no numbers for points at itself', () => {
    const { selection } = createExplorer({ loaded: example, text: 'please zebra man', query: 1 });
    expect(selection.value).toMatchObject({ query: 1, key: 1 });
  });
});

describe('longer texts', () => {
  const words = (count: number) => Array.from({ length: count }, () => 'the').join(' ');

  test('up to 128 tokens all are taken', () => {
    const { tokenized } = createExplorer({ loaded, text: words(128) });
    expect(tokenized.value).toMatchObject({ tokenCount: 128, truncated: false });
    expect(tokenized.value.tokens).toHaveLength(128);
  });

  test('of 129 the last is cut, and the count says so', () => {
    const { tokenized, trace } = createExplorer({ loaded, text: words(129) });
    expect(tokenized.value).toMatchObject({ tokenCount: 129, truncated: true });
    expect(tokenized.value.tokens).toHaveLength(128);
    expect(trace.value.layers[1]!.attentionWeights.shape).toEqual([4, 128, 128]);
  });

  test('a model without positions takes all', () => {
    const { tokenized } = createExplorer({ loaded: example, text: words(200) });
    expect(tokenized.value).toMatchObject({ tokenCount: 200, truncated: false });
  });
});

test('a text without tokens has no sentence vector', () => {
  const { trace } = createExplorer({ loaded, text: '' });
  expect(trace.value.pooled).toBeNull();
  expect(trace.value.sentenceEmbedding).toBeNull();
});

test('a trace that is read after a change is of the new text alone', () => {
  const { inputs, trace } = createExplorer({ loaded, text });
  const before = trace.value.layers[1]!.attentionWeights;
  inputs.text.value = 'Yes';
  expect(trace.value.layers[1]!.attentionWeights.shape).toEqual([4, 1, 1]);
  inputs.text.value = text;
  expect(trace.value.layers[1]!.attentionWeights.data).toEqual(before.data);
});
