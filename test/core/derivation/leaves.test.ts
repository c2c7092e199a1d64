import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TraceStage } from '../../../src/core/derivation/derivation.ts';
import { derive } from '../../../src/core/derivation/derive.ts';
import { tensorAt } from '../../../src/core/derivation/source.ts';
import { type CellEdit, editableStages, type Interventions } from '../../../src/core/interventions.ts';
import { checkpointOf } from '../../support/checkpoint.ts';
import { loadFamily } from '../../support/load-family.ts';
import { builtInModel } from '../../support/models.ts';
import { ids, randomCells, sourceOf } from './random-cells.ts';
import { walkToTheLeaves } from './to-the-leaves.ts';

const fixtures = join(import.meta.dirname, '../../../fixtures/hf');
const shared = join(import.meta.dirname, '../../../../shared/oracle/hf');
const foldersIn = (parent: string) =>
  existsSync(parent)
    ? readdirSync(parent)
        .filter((name) => existsSync(join(parent, name, 'config.json')))
        .map((name) => [name, join(parent, name)] as const)
    : [];

describe.each([...foldersIn(fixtures), ...foldersIn(shared)])('%s in %s', (_, directory) => {
  test('every number leads down to the numbers of the files, in every layer', () => {
    const source = sourceOf(loadFamily(directory));
    const starts = randomCells(source, 2);
    const { stages, tensors, leaves } = walkToTheLeaves(source, starts, checkpointOf(directory), {
      most: 2500,
      seed: 5,
    });
    expect(leaves).toBeGreaterThan(3000);
    expect(stages).toContain('forwardActivated');
    expect([...tensors].some((name) => /emb|wte|shared/.test(name))).toBe(true);
  });
});

test('of use-lite, too, with the frequencies of its positions as constants', () => {
  const { model, directory } = builtInModel('use-lite');
  if (!existsSync(join(directory, 'model.safetensors'))) return;
  const walk = walkToTheLeaves(sourceOf(model), randomCells(sourceOf(model), 1), checkpointOf(directory), {
    most: 300,
    seed: 2,
  });
  expect(walk.tensors).toContain('embeddings.token.weight');
});

test('the feed-forward of Llama has both branches, with the arithmetic of each', () => {
  const source = sourceOf(loadFamily(join(fixtures, 'llama')));
  const at = { part: 'encoder', layer: 1, head: null, row: 3, column: 5 } as const;
  const hidden = derive(source, { ...at, stage: 'forwardHidden' });
  const [activated, up] = hidden.terms[0]!.operands;
  expect(hidden.symbols).toBe('act[5] × up[5]');
  expect([activated!.place!.stage, up!.place!.stage]).toEqual(['forwardActivated', 'forwardUp']);
  const gate = derive(source, { ...at, stage: 'forwardGate' });
  expect(activated!.value).toBeCloseTo(gate.value / (1 + Math.exp(-gate.value)), 6);
  expect(gate.terms[7]!.operands[1]!.stored).toEqual({
    tensor: 'model.layers.1.mlp.gate_proj.weight',
    index: [5, 7],
    plus: 0,
  });
});

const place = (tokens: number) => fc.nat({ max: tokens - 1 });

/** Anything that a reader can change. */
function anyChange(tokens: number, heads: number, width: number): fc.Arbitrary<Interventions> {
  const head = fc.record({ layer: fc.nat({ max: 1 }), head: fc.nat({ max: heads - 1 }) });
  const cell = fc.constantFrom(...editableStages).chain((stage) => {
    const isByKey = stage === 'scores' || stage === 'attentionWeights';
    return fc.record({
      ...{ stage: fc.constant(stage), layer: fc.nat({ max: 1 }), head: fc.nat({ max: heads - 1 }), row: place(tokens) },
      ...{ column: place(isByKey ? tokens : width), value: fc.integer({ min: -20, max: 20 }).map((one) => one / 8) },
    });
  });
  const sameCell = ({ stage, layer, head: of, row, column }: CellEdit) => `${stage} ${layer} ${of} ${row} ${column}`;
  return fc.record({
    mask: fc.constantFrom('none', 'causal'),
    isUnscaled: fc.boolean(),
    scaleFactor: fc.constantFrom(1, 0.5, 3),
    ablatedHeads: fc.uniqueArray(head, { maxLength: 2, selector: (one) => `${one.layer} ${one.head}` }),
    ablation: fc.constantFrom('zero', 'mean'),
    hiddenKeys: fc.uniqueArray(place(tokens), { maxLength: 3 }),
    swappedValues: fc.option(fc.record({ layer: fc.nat({ max: 1 }), tokens: fc.constant([1, 3] as const) })),
    edits: fc.uniqueArray(cell, { maxLength: 4, selector: sameCell }),
    isRenormalised: fc.boolean(),
  });
}

describe('whatever the reader changes', () => {
  test.each(['bert', 'gpt2', 'llama', 't5'])(
    '%s: each number still follows from its operands, down to the files',
    (name) => {
      const directory = join(fixtures, name);
      const model = loadFamily(directory);
      const checkpoint = checkpointOf(directory);
      const { numAttentionHeads, headDim } = model.layers[0]!.attention;
      const tokens = ids.slice(0, 5);
      fc.assert(
        fc.property(anyChange(tokens.length, numAttentionHeads, headDim), fc.nat(), (interventions, seed) => {
          const source = sourceOf(model, interventions, tokens);
          walkToTheLeaves(source, randomCells(source, 1), checkpoint, { most: 120, seed: seed + 1 });
          for (const { stage, layer, head, row, column, value } of interventions.edits) {
            const typed = derive(source, { part: 'encoder', stage, layer, head, row, column });
            if (typed.kind === 'renormalised') {
              expect(typed.terms[column]!.operands[0]).toMatchObject({ name: `typed[${row},${column}]`, value });
            } else expect(typed).toMatchObject({ kind: 'given', symbols: 'typed', value });
          }
          for (const { layer, head } of interventions.ablatedHeads) {
            const off = derive(source, { part: 'encoder', stage: 'context', layer, head, row: 0, column: 0 });
            expect(off.note).toContain('switched off');
          }
          const { swappedValues, edits } = interventions;
          if (swappedValues !== null && !edits.some(({ stage }) => stage === 'v')) {
            const at = { part: 'encoder', stage: 'v', layer: swappedValues.layer, head: 0, row: 1, column: 0 } as const;
            expect(derive(source, at).note).toContain('the value vector of token 3');
          }
        }),
        { numRuns: 25 },
      );
    },
  );
});

test('steps that the trace does not keep have the bits of the layer that used them', () => {
  // Each pair: the last step before a stage that the trace keeps, computed for one token, and the stage in the whole text.
  const llama = sourceOf(loadFamily(join(fixtures, 'llama')));
  const bert = sourceOf(loadFamily(join(fixtures, 'bert')));
  for (const [source, step] of [
    [llama, 'forwardSum'],
    [bert, 'attended'],
  ] as const) {
    const stage: TraceStage = 'residPost';
    const tensor = tensorAt(source, { part: 'encoder', stage, layer: 0 })!;
    const width = tensor.shape[1]!;
    for (const row of [0, 4, 13])
      for (const column of [0, 7, width - 1]) {
        const at = { part: 'encoder', layer: 0, head: null, row, column } as const;
        if (step === 'forwardSum')
          expect(derive(source, { ...at, stage: step }).value).toBe(tensor.data[row * width + column]);
        else expect(derive(source, { ...at, stage: step }).kind).toBe('norm');
      }
  }
});
