import { expect, test } from 'vitest';
import { stageVectors } from '../../../src/core/measures/stage-vectors.ts';
import { hfModel } from '../../support/hf-models.ts';
import { builtInModel } from '../../support/models.ts';
import { rowsOf } from '../../support/tensors.ts';
import { traceOfIds } from '../../support/trace-of-ids.ts';

test('every stage of a stack, in the order of the computation', () => {
  const { model } = hfModel('gpt2');
  const ids = [5, 9, 5];
  const trace = traceOfIds(model, { ids, typeIds: null });
  const stages = stageVectors(model, trace, ids);
  expect(stages.map(({ stage }) => stage)).toEqual([
    'static embedding',
    'input',
    ...model.layers.flatMap((_, layer) => [`L${layer} attention`, `L${layer} output`]),
  ]);
  expect(stages.map(({ layer }) => layer)).toEqual([null, null, ...model.layers.flatMap((_, l) => [l, l])]);
  expect(stages.every(({ vectors }) => vectors.length === 3)).toBe(true);
  const [first] = stages;
  expect(first!.vectors[0]).toEqual(model.embedding.tokens.column(5));
  expect(first!.vectors[2]).toEqual(first!.vectors[0]);
  // The position makes two of one token different.
  expect(stages[1]!.vectors[2]).not.toEqual(stages[1]!.vectors[0]);
  const last = trace.layers.at(-1)!;
  expect(stages.at(-2)!.vectors.map((one) => [...one])).toEqual(rowsOf(last.attentionOutput!));
  expect(stages.at(-1)!.vectors.map((one) => [...one])).toEqual(rowsOf(last.residPost!));
});

test('without W_O attention gives the heads side by side, and an unknown word has no numbers', () => {
  const { model } = builtInModel('example');
  const ids = [0, null, 2];
  const trace = traceOfIds(model, { ids, typeIds: null });
  const stages = stageVectors(model, trace, ids);
  expect(stages.map(({ stage, part }) => [stage, part])).toEqual([
    ['static embedding', 'static'],
    ['input', 'input'],
    ['L0 attention', 'attention'],
  ]);
  expect(stages.at(-1)!.vectors[0]).toHaveLength(trace.layers[0]!.concat.shape[1]!);
  for (const { vectors } of stages) {
    expect(vectors[1]!.every(Number.isNaN)).toBe(true);
    expect(vectors[2]!.some(Number.isNaN)).toBe(false);
  }
});
