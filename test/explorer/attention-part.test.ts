import { beforeEach, describe, expect, test } from 'vitest';
import { createScreen } from '../../src/app/screen.ts';
import { parametersOf } from '../../src/core/parts.ts';
import { createActions } from '../../src/explorer/actions.ts';
import { createExplorer, type Explorer } from '../../src/explorer/explorer.ts';
import { hfModel } from '../support/hf-models.ts';

const t5 = hfModel('t5');
const gpt2 = hfModel('gpt2');
const source = 'The house is small.';
const target = 'Das Haus ist';

let explorer: Explorer;
let actions: ReturnType<typeof createActions>;
beforeEach(() => {
  explorer = createExplorer({ loaded: t5, text: source, target });
  actions = createActions(explorer);
});

describe('the attention of an encoder–decoder that is looked at', () => {
  const labels = (side: 'queries' | 'keys') => explorer.tokens.value[side].map(({ text }) => text);
  const sourceTokens = () => explorer.tokenized.value.tokens.map(({ text }) => text);
  const targetTokens = () => explorer.targetTokenized.value.tokens.map(({ text }) => text);

  test('is first that of the encoder, whose tokens ask and answer', () => {
    expect(explorer.shown.value.part).toBe('encoder');
    expect(explorer.shown.value.layers).toBe(explorer.trace.value.layers);
    expect([labels('queries'), labels('keys')]).toEqual([sourceTokens(), sourceTokens()]);
    expect(explorer.tokens.value.text).toBe(source);
  });

  test('then that of the decoder', () => {
    actions.nextPart();
    expect(explorer.shown.value.part).toBe('decoder');
    expect(explorer.shown.value.layers).toBe(explorer.trace.value.decoder!.layers);
    expect([labels('queries'), labels('keys')]).toEqual([targetTokens(), targetTokens()]);
    expect(labels('queries')[0]).toBe('<pad>');
    expect(explorer.tokens.value).toMatchObject({ text: target, tokenCount: targetTokens().length });
  });

  test('then that of the decoder to what the encoder read', () => {
    actions.nextPart();
    actions.nextPart();
    expect(explorer.shown.value.part).toBe('cross');
    expect(explorer.shown.value.layers).toBe(explorer.trace.value.decoder!.crossLayers);
    expect([labels('queries'), labels('keys')]).toEqual([targetTokens(), sourceTokens()]);
    const weights = explorer.shown.value.layers[0]!.attentionWeights;
    expect(weights.shape.slice(1)).toEqual([targetTokens().length, sourceTokens().length]);
  });

  test('and then that of the encoder again', () => {
    for (let i = 0; i < 3; i++) actions.nextPart();
    expect(explorer.shown.value.part).toBe('encoder');
  });

  test('has a selection within its own tokens, which begins anew', () => {
    actions.moveQuery(-4);
    actions.moveKey(9);
    for (const part of ['decoder', 'cross', 'encoder']) {
      actions.nextPart();
      expect(explorer.shown.value.part).toBe(part);
      const { queries, keys } = explorer.tokens.value;
      expect(explorer.selection.value.query).toBe(queries.length - 1);
      expect(explorer.selection.value.key).toBeLessThan(keys.length);
      actions.moveKey(99);
      expect(explorer.selection.value.key).toBe(keys.length - 1);
    }
  });

  test('has the parameters of its own layers', () => {
    const { decoder, layers } = t5.model;
    expect(parametersOf(t5.model, 'encoder')).toEqual(layers.map((layer) => layer.attention));
    expect(parametersOf(t5.model, 'decoder')).toEqual(decoder!.layers.map((layer) => layer.attention));
    expect(parametersOf(t5.model, 'cross')).toEqual(decoder!.layers.map((layer) => layer.crossAttention));
    expect(parametersOf(gpt2.model, 'cross')).toEqual(parametersOf(gpt2.model, 'encoder'));
  });
});

describe('what a change costs', () => {
  test('of the part: nothing of the encoder, once it was there', () => {
    createScreen(explorer).subscribe(() => {});
    explorer.recorder.takeRuns();
    actions.nextPart();
    const runs = Object.keys(explorer.recorder.takeRuns());
    expect(runs.filter((stage) => stage.startsWith('L'))).toEqual([]);
    for (let i = 0; i < 3; i++) actions.nextPart();
    explorer.recorder.takeRuns();
    for (let i = 0; i < 3; i++) actions.nextPart();
    // One row through the language-model head: that of the selected place.
    expect(Object.keys(explorer.recorder.takeRuns())).toEqual(['predictions']);
  });

  test('of the target: nothing of the encoder', () => {
    createScreen(explorer).subscribe(() => {});
    for (let i = 0; i < 2; i++) actions.nextPart();
    explorer.recorder.takeRuns();
    actions.setTarget(`${target} klein`);
    const runs = Object.keys(explorer.recorder.takeRuns());
    expect(runs).toContain('target tokens');
    expect(runs).toContain('decoder L0 cross attentionWeights');
    expect(runs.filter((stage) => !stage.startsWith('decoder') && stage !== 'target tokens')).toEqual(['predictions']);
  });

  test('of the mask of the encoder: the decoder, which has its own, only behind what it reads', () => {
    const before = explorer.trace.value.decoder!.layers[0]!.attentionWeights;
    explorer.recorder.takeRuns();
    actions.toggleMask();
    expect(explorer.trace.value.decoder!.layers[0]!.attentionWeights).toBe(before);
    expect(explorer.recorder.takeRuns()).toEqual({});
    void explorer.trace.value.decoder!.crossLayers[0]!.attentionWeights;
    expect(Object.keys(explorer.recorder.takeRuns())).toContain('L0 maskedScores');
  });
});

test('a model without a decoder has one kind of attention, whatever part was chosen', () => {
  const other = createExplorer({ loaded: gpt2, text: 'The cat' });
  createActions(other).nextPart();
  expect(other.shown.value.part).toBe('encoder');
  expect(other.shown.value.layers).toBe(other.trace.value.layers);
  expect(other.targetTokenized.value.tokens).toEqual([]);
});

test('a model that is opened afterwards begins with its own stack', () => {
  actions.nextPart();
  actions.nextPart();
  actions.setModel(gpt2, source);
  expect(explorer.shown.value.part).toBe('encoder');
  actions.setModel(t5, source);
  expect(explorer.shown.value.part).toBe('encoder');
  expect(explorer.inputs.target.value).toBe(target);
});
