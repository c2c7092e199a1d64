import { describe, expect, test } from 'vitest';
import { createExplorer, type Explorer } from '../../src/explorer/explorer.ts';
import type { InitialInputs } from '../../src/explorer/explorer-inputs.ts';
import { sweptToken } from '../../src/explorer/sweep.ts';
import { chosenTokens, sweptMeasure, targetProblem } from '../../src/explorer/sweep-target.ts';
import { hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';

const [gpt2, bert, t5, useLite] = [hfModel('gpt2'), hfModel('bert'), hfModel('t5'), builtInModel('use-lite')];
const explorerOf = (initial: Partial<InitialInputs> & Pick<InitialInputs, 'loaded'>) =>
  createExplorer({ text: 'the cat sat', pane: 'ablation', ...initial });
const ofSweep = ({ sweep }: Explorer) => sweep.state.value.effects;

describe('the measure', () => {
  test.each([
    ['the first that the model has', { loaded: useLite }, 'embedding'],
    ['the first that the model has', { loaded: gpt2 }, 'prediction'],
    ['the chosen one', { loaded: gpt2, sweepMeasure: 'output' }, 'output'],
    ['not one that the model lacks', { loaded: useLite, sweepMeasure: 'prediction' }, 'embedding'],
    ['not one that the model lacks', { loaded: gpt2, sweepMeasure: 'embedding' }, 'prediction'],
    ['with a token to subtract, the difference', { loaded: gpt2, againstToken: 'he' }, 'logits'],
    ['a token means nothing without predictions', { loaded: useLite, againstToken: 'he' }, 'embedding'],
  ] as const)('%s', (_, initial, expected) => {
    expect(sweptMeasure(explorerOf(initial).inputs)).toBe(expected);
  });
});

describe('chosen tokens', () => {
  test('as ids; null without a choice', () => {
    expect(chosenTokens(explorerOf({ loaded: gpt2 }).inputs)).toEqual({ token: null, against: null, problem: null });
    const { inputs } = explorerOf({ loaded: gpt2, targetToken: ' the', againstToken: 'he' });
    const { token, against, problem } = chosenTokens(inputs);
    expect([token, against].map((id) => gpt2.tokenizer.tokenText!(id!))).toEqual(['Ġthe', 'he']);
    expect(problem).toBeNull();
  });

  test('one that this model lacks counts for nothing, which is said', () => {
    const { inputs } = explorerOf({ loaded: gpt2, targetToken: 'bank' });
    expect(chosenTokens(inputs)).toMatchObject({
      token: null,
      problem: "'bank' is 3 tokens of gpt2, not one: b + an + k",
    });
    expect(targetProblem(explorerOf({ loaded: useLite }).inputs, 'a')).toBe('use-lite (use-lite) predicts no tokens');
  });
});

describe('the token that effects are measured on', () => {
  test.each([
    ['the last one', { loaded: gpt2 }, null],
    ['the selected one', { loaded: gpt2, query: 1 }, 1],
    ['the first [MASK]', { loaded: bert, text: 'the [MASK] sat [MASK]' }, 2],
    ['the selected one, even with a [MASK]', { loaded: bert, text: 'the [MASK] sat', query: 1 }, 1],
    ['the last one without a [MASK]', { loaded: bert }, null],
    ['the last one of the decoder', { loaded: t5, target: 'the cat', query: 0 }, null],
  ] as const)('%s', (_, initial, expected) => {
    const found = sweptToken(explorerOf(initial))!;
    expect(found.position).toBe(expected ?? found.tokens.length - 1);
  });
});

describe('another target', () => {
  test.each([
    ['gpt2', gpt2],
    ['bert', bert],
    ['t5', t5],
  ] as const)(
    '%s: the effects are those of a sweep from the start, and no head is switched off again',
    async (_, loaded) => {
      const explorer = explorerOf({ loaded });
      await explorer.sweep.run();
      const before = ofSweep(explorer);
      const [first] = before;
      explorer.inputs.targetToken.value = 'a';
      await explorer.sweep.run();
      const again = ofSweep(explorer);
      const fresh = explorerOf({ loaded, targetToken: 'a' });
      await fresh.sweep.run();
      expect(again).toEqual(ofSweep(fresh));
      expect(again[0]?.prediction?.id).not.toBe(first?.prediction?.id);
      // The very vectors that were kept.
      for (const [index, { results }] of again.entries()) expect(results.output).toBe(before[index]!.results.output);
      explorer.inputs.text.value = 'a dog';
      await explorer.sweep.run();
      expect(ofSweep(explorer)[0]!.results.output).not.toEqual(first!.results.output);
    },
  );

  test('another measure needs no sweep at all', async () => {
    const explorer = explorerOf({ loaded: gpt2 });
    await explorer.sweep.run();
    const effects = ofSweep(explorer);
    explorer.inputs.sweepMeasure.value = 'logits';
    await explorer.sweep.run();
    expect(ofSweep(explorer)).toBe(effects);
  });
});
