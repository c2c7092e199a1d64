import { computed, signal } from '@preact/signals-core';
import { expect } from 'vitest';
import type { TokenInput } from '../../../src/core/chain/embedding.ts';
import { layerStages } from '../../../src/core/chain/forward.ts';
import type { CellPlace, Derivation, TraceStage } from '../../../src/core/derivation/derivation.ts';
import { derive } from '../../../src/core/derivation/derive.ts';
import { evaluate } from '../../../src/core/derivation/evaluate.ts';
import { rowSource } from '../../../src/core/derivation/row-source.ts';
import { type DerivationSource, tensorAt } from '../../../src/core/derivation/source.ts';
import { type Interventions, noInterventions } from '../../../src/core/interventions.ts';
import type { Model } from '../../../src/core/model.ts';
import type { AttentionPart } from '../../../src/core/trace.ts';
import { createStageRecorder } from '../../../src/run/stage-recorder.ts';
import { createTraceGraph } from '../../../src/run/trace-graph.ts';
import { pseudoRandom } from '../../support/tensors.ts';

/** Ids that every small model has. */
export const ids = [5, 17, 2, 39, 11, 11, 28, 4, 36, 9, 22, 13, 30, 7];
const targetIds = [0, 31, 8, 25, 3, 19, 6, 27, 12];

/** Everything that a reader can change. */
export const changed: Interventions = {
  ...noInterventions,
  mask: 'causal',
  scaleFactor: 2,
  ablatedHeads: [
    { layer: 0, head: 1 },
    { layer: 1, head: 0 },
  ],
};

/** What a reader can change at single tokens and numbers. */
export const changedInPlaces: Interventions = {
  ...noInterventions,
  isUnscaled: true,
  ablatedHeads: [{ layer: 1, head: 0 }],
  ablation: 'mean',
  hiddenKeys: [0, 2],
  swappedValues: { layer: 0, tokens: [1, 4] },
  edits: [
    { stage: 'q', layer: 0, head: 0, row: 1, column: 2, value: 0.5 },
    { stage: 'k', layer: 0, head: 0, row: 2, column: 0, value: -1 },
    { stage: 'v', layer: 0, head: 0, row: 4, column: 1, value: 2 },
    { stage: 'scores', layer: 0, head: 0, row: 1, column: 1, value: 3 },
    { stage: 'attentionWeights', layer: 0, head: 0, row: 2, column: 1, value: 0.9 },
    { stage: 'attentionWeights', layer: 0, head: 0, row: 2, column: 4, value: 0.4 },
    { stage: 'attentionWeights', layer: 0, head: 0, row: 4, column: 99, value: 0.4 },
  ],
};

/** A run of the model, and what explains its numbers. */
export function sourceOf(
  model: Model,
  interventions: Interventions = noInterventions,
  tokens: TokenInput['ids'] = ids,
  recorder = createStageRecorder(),
): DerivationSource {
  const inputs = { tokens: { ids: tokens, typeIds: null }, targetTokens: { ids: targetIds, typeIds: null } };
  const graph = createTraceGraph(
    {
      model: signal(model),
      tokens: signal(inputs.tokens),
      targetTokens: signal(inputs.targetTokens),
      interventions: signal(interventions),
    },
    recorder,
  );
  return { ...inputs, model, trace: computed(() => graph.trace.value).value, interventions };
}

const stages: readonly TraceStage[] = ['embedding', ...layerStages, 'finalNorm'];

/** Every stage of every layer that the trace has. */
export function stagesOf(source: DerivationSource): { part: AttentionPart; stage: TraceStage; layer: number }[] {
  const { layers, decoder } = source.trace;
  const counts: [AttentionPart, number][] = [
    ['encoder', layers.length],
    ['decoder', decoder?.layers.length ?? 0],
    ['cross', decoder?.crossLayers.length ?? 0],
  ];
  return counts
    .flatMap(([part, count]) =>
      Array.from({ length: count }, (_, layer) => stages.map((stage) => ({ part, stage, layer }))).flat(),
    )
    .filter((place) => (tensorAt(source, place)?.data.length ?? 0) > 0);
}

/** So many random cells of every stage. */
export function randomCells(source: DerivationSource, perStage: number): CellPlace[] {
  const random = pseudoRandom(7);
  const below = (count: number) => Math.min(count - 1, Math.floor(((random() + 1) / 2) * count));
  return stagesOf(source).flatMap((place) => {
    const { shape } = tensorAt(source, place)!;
    return Array.from({ length: perStage }, () => {
      const head = shape.length === 3 ? below(shape[0]!) : null;
      return { ...place, head, row: below(shape.at(-2)!), column: below(shape.at(-1)!) };
    });
  });
}

/** How far float32 may be from float64: 2e-6 of the sum of the magnitudes that are added, which after a norm count by how it scales them. */
export function toleranceOf(derivation: Derivation): number {
  if (derivation.kind === 'softmax' || derivation.kind === 'renormalised') return 2e-6;
  if (derivation.kind === 'norm') {
    const { statistics, scale, index, terms } = derivation;
    const spread = statistics.kind === 'layer' ? statistics.variance : statistics.meanSquare;
    const size = Math.abs(terms[index]?.value ?? 0) + Math.abs(statistics.kind === 'layer' ? statistics.mean : 0);
    return 2e-6 * Math.max(1, (size / Math.sqrt(spread + statistics.epsilon)) * Math.abs(scale.value));
  }
  return (
    2e-6 *
    Math.max(
      1,
      derivation.terms.reduce((total, { value }) => total + Math.abs(value), 0),
    )
  );
}

/** The value is the run's, the arithmetic gives it again, and every operand has the value of its cell. */
export function expectDerivation(source: DerivationSource, place: CellPlace): void {
  const rows = rowSource(source);
  const derivation = derive(rows, place);
  const what = JSON.stringify(place);
  expect(derivation.value, what).toBe(rows.rowAt(place)[place.column]);
  const again = evaluate(derivation);
  if (!Object.is(again, derivation.value)) {
    expect(Math.abs(again - derivation.value), what).toBeLessThan(toleranceOf(derivation));
  }
  for (const operand of derivation.terms.flatMap(({ operands }) => operands)) {
    if (operand.place === null) continue;
    const value = rows.rowAt(operand.place)[operand.place.column];
    // The test first: an assertion for each of the millions of operands would take minutes.
    if (!Object.is(operand.value, value)) expect(operand.value, `${operand.name} of ${what}`).toBe(value);
  }
  const isEmpty = ['given', 'missing', 'ablated'].includes(derivation.kind);
  if (!isEmpty) expect(derivation.terms.length, what).toBeGreaterThan(0);
}
