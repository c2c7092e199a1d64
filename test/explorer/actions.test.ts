import { beforeEach, describe, expect, test } from 'vitest';
import { noInterventions } from '../../src/core/interventions.ts';
import { createActions } from '../../src/explorer/actions.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import { builtInModel } from '../support/models.ts';

const loaded = builtInModel('use-lite');
const example = builtInModel('example');
const text = 'The boat drifted toward the river bank.';

function opened() {
  const explorer = createExplorer({ loaded, text });
  const count = explorer.tokenized.value.tokens.length;
  return { explorer, actions: createActions(explorer), selection: () => explorer.selection.value, last: count - 1 };
}

let at: ReturnType<typeof opened>;
beforeEach(() => {
  at = opened();
});

describe('moving stops at the ends', () => {
  test('the query', () => {
    at.actions.moveQuery(-1);
    expect(at.selection().query).toBe(at.last - 1);
    at.actions.moveQuery(-100);
    expect(at.selection().query).toBe(0);
    at.actions.moveQuery(100);
    expect(at.selection().query).toBe(at.last);
  });

  test('the key, from the one that was weighed most', () => {
    const strongest = at.selection().key;
    at.actions.moveKey(-1);
    expect(at.selection().key).toBe(Math.max(0, strongest - 1));
    at.actions.moveKey(100);
    expect(at.selection().key).toBe(at.last);
    at.actions.moveKey(-100);
    expect(at.selection().key).toBe(0);
  });

  test('the layer', () => {
    at.actions.moveLayer(-1);
    expect(at.selection().layer).toBe(0);
    at.actions.moveLayer(5);
    expect(at.selection().layer).toBe(1);
  });

  test('the dimension, as wide as the matrix of the layer is', () => {
    at.actions.moveDimension(1000, 64);
    expect(at.selection().dimension).toBe(63);
    at.actions.moveLayer(1);
    at.actions.moveDimension(1000, 128);
    expect(at.selection().dimension).toBe(127);
    at.actions.moveLayer(-1);
    at.actions.moveDimension(-1, 64);
    expect(at.selection().dimension).toBe(62);
    at.actions.moveDimension(-1000, 64);
    expect(at.selection().dimension).toBe(0);
  });

  test('nothing moves in a text without tokens', () => {
    at.actions.setText('');
    at.actions.moveQuery(1);
    at.actions.moveKey(-1);
    expect(at.selection()).toMatchObject({ query: 0, key: 0 });
  });
});

test('heads go on into the next layer and back, and stop at the first and the last', () => {
  const visited: string[] = [];
  for (let step = 0; step < 9; step++) {
    visited.push(`${at.selection().layer}.${at.selection().head}`);
    at.actions.moveHead(1);
  }
  expect(visited).toEqual(['0.0', '0.1', '0.2', '0.3', '1.0', '1.1', '1.2', '1.3', '1.3']);
  at.actions.moveHead(-4);
  expect(at.selection()).toMatchObject({ layer: 0, head: 3 });
  at.actions.moveHead(-100);
  expect(at.selection()).toMatchObject({ layer: 0, head: 0 });
});

describe('what is changed in the computation', () => {
  test('the mask goes on and off', () => {
    at.actions.toggleMask();
    expect(at.explorer.interventions.value.mask).toBe('causal');
    at.actions.toggleMask();
    expect(at.explorer.interventions.value.mask).toBe('none');
  });

  test('the selected head goes off and on, others stay as they are', () => {
    at.actions.toggleHead();
    at.actions.moveHead(5);
    at.actions.toggleHead();
    const off = () => at.explorer.interventions.value.ablatedHeads;
    expect(off()).toEqual([
      { layer: 0, head: 0 },
      { layer: 1, head: 1 },
    ]);
    at.actions.toggleHead();
    expect(off()).toEqual([{ layer: 0, head: 0 }]);
  });

  test('all is taken back at once', () => {
    at.actions.toggleMask();
    at.actions.toggleHead();
    at.actions.setScaleFactor(0.5);
    at.actions.resetInterventions();
    expect(at.explorer.interventions.value).toEqual(noInterventions);
  });
});

describe('another model', () => {
  test('keeps of the selection what it has', () => {
    at.actions.moveHead(7);
    at.actions.moveQuery(-3);
    at.actions.moveDimension(40, 64);
    at.actions.setModel(example, 'please study man');
    expect(at.selection()).toMatchObject({ layer: 0, head: 0, query: 2, dimension: 0 });
    at.actions.setModel(loaded, text);
    expect(at.selection()).toMatchObject({ layer: 0, head: 0, query: at.last });
  });

  test('keeps of the switched-off heads those that it has', () => {
    at.actions.toggleHead();
    at.actions.moveHead(6);
    at.actions.toggleHead();
    at.actions.setModel(example, 'please study man');
    expect(at.explorer.interventions.value.ablatedHeads).toEqual([{ layer: 0, head: 0 }]);
  });
});

describe('a sentence that changes', () => {
  const token = (position: number) => at.explorer.tokenized.value.tokens[position]?.text;

  test('takes a chosen key along', () => {
    at.actions.moveKey(-100);
    at.actions.moveKey(1);
    expect(token(at.selection().key)).toBe('▁boat');
    at.actions.setText('Once upon a time the boat drifted toward the river bank.');
    expect(token(at.selection().key)).toBe('▁boat');
  });

  test('typed letter by letter before the chosen query leaves it on its token at every step', () => {
    at.actions.moveQuery(-2);
    const chosen = token(at.selection().query);
    const start = 'The old wooden ';
    for (let end = 1; end <= start.length; end++) {
      at.actions.setText(start.slice(0, end) + text);
      expect(token(at.selection().query), start.slice(0, end)).toBe(chosen);
    }
  });

  test('that is emptied and typed again has its last token selected', () => {
    at.actions.moveQuery(-2);
    at.actions.setText('');
    at.actions.setText('one two');
    expect(at.explorer.inputs.query.value).toBeNull();
    expect(token(at.selection().query)).toBe('▁two');
  });

  test('is one change: who watches sees no mixture of the old and the new', () => {
    at.actions.moveQuery(-1);
    const seen: string[] = [];
    at.explorer.selection.subscribe((selection) => {
      seen.push(`${at.explorer.inputs.text.value.length} ${token(selection.query)}`);
    });
    at.actions.setText(`Today ${text}`);
    expect(seen).toEqual([`${text.length} ▁bank`, `${text.length + 6} ▁bank`]);
  });
});
