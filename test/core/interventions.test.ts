import { expect, test } from 'vitest';
import { isAblated, noInterventions } from '../../src/core/interventions.ts';

test('a head is ablated where both its layer and its place are named', () => {
  const ablated = [
    { layer: 0, head: 1 },
    { layer: 2, head: 3 },
  ];
  expect([isAblated(ablated, 0, 1), isAblated(ablated, 2, 3)]).toEqual([true, true]);
  expect([isAblated(ablated, 0, 3), isAblated(ablated, 2, 1), isAblated(ablated, 1, 1)]).toEqual([false, false, false]);
});

test('nothing is changed unless the reader changes it', () => {
  expect(noInterventions).toEqual({ mask: 'none', scaleFactor: 1, ablatedHeads: [] });
});
