import { describe, expect, test } from 'vitest';
import type { Derivation, TraceStage } from '../../../src/core/derivation/derivation.ts';
import { derive } from '../../../src/core/derivation/derive.ts';
import { evaluate } from '../../../src/core/derivation/evaluate.ts';
import { tensorAt } from '../../../src/core/derivation/source.ts';
import { noInterventions } from '../../../src/core/interventions.ts';
import type { Model } from '../../../src/core/model.ts';
import { createStageRecorder } from '../../../src/run/stage-recorder.ts';
import { hfModel } from '../../support/hf-models.ts';
import { builtInModel } from '../../support/models.ts';
import { changed, changedInPlaces, expectDerivation, ids, randomCells, sourceOf, stagesOf } from './random-cells.ts';

const models: [string, () => Model, number][] = [
  ['use-lite', () => builtInModel('use-lite').model, 120],
  ['example', () => builtInModel('example').model, 300],
  ['bert', () => hfModel('bert').model, 120],
  ['distilbert', () => hfModel('distilbert').model, 80],
  ['roberta', () => hfModel('roberta').model, 80],
  ['gpt2', () => hfModel('gpt2').model, 120],
  ['llama', () => hfModel('llama').model, 120],
  ['t5', () => hfModel('t5').model, 60],
];

describe.each(models)('%s', (name, load, perStage) => {
  const model = load();
  const tokens = name === 'example' ? [0, 1, 2, null, 1] : ids;
  test.each([
    ['as it is', noInterventions],
    ['with a causal mask, a scale factor and heads switched off', changed],
    ['with changes at single tokens and numbers', changedInPlaces],
    [
      'with changes at single tokens and numbers, their rows divided by their sums',
      { ...changedInPlaces, isRenormalised: true },
    ],
  ])('random cells, %s', (_, interventions) => {
    const source = sourceOf(model, interventions, tokens);
    const cells = randomCells(source, perStage);
    expect(cells.length).toBeGreaterThan(2000);
    for (const place of cells) expectDerivation(source, place);
  });
});

test('t5 has cells of encoder, decoder and cross-attention', () => {
  const parts = stagesOf(sourceOf(hfModel('t5').model)).map(({ part }) => part);
  expect(new Set(parts)).toEqual(new Set(['encoder', 'decoder', 'cross']));
});

describe('the lesson worked by hand', () => {
  // please = [0, 0, 1, 1], study = [1, 1, 0, 0], man = [0, 1, 0, 2].
  const source = sourceOf(builtInModel('example').model, noInterventions, [0, 1, 2]);
  const at = (stage: TraceStage, row: number, column: number): Derivation =>
    derive(source, {
      part: 'encoder',
      stage,
      layer: 0,
      head: tensorAt(source, { part: 'encoder', stage, layer: 0 })!.shape.length === 3 ? 0 : null,
      row,
      column,
    });
  const written = ({ terms }: Derivation) =>
    terms.map(({ operands }) => operands.map(({ name, value }) => `${name} ${Number(value.toFixed(4))}`).join(' × '));

  test('q of "study" is a column of W_Q', () => {
    // [1, 1, 0, 0]·[1, 2, 0, 0] = 1 + 2, the second column of W_Q.
    const q = at('q', 1, 1);
    expect(q).toMatchObject({ value: 3, kind: 'sum', symbols: 'Σ_j x[j] × W_Q[j,1]' });
    expect(q.note).toBe('column 1 of W_Q = head 0 × 4 + 1');
    expect(written(q)).toEqual([
      'x₁[0] 1 × W_Q[0,1] 1',
      'x₁[1] 1 × W_Q[1,1] 2',
      'x₁[2] 0 × W_Q[2,1] 0',
      'x₁[3] 0 × W_Q[3,1] 0',
    ]);
    expect(q.terms[1]!.operands[0]!.place).toEqual({
      part: 'encoder',
      stage: 'residPre',
      layer: 0,
      head: null,
      row: 1,
      column: 1,
    });
    expect(q.terms[1]!.operands[1]!.place).toBeNull();
  });

  test('the score of please → man is [0, 0, 1, 1]·[1, 0, 0, 2]', () => {
    const score = at('scores', 0, 2);
    expect(score).toMatchObject({ value: 2, symbols: 'Σ_j q[j] × k[j]' });
    expect(score.terms.map(({ value }) => value)).toEqual([0, 0, 0, 2]);
    const scaled = at('scaledScores', 0, 2);
    expect(scaled).toMatchObject({ kind: 'scaled', value: 1, factor: 0.5, positionTerm: null, cap: null });
    expect(written(scaled)).toEqual(['q·k[0,2] 2 × 1/√d_k 0.5']);
    expect(scaled.symbols).toBe('q·k ÷ √d_k');
  });

  test('the weight of please → study is e⁻¹ / (1 + e⁻¹ + 1)', () => {
    const weight = at('attentionWeights', 0, 1);
    expect(weight).toMatchObject({ kind: 'softmax', index: 1, maximum: 1 });
    if (weight.kind !== 'softmax') return;
    expect(weight.terms.map(({ value }) => value)).toEqual([1, 0, 1]);
    expect(weight.exponentials).toEqual([1, Math.exp(-1), 1]);
    expect(weight.sum).toBeCloseTo(2.3679, 4);
    expect(evaluate(weight)).toBeCloseTo(0.15536, 5);
  });

  test('the context of please is 0.422·1 + 0.155·2 + 0.422·2', () => {
    const context = at('context', 0, 0);
    expect(written(context)).toEqual([
      'weight[0,0] 0.4223 × v₀[0] 1',
      'weight[0,1] 0.1554 × v₁[0] 2',
      'weight[0,2] 0.4223 × v₂[0] 2',
    ]);
    expect(evaluate(context)).toBeCloseTo(1.5777, 4);
    expect(at('concat', 0, 0)).toMatchObject({ kind: 'same', symbols: 'context[0] of head 0' });
  });

  test('the derivation ends at the embedding', () => {
    expect(at('residPre', 1, 0).terms[0]!.operands[0]).toMatchObject({
      name: 'embedding₁[0]',
      value: 1,
      place: { stage: 'embedding' },
    });
    const { tensor } = at('embedding', 1, 0).terms[0]!.operands[0]!.stored!;
    expect(at('embedding', 1, 0)).toMatchObject({
      kind: 'sum',
      value: 1,
      symbols: 'E[id,0]',
      terms: [{ operands: [{ name: 'E[1,0]', value: 1, place: null, stored: { tensor, index: [1, 0], plus: 0 } }] }],
    });
    expect(tensor).toMatch(/^embeddings\.token/);
  });

  test('a word without numbers is left out', () => {
    const unknown = sourceOf(builtInModel('example').model, noInterventions, [0, null, 2]);
    const place = { part: 'encoder', layer: 0, head: 0, row: 0, column: 0 } as const;
    const weight = derive(unknown, { ...place, stage: 'attentionWeights' });
    expect(weight).toMatchObject({ value: 0.5, note: 'a key without numbers is left out' });
    expect(evaluate(weight)).toBe(0.5);
    expect(derive(unknown, { ...place, stage: 'context' }).terms).toHaveLength(2);
    const q = derive(unknown, { ...place, stage: 'q', row: 1 });
    expect(q.value).toBeNaN();
    expect(q).toMatchObject({ kind: 'missing', terms: [] });
    expect(q.note).toBe('the vocabulary lacks this word, so it has no vector');
    // Its own weight has no number either, and none is made up.
    expect(derive(unknown, { ...place, stage: 'attentionWeights', row: 1 })).toMatchObject({
      kind: 'missing',
      terms: [],
    });
  });
});

describe('what the reader changed is told', () => {
  const source = sourceOf(hfModel('bert').model, changed);
  const place = { part: 'encoder', layer: 0, head: 1, row: 2, column: 5 } as const;

  test('the mask', () => {
    const hidden = derive(source, { ...place, stage: 'maskedScores' });
    expect(hidden).toMatchObject({ kind: 'mask', isVisible: false, value: -Infinity });
    expect(hidden.note).toContain('the causal mask that is switched on');
    expect(derive(source, { ...place, stage: 'maskedScores', column: 2 })).toMatchObject({
      isVisible: true,
      note: null,
    });
    expect(derive(sourceOf(hfModel('gpt2').model), { ...place, stage: 'maskedScores' }).note).toContain('the layer');
  });

  test('the factor', () => {
    const scaled = derive(source, { ...place, stage: 'scaledScores' });
    expect(scaled.symbols).toBe('q·k ÷ √d_k × scale factor');
    expect(scaled).toMatchObject({ scaleFactor: 2 });
    expect(scaled.terms[0]!.operands.map(({ value }) => value)[2]).toBe(2);
  });

  test('a head that is switched off', () => {
    const context = derive(source, { ...place, stage: 'context' });
    expect(context).toMatchObject({ kind: 'ablated', value: 0, terms: [] });
    expect(context.note).toContain('switched off');
    expect(derive(source, { ...place, head: 0, stage: 'context' }).kind).toBe('sum');
  });
});

describe('a derivation', () => {
  test('is plain data', () => {
    const source = sourceOf(hfModel('llama').model);
    for (const place of randomCells(source, 2)) {
      const derivation = derive(source, place);
      expect(structuredClone(derivation)).toEqual(derivation);
      expect(JSON.parse(JSON.stringify(derivation.place))).toEqual(place);
    }
  });

  test('runs no stage after its own', () => {
    const recorder = createStageRecorder();
    const source = sourceOf(hfModel('gpt2').model, noInterventions, ids, recorder);
    derive(source, { part: 'encoder', stage: 'q', layer: 1, head: 0, row: 3, column: 4 });
    expect(Object.keys(recorder.takeRuns()).filter((name) => /L1/.test(name))).toEqual(['L1 norm', 'L1 q']);
    derive(source, { part: 'encoder', stage: 'maskedScores', layer: 1, head: 0, row: 3, column: 4 });
    expect(Object.keys(recorder.takeRuns())).toEqual(['L1 k', 'L1 scores', 'L1 scaledScores', 'L1 maskedScores']);
  });

  test('of a cell that is not there is refused', () => {
    const source = sourceOf(hfModel('bert').model);
    const place = { part: 'encoder', stage: 'scores', layer: 0, head: 0, row: 0, column: 0 } as const;
    expect(() => derive(source, { ...place, column: ids.length })).toThrow(RangeError);
    expect(() => derive(source, { ...place, head: null })).toThrow(RangeError);
    expect(() => derive(source, { ...place, head: 4 })).toThrow(RangeError);
    expect(() => derive(source, { ...place, row: -1 })).toThrow(RangeError);
    expect(() => derive(source, { ...place, layer: 2 })).toThrow(RangeError);
    expect(() => derive(source, { ...place, stage: 'rotatedQ' })).toThrow(RangeError);
    expect(() => derive(source, { ...place, part: 'cross' })).toThrow(RangeError);
  });
});
