import { beforeEach, describe, expect, test } from 'vitest';
import { type EditableStage, type Interventions, noInterventions } from '../../src/core/interventions.ts';
import { createActions } from '../../src/explorer/actions.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import type { InitialInputs } from '../../src/explorer/explorer-inputs.ts';
import { builtInModel } from '../support/models.ts';

const loaded = builtInModel('use-lite');
/** One token a word. */
const words = 'one two three four five';

function opened(initial: Partial<InitialInputs> = {}) {
  const explorer = createExplorer({ loaded, text: words, ...initial });
  const { inputs, selection } = explorer;
  const select = (places: Partial<Record<'layer' | 'head' | 'query' | 'key' | 'dimension', number>>) => {
    for (const [name, value] of Object.entries(places)) inputs[name as keyof typeof places].value = value;
  };
  return {
    explorer,
    inputs,
    selection,
    select,
    actions: createActions(explorer),
    now: () => inputs.interventions.value,
  };
}

/** That, and nothing else, is changed. */
function changed(made: Partial<Interventions>): Interventions {
  return { ...noInterventions, ...made };
}

let at: ReturnType<typeof opened>;
beforeEach(() => {
  at = opened();
});

describe('what is made is taken back by the same action, or by the one for all of its kind', () => {
  test('the mask', () => {
    at.actions.toggleMask();
    expect(at.now()).toEqual(changed({ mask: 'causal' }));
    at.actions.toggleMask();
    expect(at.now()).toEqual(noInterventions);
  });

  test('the scale, and the factor, which do not touch each other', () => {
    at.actions.toggleScaling();
    at.actions.setScaleFactor(0.25);
    expect(at.now()).toEqual(changed({ isUnscaled: true, scaleFactor: 0.25 }));
    at.actions.toggleScaling();
    expect(at.now()).toEqual(changed({ scaleFactor: 0.25 }));
    at.actions.setScaleFactor(1);
    expect(at.now()).toEqual(noInterventions);
  });

  test('heads, one by one and all', () => {
    for (const [layer, head] of [
      [1, 2],
      [0, 2],
      [0, 0],
    ] as const) {
      at.select({ layer, head });
      at.actions.toggleHead();
    }
    const [a, b, c] = [
      { layer: 1, head: 2 },
      { layer: 0, head: 2 },
      { layer: 0, head: 0 },
    ];
    expect(at.now()).toEqual(changed({ ablatedHeads: [a, b, c] }));
    at.select({ layer: 0, head: 2 });
    at.actions.toggleHead();
    expect(at.now()).toEqual(changed({ ablatedHeads: [a, c] }));
    at.actions.allHeadsOn();
    expect(at.now()).toEqual(noInterventions);
  });

  test('zeros or the mean', () => {
    at.actions.toggleAblation();
    expect(at.now()).toEqual(changed({ ablation: 'mean' }));
    at.actions.toggleAblation();
    expect(at.now()).toEqual(noInterventions);
  });

  test('keys, one by one and all, in the order of the text', () => {
    for (const key of [3, 0, 1]) {
      at.select({ key });
      at.actions.toggleKey();
    }
    expect(at.now()).toEqual(changed({ hiddenKeys: [0, 1, 3] }));
    at.actions.toggleKey();
    expect(at.now()).toEqual(changed({ hiddenKeys: [0, 3] }));
    at.actions.showAllKeys();
    expect(at.now()).toEqual(noInterventions);
  });

  test('values exchanged, wherever the selection has gone', () => {
    at.select({ layer: 1, query: 4, key: 2 });
    expect(at.actions.toggleSwap()).toBeNull();
    expect(at.now()).toEqual(changed({ swappedValues: { layer: 1, tokens: [4, 2] } }));
    at.select({ layer: 0, query: 1, key: 1 });
    expect(at.actions.toggleSwap()).toBeNull();
    expect(at.now()).toEqual(noInterventions);
  });

  test('a token has its own values already: that is said, and nothing is changed', () => {
    at.select({ query: 3, key: 3 });
    expect(at.actions.toggleSwap()).toMatch(/the same token: select two/);
    expect(at.now()).toBe(noInterventions);
  });

  test('division by the sum', () => {
    at.actions.toggleRenormalising();
    expect(at.now()).toEqual(changed({ isRenormalised: true }));
    at.actions.toggleRenormalising();
    expect(at.now()).toEqual(noInterventions);
  });

  test('all at once', () => {
    at.select({ query: 3, key: 1 });
    const { actions } = at;
    actions.setScaleFactor(2);
    for (const one of ['Mask', 'Scaling', 'Head', 'Ablation', 'Key', 'Swap', 'Renormalising'] as const)
      actions[`toggle${one}`]();
    actions.editCell('attentionWeights', 2);
    const names = Object.keys(noInterventions) as (keyof Interventions)[];
    expect(names.filter((name) => at.now()[name] === noInterventions[name])).toEqual([]);
    actions.resetInterventions();
    expect(at.now()).toEqual(noInterventions);
  });
});

describe('edited cells', () => {
  test.each<readonly [string, Partial<InitialInputs>, EditableStage, number, number]>([
    ['a weight', { pane: 'attention' }, 'attentionWeights', 3, 1],
    ['a score', { pane: 'scores' }, 'scores', 3, 1],
    ['q of the query', { pane: 'qkv', matrix: 'q' }, 'q', 3, 7],
    ['k of the key', { pane: 'qkv', matrix: 'k' }, 'k', 1, 7],
    ['v of the key', { pane: 'qkv', matrix: 'v' }, 'v', 1, 7],
  ])('%s', (_, initial, stage, row, column) => {
    const { actions, now } = opened({ ...initial, layer: 1, head: 2, query: 3, key: 1, dimension: 7 });
    const place = { stage, layer: 1, head: 2, row, column };
    expect(actions.editedPlace(stage)).toEqual(place);
    actions.editCell(stage, -0.5);
    expect(now()).toEqual(changed({ edits: [{ ...place, value: -0.5 }] }));
  });

  test('a second number replaces the first, null takes it back, and other cells keep theirs', () => {
    const values = () => at.now().edits.map(({ row, column, value }) => [row, column, value]);
    at.select({ query: 2, key: 0 });
    at.actions.editCell('attentionWeights', 0.5);
    at.select({ key: 1 });
    at.actions.editCell('attentionWeights', 0.25);
    at.select({ key: 0 });
    at.actions.editCell('attentionWeights', 0);
    expect(values()).toEqual([
      [2, 1, 0.25],
      [2, 0, 0],
    ]);
    at.actions.editCell('attentionWeights', null);
    expect(values()).toEqual([[2, 1, 0.25]]);
    at.actions.editCell('attentionWeights', null);
    expect(values()).toEqual([[2, 1, 0.25]]);
    at.actions.takeEditsBack();
    expect(at.now()).toEqual(noInterventions);
  });

  test('the same cell of another stage, head or layer is another one', () => {
    at.select({ query: 2, key: 0 });
    at.actions.editCell('attentionWeights', 1);
    at.actions.editCell('scores', 2);
    at.select({ head: 1 });
    at.actions.editCell('scores', 3);
    at.select({ layer: 1 });
    at.actions.editCell('scores', 4);
    expect(at.now().edits.map(({ value }) => value)).toEqual([1, 2, 3, 4]);
  });

  test('a dimension that a narrower layer does not have is its last one, which is the one that is shown', () => {
    // d_k is 128 in layer 1, 64 in layer 0.
    const { actions, select, explorer } = opened({ pane: 'qkv', layer: 1, query: 1 });
    actions.moveDimension(1000, 128);
    expect(actions.editedPlace('q').column).toBe(127);
    select({ layer: 0 });
    actions.editCell('q', 3);
    expect(actions.editedPlace('q').column).toBe(63);
    const [q, own] = [explorer.trace, explorer.unaltered].map((run) => run.value.layers[0]!.q.data);
    expect(q).not.toEqual(own);
  });
});
