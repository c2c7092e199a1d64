import { batch } from '@preact/signals-core';
import { describe, expect, test } from 'vitest';
import { layerStages } from '../../src/core/chain/forward.ts';
import { type CellEdit, editableStages, type Interventions } from '../../src/core/interventions.ts';
import type { Model } from '../../src/core/model.ts';
import { createStageRecorder } from '../../src/run/stage-recorder.ts';
import { createTraceGraph } from '../../src/run/trace-graph.ts';
import { createTraceInputs } from '../../src/run/trace-inputs.ts';
import { hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';
import { pseudoRandom } from '../support/tensors.ts';

/** A model with its inputs as signals. */
function traced(model: Model) {
  const inputs = createTraceInputs(model);
  return { inputs, trace: createTraceGraph(inputs, createStageRecorder()).trace };
}

type Traced = ReturnType<typeof traced>;

/** All attention of a trace, whichever stack it belongs to. */
function allLayers({ trace }: Traced) {
  const { layers, decoder } = trace.value;
  return [...layers, ...(decoder?.layers ?? []), ...(decoder?.crossLayers ?? [])];
}

/** Something that a reader can change, at tokens that the text has or had. */
function anyInterventions(random: () => number, tokens: number): Interventions {
  const some = <T>(value: T, otherwise: T) => (random() < 0.3 ? value : otherwise);
  const token = () => Math.floor(random() * (tokens + 1));
  const edit = (): CellEdit => ({
    stage: editableStages[Math.floor(random() * editableStages.length)]!,
    layer: 0,
    head: 0,
    row: token(),
    column: random() < 0.5 ? 0 : token(),
    value: random(),
  });
  return {
    mask: some('causal', 'none'),
    isUnscaled: some(true, false),
    scaleFactor: some(2, 1),
    ablatedHeads: some([{ layer: 0, head: 0 }], []),
    ablation: some('mean', 'zero'),
    hiddenKeys: some([token()], []),
    swappedValues: some({ layer: 0, tokens: [token(), token()] }, null),
    edits: some([edit(), edit()], []),
    isRenormalised: some(true, false),
  };
}

const models = [
  ['use-lite', () => builtInModel('use-lite').model],
  ['example', () => builtInModel('example').model],
  ...(['bert', 'gpt2', 'llama', 't5'] as const).map((name) => [name, () => hfModel(name).model] as const),
] as const;

/** Long runs of edits, with stages that nobody looks at in between: whatever is taken over, every number is the one of a first run. */
describe.each(models)('%s: what is remembered is what would be computed', (name, load) => {
  const model = load();
  const { outWidth: vocabSize } = model.embedding.tokens;

  test.each([1, 2, 3])('edits %i', (seed) => {
    const signed = pseudoRandom(seed);
    const random = () => Math.abs(signed()) % 1;
    const upTo = (count: number) => Math.floor(random() * count);
    const anyId = () => (name === 'example' && random() < 0.2 ? null : upTo(vocabSize));
    const edited = (ids: readonly (number | null)[]) => {
      const at = upTo(ids.length + 1);
      const edits = [
        () => [...ids, anyId()],
        () => [...ids, anyId(), anyId(), anyId()],
        () => ids.slice(0, -1),
        () => ids.toSpliced(at, 0, anyId()),
        () => ids.toSpliced(at, 1),
        () => (at < ids.length ? ids.with(at, anyId()) : ids),
        () => ids,
      ];
      return edits[upTo(edits.length)]!().slice(0, 14);
    };
    const long = traced(model);
    for (let step = 0; step < 40; step++) {
      const { inputs } = long;
      batch(() => {
        inputs.tokens.value = { ids: edited(inputs.tokens.value.ids), typeIds: null };
        if (model.decoder !== null)
          inputs.targetTokens.value = { ids: edited(inputs.targetTokens.value.ids), typeIds: null };
        if (random() < 0.4) inputs.interventions.value = anyInterventions(random, inputs.tokens.value.ids.length);
      });
      if (inputs.tokens.value.ids.length === 0) continue;
      if (model.decoder !== null && inputs.targetTokens.value.ids.length === 0) continue;
      // Some steps read one stage alone: the others then have missed a change.
      if (random() < 0.4) {
        const layers = allLayers(long);
        void layers[upTo(layers.length)]?.[layerStages[upTo(layerStages.length)]!];
        continue;
      }
      const first = traced(model);
      batch(() => {
        for (const input of ['tokens', 'targetTokens', 'interventions'] as const)
          first.inputs[input].value = inputs[input].value as never;
      });
      const expected = allLayers(first);
      for (const [index, layer] of allLayers(long).entries())
        for (const stage of layerStages)
          expect(layer[stage]?.data, `step ${step}, layer ${index}, ${stage}`).toEqual(expected[index]![stage]?.data);
    }
  });
});
