import type { Signal } from '@preact/signals-core';
import { describe, expect, test } from 'vitest';
import { createScreen } from '../../src/app/screen.ts';
import { noInterventions } from '../../src/core/interventions.ts';
import { createActions } from '../../src/explorer/actions.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import type { PaneName } from '../../src/explorer/pane-names.ts';
import { type RunStatus, settled } from '../../src/run/run.ts';
import { builtInModel } from '../support/models.ts';

const loaded = builtInModel('use-lite');
const text = 'The boat drifted toward the river bank.';

/** A screen of 60 × 16 cells, on which one pane is shown alone. */
function opened(pane: PaneName, layer = 0) {
  const explorer = createExplorer({ loaded, text, columns: 60, rows: 16, pane, layer });
  createScreen(explorer).subscribe(() => {});
  const runs = explorer.recorder.takeRuns();
  return { explorer, actions: createActions(explorer), runs, stages: Object.keys(runs).sort() };
}

const stagesOf = (layer: number, names: string) => names.split(' ').map((name) => `L${layer} ${name}`);
const weightStages = 'norm q k scores scaledScores maskedScores attentionWeights';
const first = ['tokens', 'embedding'];
const whole0 = stagesOf(0, `${weightStages} v context concat attentionOutput residMid residPost`);

describe('a pane alone on the screen computes what it shows', () => {
  test.each([
    ['attention', weightStages],
    ['scores', weightStages],
    ['qkv', `${weightStages} v`],
    ['context', `${weightStages} v context`],
  ] as const)('%s of layer 0: nothing of layer 1, and no W_O', (pane, names) => {
    expect(opened(pane).stages).toEqual([...first, ...stagesOf(0, names)].sort());
  });

  test.each([
    ['attention', weightStages],
    ['context', `${weightStages} v context`],
  ] as const)('%s of layer 1: all of layer 0, of layer 1 neither W_O nor the feed-forward', (pane, names) => {
    expect(opened(pane, 1).stages).toEqual([...first, ...whole0, ...stagesOf(1, names)].sort());
  });

  test('all heads: the weights of every layer', () => {
    expect(opened('maps').stages).toEqual([...first, ...whole0, ...stagesOf(1, weightStages)].sort());
  });

  test('every stage runs once', () => {
    for (const pane of ['attention', 'qkv', 'scores', 'context', 'maps'] as const)
      for (const count of Object.values(opened(pane, 1).runs)) expect(count).toBe(1);
  });
});

describe('a change runs no stage of an earlier layer', () => {
  test('a head of layer 1 switched off: its context alone', () => {
    const { explorer, actions } = opened('context', 1);
    actions.toggleHead();
    expect(explorer.recorder.takeRuns()).toEqual({ 'L1 ablation': 1 });
  });

  test('a head of layer 1 switched off and on behind a pane of layer 0: nothing', () => {
    const { explorer } = opened('context', 0);
    explorer.inputs.interventions.value = { ...noInterventions, ablatedHeads: [{ layer: 1, head: 2 }] };
    explorer.inputs.interventions.value = noInterventions;
    expect(explorer.recorder.takeRuns()).toEqual({});
  });

  test('a head of layer 0 switched off: neither q, k, v nor weights of layer 0', () => {
    const { explorer, actions } = opened('maps');
    actions.toggleHead();
    const expected = [
      ...stagesOf(0, 'ablation concat attentionOutput residMid residPost'),
      ...stagesOf(1, weightStages),
    ];
    expect(Object.keys(explorer.recorder.takeRuns()).sort()).toEqual(expected.sort());
  });

  test('the mask: neither q, k nor scores of layer 0', () => {
    const { explorer, actions } = opened('attention');
    actions.toggleMask();
    expect(explorer.recorder.takeRuns()).toEqual({ 'L0 maskedScores': 1, 'L0 attentionWeights': 1 });
  });

  test('the mask and a factor set together: each stage once', () => {
    const { explorer, actions } = opened('maps');
    actions.resetInterventions();
    explorer.recorder.takeRuns();
    actions.toggleMask();
    explorer.recorder.takeRuns();
    actions.setScaleFactor(2);
    const changed = explorer.recorder.takeRuns();
    expect(changed['L0 scaledScores']).toBe(1);
    expect(changed['L0 q']).toBeUndefined();
    for (const count of Object.values(changed)) expect(count).toBe(1);
    actions.resetInterventions();
    const runs = explorer.recorder.takeRuns();
    // The unaltered run is still there.
    expect(runs).toEqual({});
  });
});

test('while numbers are said to be computing, a change runs no stage and the screen keeps the old ones, marked', () => {
  const explorer = createExplorer({ loaded, text, columns: 60, rows: 16 });
  const screen = createScreen(explorer);
  const before = screen.value;
  explorer.recorder.takeRuns();
  const status = explorer.run.value.status as Signal<RunStatus>;
  status.value = { ...settled, isComputing: true };
  explorer.inputs.text.value = 'Another sentence altogether.';
  expect(screen.value.isStale).toBe(false);
  status.value = { ...settled, isComputing: true, isLate: true };
  expect(screen.value.isStale).toBe(true);
  expect(screen.value.panes).toBe(before.panes);
  expect(Object.keys(explorer.recorder.takeRuns())).toEqual(['tokens']);
  status.value = settled;
  expect(screen.value.isStale).toBe(false);
  expect(screen.value.panes).not.toEqual(before.panes);
});
