import { expect, test } from 'vitest';
import { type Interventions, isAblated, isUnaltered, noInterventions } from '../../src/core/interventions.ts';

test('a head is ablated where both its layer and its place are named', () => {
  const ablated = [
    { layer: 0, head: 1 },
    { layer: 2, head: 3 },
  ];
  expect([isAblated(ablated, 0, 1), isAblated(ablated, 2, 3)]).toEqual([true, true]);
  expect([isAblated(ablated, 0, 3), isAblated(ablated, 2, 1), isAblated(ablated, 1, 1)]).toEqual([false, false, false]);
});

test('nothing is changed unless the reader changes it', () => {
  expect(isUnaltered(noInterventions)).toBe(true);
  // How something would be replaced changes nothing where nothing is.
  expect(isUnaltered({ ...noInterventions, ablation: 'mean', isRenormalised: true })).toBe(true);
  const edit = { stage: 'q', layer: 0, head: 0, row: 0, column: 0, value: 0 } as const;
  const changes: Partial<Interventions>[] = [
    { mask: 'causal' },
    { isUnscaled: true },
    { scaleFactor: 0 },
    { ablatedHeads: [{ layer: 0, head: 0 }] },
    { hiddenKeys: [0] },
    { swappedValues: { layer: 0, tokens: [0, 1] } },
    { edits: [edit] },
  ];
  for (const change of changes)
    expect(isUnaltered({ ...noInterventions, ...change }), JSON.stringify(change)).toBe(false);
});
