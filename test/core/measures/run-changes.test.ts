import { describe, expect, test } from 'vitest';
import { type Interventions, noInterventions } from '../../../src/core/interventions.ts';
import {
  type RunParts,
  runChanges,
  runParts,
  totalVariation,
  type VectorChange,
  vectorChange,
} from '../../../src/core/measures/run-changes.ts';
import type { AttentionTrace, LayerTrace } from '../../../src/core/trace.ts';
import { createExplorer, type Explorer } from '../../../src/explorer/explorer.ts';
import type { InitialInputs } from '../../../src/explorer/explorer-inputs.ts';
import { ShapeError } from '../../../src/tensor/tensor.ts';
import { hfModel } from '../../support/hf-models.ts';
import { builtInModel } from '../../support/models.ts';
import { matrix, pseudoRandom } from '../../support/tensors.ts';

const floats = (...numbers: number[]) => Float32Array.from(numbers);
const none = Number.NaN;
const text = 'The boat drifted toward the river bank.';

const parts = (rest: Partial<RunParts>): RunParts => ({
  weights: matrix([[1]]),
  query: 0,
  context: floats(1),
  layerOutput: floats(1),
  output: floats(1),
  embedding: null,
  logits: null,
  ...rest,
});

describe('by hand', () => {
  test('total variation', () => {
    expect(totalVariation(floats(0.5, 0.5, 0), floats(0.25, 0.25, 0.5))).toBe(0.5);
    // On other keys altogether.
    expect(totalVariation(floats(1, 0), floats(0, 1))).toBe(1);
    expect(totalVariation(floats(0.5, none), floats(0.25, none))).toBe(0.125);
    expect(totalVariation(floats(none, none), floats(none, none))).toBeNull();
    // What was no number and is one now is no distance.
    expect(totalVariation(floats(0.5, none), floats(0.5, 0.5))).toBeNull();
    expect(() => totalVariation(floats(1), floats(0.5, 0.5))).toThrow(ShapeError);
  });

  test('a vector: 3, 4 becomes 0, 8', () => {
    expect(vectorChange(floats(3, 4), floats(0, 8))).toEqual({ distance: 5, relative: 1, cosine: 0.8 });
    expect(vectorChange(floats(3, 4), floats(0, 0))).toEqual({ distance: 5, relative: 1, cosine: null });
    expect(vectorChange(floats(0, 0), floats(0, 0))).toEqual({ distance: 0, relative: null, cosine: null });
    expect(vectorChange(floats(1, none), floats(1, 2))).toEqual({ distance: null, relative: null, cosine: null });
  });

  test('weights: of the head, of the query, and where most', () => {
    const rows = (second: number[]) => [[0.5, 0.5], second, [none, none]];
    const before = parts({ weights: matrix(rows([0.25, 0.75])), query: 1 });
    const after = parts({ weights: matrix(rows([0.875, 0.125])), query: 1 });
    expect(runChanges(before, after).weights).toEqual({
      meanVariation: 0.3125,
      queryVariation: 0.625,
      largest: { query: 1, key: 0, before: 0.25, after: 0.875 },
    });
    const unknown = runChanges({ ...before, query: 2 }, { ...after, query: 2 });
    expect(unknown.weights).toMatchObject({ meanVariation: 0.3125, queryVariation: null });
    const nothing = parts({ weights: matrix([[none]]) });
    expect(runChanges(nothing, nothing).weights).toEqual({ meanVariation: null, queryVariation: null, largest: null });
  });

  test('predictions: softmax of logarithms is their numbers', () => {
    const logits = (...shares: number[]) => Float32Array.from(shares, Math.log);
    const { predictions } = runChanges(parts({ logits: logits(1, 6, 3) }), parts({ logits: logits(5, 2, 3) }));
    expect(predictions?.top.map(({ id, rankAfter }) => [id, rankAfter])).toEqual([
      [1, 3],
      [2, 2],
      [0, 1],
    ]);
    expect(predictions?.top.map(({ before }) => before.toFixed(6))).toEqual(['0.600000', '0.300000', '0.100000']);
    expect(predictions?.top.map(({ after }) => after.toFixed(6))).toEqual(['0.200000', '0.300000', '0.500000']);
    expect(predictions?.now).toMatchObject({ id: 0, rankBefore: 3 });
    expect(predictions?.now.before).toBeCloseTo(0.1, 6);
    expect(predictions?.now.after).toBeCloseTo(0.5, 6);
  });

  test('no probabilities where a logit is none', () => {
    expect(runChanges(parts({ logits: floats(1, 2) }), parts({ logits: floats(1, none) })).predictions).toBeNull();
  });

  test('parts of other places or texts are refused', () => {
    const two = parts({ weights: matrix([[1, 0]]) });
    expect(() => runChanges(parts({}), two)).toThrow(ShapeError);
    expect(() => runChanges(parts({}), parts({ query: 1 }))).toThrow(ShapeError);
    expect(() => runChanges(parts({}), parts({ context: floats(1, 2) }))).toThrow(ShapeError);
  });
});

test('predictions agree with a sorted list, ties too', () => {
  const random = pseudoRandom(11);
  for (let round = 0; round < 50; round++) {
    const [before, after] = [1, 2].map(() => Float32Array.from({ length: 30 }, () => Math.round(8 * random()) / 2));
    const order = (row: Float32Array) => [...row.keys()].sort((a, b) => row[b]! - row[a]! || a - b);
    const [first, second] = [order(before!), order(after!)];
    const { top, now } = runChanges(parts({ logits: before! }), parts({ logits: after! })).predictions!;
    expect(top.map(({ id }) => id)).toEqual(first.slice(0, 5));
    for (const { id, rankAfter } of top) expect(second[rankAfter - 1]).toBe(id);
    expect(now.id).toBe(second[0]);
    expect(first[now.rankBefore - 1]).toBe(now.id);
  }
});

const cases: readonly (readonly [string, InitialInputs])[] = [
  ['use-lite', { loaded: builtInModel('use-lite'), text }],
  ['example', { loaded: builtInModel('example'), text: 'please study man' }],
  ['example, an unknown word', { loaded: builtInModel('example'), text: 'please drifting man' }],
  ['one token', { loaded: builtInModel('use-lite'), text: 'Yes' }],
  ['bert', { loaded: hfModel('bert'), text }],
  ['gpt2', { loaded: hfModel('gpt2'), text }],
  ['t5', { loaded: hfModel('t5'), text, target: 'The bank of the river' }],
];

/** The parts at the last head of the last layer, at query 0 and at the last token of the result. */
function partsOf(explorer: Explorer, layerOf = (trace: AttentionTrace): LayerTrace => trace.layers.at(-1)!): RunParts {
  const trace = explorer.trace.value;
  const { model } = explorer.inputs.loaded.value;
  const layer = layerOf(trace);
  const last = (trace.decoder ?? trace).embedding.shape[0]! - 1;
  return runParts(trace, { layer, head: layer.attentionWeights.shape[0]! - 1, query: 0, token: last }, model);
}

/** Every number that says how much, and every cosine. */
function numbersOf({ weights, context, layerOutput, output, embedding }: ReturnType<typeof runChanges>) {
  const vectors = [context, layerOutput, output, embedding].filter((one): one is VectorChange => one !== null);
  return {
    sizes: [weights.meanVariation, weights.queryVariation, ...vectors.flatMap((one) => [one.distance, one.relative])],
    cosines: vectors.map(({ cosine }) => cosine),
  };
}

describe('equal runs differ by exactly nothing', () => {
  test.each(cases)('%s', (_, inputs) => {
    const one = partsOf(createExplorer(inputs));
    for (const other of [one, structuredClone(one), partsOf(createExplorer(inputs))]) {
      const changes = runChanges(one, other);
      const { sizes, cosines } = numbersOf(changes);
      expect(sizes.every((size) => Object.is(size, 0))).toBe(true);
      expect(cosines.every((cosine) => cosine === 1)).toBe(true);
      const { largest } = changes.weights;
      expect(largest?.after).toBe(largest?.before);
      for (const [place, { before, after, rankAfter }] of (changes.predictions?.top ?? []).entries()) {
        expect([after, rankAfter]).toEqual([before, place + 1]);
      }
      expect(changes.predictions?.now).toEqual(
        changes.predictions === null ? undefined : { ...nowOf(changes.predictions.top[0]!), rankBefore: 1 },
      );
      expect(changes.embedding === null).toBe(inputs.loaded.model.sentence === null);
      expect(changes.predictions === null).toBe(inputs.loaded.model.head === null);
    }
  });
});

const nowOf = ({ id, before, after }: { id: number; before: number; after: number }) => ({ id, before, after });

test('a query without numbers has none here', () => {
  const explorer = createExplorer({ loaded: builtInModel('example'), text: 'drifting please man' });
  const one = partsOf(explorer);
  const { weights, context, layerOutput } = runChanges(one, one);
  expect(weights.queryVariation).toBeNull();
  expect(weights.meanVariation).toBe(0);
  for (const change of [context, layerOutput]) expect(change).toEqual({ distance: null, relative: null, cosine: null });
});

/** Plain loops in float64, apart from those of the program. */
function compared(before: ArrayLike<number>, after: ArrayLike<number>): VectorChange {
  const [x, y] = [Array.from(before), Array.from(after)];
  const norm = (numbers: readonly number[]) => Math.hypot(...numbers);
  const distance = norm(x.map((value, i) => y[i]! - value));
  const dot = x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return { distance, relative: distance / norm(x), cosine: dot / norm(x) / norm(y) };
}

function expectClose(found: VectorChange | null, expected: VectorChange): void {
  for (const name of ['distance', 'relative', 'cosine'] as const) expect(found?.[name]).toBeCloseTo(expected[name]!, 6);
}

describe('a changed run', () => {
  const interventions: Interventions = { ...noInterventions, mask: 'causal', scaleFactor: 0.5 };
  const inModels = cases.filter(([name]) => !['one token', 'example, an unknown word'].includes(name));

  test.each(inModels)('%s: the numbers are those of plain loops over both traces', (_, inputs) => {
    const runs = [createExplorer(inputs), createExplorer({ ...inputs, interventions })];
    const [before, after] = runs.map((explorer) => partsOf(explorer));
    const changes = runChanges(before!, after!);
    const traces = runs.map((explorer) => explorer.trace.value);
    const layers = traces.map(({ layers }) => layers.at(-1)!);
    const [heads, queries, keys] = layers[0]!.attentionWeights.shape as [number, number, number];
    const weights = layers.map(({ attentionWeights }) => attentionWeights.data.slice((heads - 1) * queries * keys));
    const differences = Array.from(weights[0]!, (weight, i) => Math.abs(weights[1]![i]! - weight));
    const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
    expect(changes.weights.meanVariation).toBeCloseTo(sum(differences) / 2 / queries, 10);
    expect(changes.weights.queryVariation).toBeCloseTo(sum(differences.slice(0, keys)) / 2, 10);
    const { query, key, before: from, after: to } = changes.weights.largest!;
    expect(Math.abs(to - from)).toBe(Math.max(...differences));
    expect([from, to]).toEqual(weights.map((one) => one[query * keys + key]));
    const width = layers[0]!.context.shape[2]!;
    const contexts = layers.map(({ context }) => context.data.slice((heads - 1) * queries * width).slice(0, width));
    expectClose(changes.context, compared(contexts[0]!, contexts[1]!));
    const outputs = layers.map((layer) => layer.residPost ?? layer.attentionOutput ?? layer.concat);
    const rows = outputs.map(({ data, shape }) => data.slice(0, shape[1]!));
    expectClose(changes.layerOutput, compared(rows[0]!, rows[1]!));
    const [one, other] = traces.map(({ sentenceEmbedding }) => sentenceEmbedding);
    if (one !== null && other !== null) expectClose(changes.embedding, compared(one!.data, other!.data));
  });

  test.each(inModels)('%s: the predictions are those of both traces', (_, inputs) => {
    const runs = [createExplorer(inputs), createExplorer({ ...inputs, interventions })];
    const { predictions } = runChanges(partsOf(runs[0]!), partsOf(runs[1]!));
    const [before, after] = runs.map(({ trace }) => {
      const { predictAt, embedding, decoder } = trace.value;
      return predictAt?.((decoder?.embedding ?? embedding).shape[0]! - 1, 2000) ?? null;
    });
    if (before === null || after === null) return expect(predictions).toBeNull();
    expect(predictions?.top.map(({ id, before: probability }) => ({ id, probability }))).toEqual(before?.slice(0, 5));
    for (const { id, after: probability, rankAfter } of predictions?.top ?? []) {
      expect(after?.[rankAfter - 1]).toEqual({ id, probability });
    }
    const { id, before: p, after: changed, rankBefore } = predictions!.now;
    expect(after?.[0]).toEqual({ id, probability: changed });
    expect(before?.[rankBefore - 1]).toEqual({ id, probability: p });
  });

  test('attention to the encoder: what leaves it is its own output', () => {
    const [, inputs] = cases.at(-1)!;
    const ofCross = (trace: AttentionTrace) => trace.decoder!.crossLayers[0]!;
    const runs = [createExplorer(inputs), createExplorer({ ...inputs, interventions })];
    const [before, after] = runs.map((explorer) => partsOf(explorer, ofCross));
    const { attentionOutput } = ofCross(runs[0]!.trace.value);
    expect(before!.layerOutput).toEqual(attentionOutput!.data.slice(0, attentionOutput!.shape[1]!));
    expect(runChanges(before!, after!).layerOutput.distance).toBeGreaterThan(0);
  });

  test('with the head off its weights stay and its context is gone', () => {
    const inputs = cases[0]![1];
    const heads = inputs.loaded.model.layers.at(-1)!.attention.numAttentionHeads;
    const last = { layer: inputs.loaded.model.layers.length - 1, head: heads - 1 };
    const off = createExplorer({ ...inputs, interventions: { ...noInterventions, ablatedHeads: [last] } });
    const changes = runChanges(partsOf(createExplorer(inputs)), partsOf(off));
    expect(changes.weights).toMatchObject({ meanVariation: 0, queryVariation: 0 });
    expect(changes.context).toMatchObject({ relative: 1, cosine: null });
    expect(changes.embedding?.distance).toBeGreaterThan(0);
  });

  test('what is kept of a run outlives it, and crosses to another thread', () => {
    const explorer = createExplorer(cases[0]![1]);
    const before = partsOf(explorer);
    const copy = structuredClone(before);
    for (const scaleFactor of [0.5, 0.25, 2, 1]) {
      explorer.inputs.interventions.value = { ...noInterventions, scaleFactor };
      partsOf(explorer);
    }
    expect(before).toEqual(copy);
    const changes = runChanges(before, partsOf(createExplorer({ ...cases[0]![1], interventions })));
    expect(structuredClone(changes)).toEqual(changes);
  });
});
