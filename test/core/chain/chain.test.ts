import { batch } from '@preact/signals-core';
import { describe, expect, test } from 'vitest';
import { embed } from '../../../src/core/chain/embedding.ts';
import { chainStages, layerStages, runLayer } from '../../../src/core/chain/forward.ts';
import { normalise } from '../../../src/core/chain/projection.ts';
import {
  changesOfLayer,
  editableStages,
  type Interventions,
  noInterventions,
  scalingOnly,
} from '../../../src/core/interventions.ts';
import type { AttentionParameters, LayerParameters, Linear, Model, Norm, Stack } from '../../../src/core/model.ts';
import type { AttentionTrace, LayerTrace } from '../../../src/core/trace.ts';
import { createStageRecorder } from '../../../src/run/stage-recorder.ts';
import { createTraceGraph } from '../../../src/run/trace-graph.ts';
import { createTraceInputs } from '../../../src/run/trace-inputs.ts';
import { matrixOf } from '../../../src/tensor/matrix.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { randomModel } from '../../bench/random-model.ts';
import { pseudoRandom } from '../../support/tensors.ts';

const [heads, hiddenSize] = [4, 16];
const random = pseudoRandom(7);
const vector = (length: number) => tensor(['out'], [length], Float32Array.from({ length }, random));
const table = (rows: number, width: number) =>
  tensor(['row', 'width'], [rows, width], Float32Array.from({ length: rows * width }, random));
const linear = (inWidth: number, outWidth: number, hasBias = true): Linear => ({
  weight: matrixOf(Float32Array.from({ length: inWidth * outWidth }, random), inWidth, outWidth, 'in-out'),
  bias: hasBias ? vector(outWidth) : null,
});
const rms = (width: number): Norm => ({ kind: 'rms', scale: vector(width), epsilon: 1e-6 });

const plain = randomModel({ name: 'random', layers: 2, heads, hiddenSize, innerSize: 24 });

/** The random post-LN encoder with other attention or other layers. */
function changed(
  attention: Partial<AttentionParameters>,
  layer: Partial<LayerParameters> = {},
  stack: Partial<Model> = {},
): Model {
  const layers = plain.layers.map((one) => ({ ...one, ...layer, attention: { ...one.attention, ...attention } }));
  return { ...plain, layers, ...stack };
}

const rotary = { frequencies: vector(2), longer: null, pairing: 'halves', amplitude: 1 } as const;
const preNormLayer = { ...plain.layers[0]!.feedForward!, norm: rms(hiddenSize), residualNorm: null };
const decoderLayers = plain.layers.map((layer) => ({
  ...layer,
  attention: { ...layer.attention, isCausal: true },
  crossAttention: { ...layer.attention, wK: linear(hiddenSize, hiddenSize), norm: rms(hiddenSize) },
}));
const decoder = { ...plain, layers: decoderLayers, finalNorm: rms(hiddenSize), startTokenId: 0 };

const models: Readonly<Record<string, Model>> = {
  'post-LN': plain,
  'pre-LN': changed(
    { norm: rms(hiddenSize), residualNorm: null, isCausal: true },
    { feedForward: { ...preNormLayer, gate: linear(hiddenSize, 24, false), activation: 'silu' } },
    { finalNorm: rms(hiddenSize) },
  ),
  'rotary, with norms of q and k': changed({ rotary, isCausal: true, queryNorm: rms(4), keyNorm: rms(4) }),
  'grouped queries, in a window': changed({
    numKeyValueHeads: 2,
    wK: linear(hiddenSize, 8),
    wV: linear(hiddenSize, 8),
    isCausal: true,
    window: 3,
  }),
  'position terms by buckets': changed({
    positionTerms: { kind: 'buckets', table: table(8, heads), maxDistance: 16, isBidirectional: true },
  }),
  'position terms by slopes, soft cap': changed({
    positionTerms: { kind: 'slopes', slopes: vector(heads) },
    softCap: 2,
    isCausal: true,
  }),
  'disentangled position terms, convolution': changed(
    {
      positionTerms: {
        kind: 'disentangled',
        table: table(8, hiddenSize),
        norm: rms(hiddenSize),
        key: linear(hiddenSize, hiddenSize),
        query: linear(hiddenSize, hiddenSize, false),
        span: 4,
        buckets: 4,
        maxDistance: 16,
        scale: 0.5,
      },
    },
    {
      convolution: {
        kernel: [0, 1, 2].map(() => linear(hiddenSize, hiddenSize).weight),
        bias: vector(hiddenSize),
        activation: 'gelu',
        norm: plain.layers[0]!.attention.residualNorm!,
      },
    },
  ),
  'parallel residual, soft cap': changed(
    { norm: rms(hiddenSize), residualNorm: null, softCap: 1.5, isCausal: true },
    { isParallel: true, feedForward: preNormLayer },
  ),
  'projected residual, norm of the output': changed({
    residual: { kind: 'projection', linear: linear(hiddenSize, hiddenSize) },
    outputNorm: { kind: 'factor', factor: 0.5 },
  }),
  'no W_O': changed({ wO: null, residual: null, residualNorm: null }, { feedForward: null }),
  'encoder–decoder': { ...plain, decoder },
};

/** A text that grows, shrinks and changes in the middle. */
const texts = [
  [3, 14, 15, 92, 65],
  [3, 14, 15, 92, 65, 35],
  [3, 14, 15, 92, 65, 35, 8],
  [3, 14, 77, 92, 65, 35, 8],
  [3, 14, 77, 92],
];

function anyChange(step: number): Interventions {
  const one = <T>(...choices: readonly T[]) => choices[Math.floor(Math.abs(random()) * 1e6) % choices.length]!;
  const edit = () => ({
    stage: one(...editableStages),
    layer: one(0, 1),
    head: one(0, 1, 2, 3),
    row: one(0, 1, 4),
    column: one(0, 2, 3),
    value: random(),
  });
  return {
    mask: one('none', 'causal'),
    isUnscaled: one(false, true),
    scaleFactor: one(1, 0, 0.5, 3),
    ablatedHeads: one(
      [],
      [
        { layer: step % 2, head: 3 },
        { layer: step % 2, head: 0 },
      ],
    ),
    ablation: one('zero', 'mean'),
    hiddenKeys: one([], [0], [1, 5]),
    swappedValues: one(null, { layer: 1, tokens: [0, 2] }, { layer: 0, tokens: [1, 9] }),
    edits: one([], [edit()], [edit(), edit(), edit()]),
    isRenormalised: one(false, true),
  };
}

/** The traces of a stack by the plain chain, and what leaves it. */
function runStack(stack: Stack, ids: readonly number[], encoded: Tensor | null, changes: Interventions) {
  let x = embed(stack.embedding, { ids, typeIds: null });
  const layers: LayerTrace[] = [];
  const crossLayers: LayerTrace[] = [];
  for (const [index, parameters] of stack.layers.entries()) {
    const { attention, cross, leaving } = runLayer(parameters, x, { encoded, changes: changesOfLayer(changes, index) });
    layers.push(attention);
    if (cross !== null) crossLayers.push(cross);
    x = leaving;
  }
  return { layers, crossLayers, leaving: normalise(x, stack.finalNorm) };
}

function expectSame(model: Model, actual: AttentionTrace, ids: readonly number[], changes: Interventions): void {
  const own = runStack(model, ids, null, changes);
  const ofDecoder =
    model.decoder === null ? null : runStack(model.decoder, ids.slice(1), own.leaving, scalingOnly(changes));
  const expected = [...own.layers, ...(ofDecoder?.layers ?? []), ...(ofDecoder?.crossLayers ?? [])];
  const layers = [...actual.layers, ...(actual.decoder?.layers ?? []), ...(actual.decoder?.crossLayers ?? [])];
  expect(layers).toHaveLength(expected.length);
  layers.forEach((layer, index) => {
    for (const stage of layerStages) {
      const [a, b] = [layer[stage], expected[index]![stage]];
      expect(a?.shape, `${stage} ${index}`).toEqual(b?.shape);
      expect(bitsOf(a), `${stage} ${index}`).toEqual(bitsOf(b));
    }
  });
}

function bitsOf(t: Tensor | null): Int32Array | null {
  return t && new Int32Array(t.data.slice().buffer);
}

describe.each(Object.entries(models))('%s: the lazy graph is the plain chain, bit for bit', (_, model) => {
  const opened = (ids: readonly number[]) => {
    const inputs = createTraceInputs(model);
    const graph = createTraceGraph(inputs, createStageRecorder());
    const set = (text: readonly number[], changes: Interventions) =>
      batch(() => {
        inputs.tokens.value = { ids: text, typeIds: null };
        inputs.targetTokens.value = { ids: text.slice(1), typeIds: null };
        inputs.interventions.value = changes;
      });
    set(ids, noInterventions);
    return { graph, set };
  };

  test('a first run, and runs that remember', () => {
    const { graph, set } = opened(texts[0]!);
    for (const ids of texts) {
      set(ids, noInterventions);
      expectSame(model, graph.trace.value, ids, noInterventions);
    }
  });

  test('with interventions, beside the unaltered run', () => {
    const { graph, set } = opened(texts[0]!);
    for (let step = 0; step < 30; step++) {
      const ids = texts[step % texts.length]!;
      const changes = anyChange(step);
      set(ids, changes);
      expectSame(model, graph.trace.value, ids, changes);
      expectSame(model, graph.unaltered.value, ids, noInterventions);
    }
  });
});

test('every stage stands behind the stages that it reads', () => {
  const known = new Set(['entering', 'encoded']);
  for (const [name, { reads }] of Object.entries(chainStages)) {
    for (const read of reads) expect(known.has(read), `${name} reads ${read}`).toBe(true);
    known.add(name);
  }
});

test('the stages of the trace, in the order of the computation', () => {
  expect(layerStages.join(' ')).toBe(
    'residPre q k v rotatedQ rotatedK scores scaledScores maskedScores attentionWeights context concat attentionOutput residMid residPost',
  );
});
