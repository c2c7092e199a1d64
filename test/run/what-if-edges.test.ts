import { describe, expect, test } from 'vitest';
import { createScreen } from '../../src/app/screen.ts';
import { layerStages } from '../../src/core/chain/forward.ts';
import {
  type CellEdit,
  type EditableStage,
  type Interventions,
  noInterventions,
} from '../../src/core/interventions.ts';
import type { AttentionParameters, Model } from '../../src/core/model.ts';
import type { LayerTrace } from '../../src/core/trace.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import type { ExplorerModel } from '../../src/explorer/explorer-inputs.ts';
import { paneNames } from '../../src/explorer/pane-names.ts';
import { hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';
import { blocksOf } from '../support/tensors.ts';

/** The run with interventions, and the unaltered one. */
function runs(loaded: ExplorerModel, text: string, made: Partial<Interventions>) {
  const target = loaded.model.decoder === null ? null : 'a dog';
  const explorer = createExplorer({ loaded, text, target, interventions: { ...noInterventions, ...made } });
  return { changed: explorer.trace.value, unaltered: explorer.unaltered.value };
}

/** Names of the stages that are not the very ones of the unaltered run. */
function changedStages(layer: LayerTrace, unaltered: LayerTrace): string[] {
  return layerStages.filter((stage) => layer[stage] !== unaltered[stage]);
}

const rowSum = (row: readonly number[]) => row.reduce((sum, weight) => sum + weight, 0);

describe('keys hidden in a causal model', () => {
  const gpt2 = hfModel('gpt2');
  const text = 'The cat sat on the mat.';

  test('the first token: the first query keeps seeing itself, the others see the rest', () => {
    const { changed } = runs(gpt2, text, { hiddenKeys: [0] });
    for (const layer of changed.layers)
      for (const head of blocksOf(layer.attentionWeights)) {
        expect(head[0]).toEqual([1, ...head[0]!.slice(1).fill(0)]);
        for (const [query, row] of head.entries()) {
          expect(row.every(Number.isFinite)).toBe(true);
          expect(rowSum(row)).toBeCloseTo(1, 5);
          if (query > 0) expect(row[0]).toBe(0);
          expect(row.slice(query + 1)).toEqual(row.slice(query + 1).fill(0));
        }
      }
  });

  test.each([0, 1, 4, 9])('those up to token %i: the queries up to it are as they were', (last) => {
    const hiddenKeys = Array.from({ length: last + 1 }, (_, key) => key);
    const { changed, unaltered } = runs(gpt2, text, { hiddenKeys });
    const [rows, own] = [changed, unaltered].map((run) => blocksOf(run.layers[0]!.attentionWeights));
    rows!.forEach((head, at) => {
      expect(head.slice(0, last + 1)).toEqual(own![at]!.slice(0, last + 1));
      for (const row of head.slice(last + 1)) {
        expect(row.slice(0, last + 1)).toEqual(hiddenKeys.map(() => 0));
        expect(rowSum(row)).toBeCloseTo(1, 5);
      }
    });
  });

  test('all of them, in whichever model: every row stays as it is', () => {
    for (const loaded of [gpt2, hfModel('bert'), builtInModel('use-lite')]) {
      const { changed, unaltered } = runs(loaded, text, { hiddenKeys: Array.from({ length: 20 }, (_, key) => key) });
      for (const [index, layer] of changed.layers.entries())
        for (const stage of ['maskedScores', 'attentionWeights', 'residPost'] as const)
          expect(layer[stage]!.data).toEqual(unaltered.layers[index]![stage]!.data);
    }
  });
});

describe('a word without numbers', () => {
  const example = builtInModel('example');
  // The second token has no vector.
  const text = 'please frobnicate man';
  const edits = (stage: EditableStage, row: number, column: number): CellEdit[] => [
    { stage, layer: 0, head: 0, row, column, value: 2 },
  ];
  const nan = (values: readonly number[]) => values.map(Number.isNaN);

  test.each<readonly [number[], number[], number[]]>([
    // Hidden keys, and the weights of the first and the last query on the two words.
    [[0], [0, 1], [0, 1]],
    [[2], [1, 0], [1, 0]],
    [
      [1, 2],
      [1, 0],
      [1, 0],
    ],
  ])('keys %j hidden: it has no weight, and weighs nothing', (hiddenKeys, first, last) => {
    const { changed } = runs(example, text, { hiddenKeys });
    const [top, middle, bottom] = blocksOf(changed.layers[0]!.attentionWeights)[0]!;
    expect(top).toEqual([first[0], Number.NaN, first[1]]);
    expect(bottom).toEqual([last[0], Number.NaN, last[1]]);
    expect(nan(middle!)).toEqual([true, true, true]);
  });

  test.each([[[1]], [[0, 2]], [[0, 1, 2]]])('keys %j hidden: the others see what they saw', (hiddenKeys) => {
    const { changed, unaltered } = runs(example, text, { hiddenKeys });
    for (const stage of ['attentionWeights', 'context', 'concat'] as const)
      expect(changed.layers[0]![stage].data).toEqual(unaltered.layers[0]![stage].data);
  });

  test.each<readonly [string, Partial<Interventions>]>([
    ['its key hidden', { hiddenKeys: [1] }],
    ['all keys hidden, and a mask', { hiddenKeys: [0, 1, 2], mask: 'causal' }],
    ['its value exchanged', { swappedValues: { layer: 0, tokens: [0, 1] } }],
    ['its q edited', { edits: edits('q', 1, 0) }],
    ['its v edited', { edits: edits('v', 1, 0) }],
    ['its weight edited', { edits: edits('attentionWeights', 1, 1), isRenormalised: true }],
    ['a weight on it edited', { edits: edits('attentionWeights', 0, 1), isRenormalised: true }],
    ['a score of it edited', { edits: edits('scores', 1, 1) }],
    ['the mean in the place of the head', { ablatedHeads: [{ layer: 0, head: 0 }], ablation: 'mean' }],
  ])('%s: every pane can still be drawn, of the whole run', (_, made) => {
    const explorer = createExplorer({
      loaded: example,
      text,
      sentenceB: text,
      interventions: { ...noInterventions, ...made },
    });
    const screen = createScreen(explorer);
    for (const query of [0, 1, 2])
      for (const pane of paneNames) {
        [explorer.inputs.query.value, explorer.inputs.pane.value] = [query, pane];
        expect(screen.value.panes.length, pane).toBeGreaterThan(0);
      }
    for (const stage of layerStages) void explorer.trace.value.layers[0]![stage];
  });
});

describe('an encoder–decoder', () => {
  const t5 = hfModel('t5');
  const text = 'the cat sat';
  const scoreScale = 0.25;
  const rescaled = (attention: AttentionParameters) => ({ ...attention, scoreScale });
  const layersOf = ({ layers }: Pick<Model, 'layers'>) =>
    layers.map((layer) => ({
      ...layer,
      attention: rescaled(layer.attention),
      crossAttention: layer.crossAttention === null ? null : rescaled(layer.crossAttention),
    }));
  /** T5 does not scale its scores: the same with a scale. */
  const scaled: ExplorerModel = {
    ...t5,
    model: {
      ...t5.model,
      layers: layersOf(t5.model),
      decoder: { ...t5.model.decoder!, layers: layersOf(t5.model.decoder!) },
    },
  };

  test.each<readonly [string, Partial<Interventions>, number]>([
    ['a factor', { scaleFactor: 3 }, 3 * scoreScale],
    ['no scale', { isUnscaled: true }, 1],
    ['both', { scaleFactor: 0.5, isUnscaled: true }, 0.5],
  ])('%s: scores of encoder, decoder and of the attention from one to the other', (_, made, factor) => {
    const { changed, unaltered } = runs(scaled, text, made);
    const places = (run: typeof changed) => [run.layers[0]!, run.decoder!.layers[0]!, run.decoder!.crossLayers[0]!];
    const before = places(unaltered);
    places(changed).forEach((layer, at) => {
      // What positions add is not scaled: none to the attention to the encoder.
      const positions = before[at]!.scaledScores.data.map((one, i) => one - scoreScale * before[at]!.scores.data[i]!);
      const isCross = at === 2;
      if (isCross) expect(Math.max(...positions.map(Math.abs))).toBeLessThan(1e-5);
      layer.scaledScores.data.forEach((one, i) => {
        expect(Math.abs(one - (factor * layer.scores.data[i]! + positions[i]!))).toBeLessThan(1e-5);
      });
      if (!isCross) expect(layer.scores).toBe(before[at]!.scores);
    });
  });

  test.each<readonly [string, Partial<Interventions>]>([
    ['a mask', { mask: 'causal' }],
    ['a head off', { ablatedHeads: [{ layer: 0, head: 1 }] }],
    ['a head off in the last layer', { ablatedHeads: [{ layer: 1, head: 1 }], ablation: 'mean' }],
    ['a hidden key', { hiddenKeys: [1] }],
    ['exchanged values', { swappedValues: { layer: 0, tokens: [0, 1] } }],
    ['an edit', { edits: [{ stage: 'v', layer: 0, head: 0, row: 0, column: 0, value: 5 }] }],
    ['an edited weight', { edits: [{ stage: 'attentionWeights', layer: 0, head: 0, row: 0, column: 1, value: 5 }] }],
  ])('%s acts on the encoder: the decoder’s own attention stays, that to the encoder has other keys', (_, made) => {
    const { changed, unaltered } = runs(scaled, text, made);
    const [own, cross] = [changed.decoder!.layers[0]!, changed.decoder!.crossLayers[0]!];
    const before = unaltered.decoder!;
    expect(changedStages(own, before.layers[0]!)).toEqual(['residPost']);
    const behindKeys = layerStages.slice(layerStages.indexOf('scores'), -1);
    expect(changedStages(cross, before.crossLayers[0]!)).toEqual(['k', 'v', ...behindKeys]);
    expect(cross.k.data).not.toEqual(before.crossLayers[0]!.k.data);
    // Neither masked nor hidden there: every token of the decoder sees every token of the encoder.
    expect(cross.attentionWeights.data.every((weight) => weight > 0)).toBe(true);
    expect(changed.decoder!.layers[1]!.q.data).not.toEqual(before.layers[1]!.q.data);
  });
});
