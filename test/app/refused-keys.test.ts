import { describe, expect, test } from 'vitest';
import { noInterventions } from '../../src/core/interventions.ts';
import { paneNames } from '../../src/explorer/pane-names.ts';
import { hfModel } from '../support/hf-models.ts';
import { paneKeys } from '../support/panes.ts';
import { opened, scaledInDecoder } from '../support/pressed-explorer.ts';

const bert = hfModel('bert');
const gpt2 = hfModel('gpt2');
const llama = hfModel('llama');
const t5 = hfModel('t5');

describe('a key that could change nothing says so', () => {
  test.each([
    ['gpt2', gpt2],
    ['llama', llama],
  ])('c on %s, which is causal', async (_, loaded) => {
    const { press, interventions, message, changes } = opened({ loaded });
    await press('c');
    expect(message()).toBe('this model is causal already: no token sees a later one');
    expect(interventions()).toEqual(noInterventions);
    expect(changes()).toBeNull();
  });

  test('u on t5, which does not scale', async () => {
    const { press, interventions, message, changes } = opened({ loaded: t5, target: 'a dog' });
    await press('u');
    expect(message()).toBe('this model does not scale its scores: there is nothing to leave out');
    expect(interventions()).toEqual(noInterventions);
    expect(changes()).toBeNull();
  });

  test.each([
    ['c', 'bert', bert, { mask: 'causal' }],
    ['c', 't5', t5, { mask: 'causal' }],
    ['u', 'gpt2', gpt2, { isUnscaled: true }],
    ['u', 'a decoder alone', scaledInDecoder(t5), { isUnscaled: true }],
  ] as const)('%s on %s acts', async (key, _, loaded, sets) => {
    const { press, interventions, message } = opened({ loaded });
    await press(key);
    expect(message()).toBeNull();
    expect(interventions()).toEqual({ ...noInterventions, ...sets });
  });

  test.each([
    ['c', gpt2, { mask: 'causal' }, /causal already/],
    ['u', t5, { isUnscaled: true }, /does not scale/],
  ] as const)(
    '%s takes back what was on before the model was opened, and then refuses',
    async (key, loaded, set, says) => {
      const { press, interventions, message } = opened({ loaded, interventions: { ...noInterventions, ...set } });
      await press(key);
      expect(message()).toBeNull();
      expect(interventions()).toEqual(noInterventions);
      await press(key);
      expect(message()).toMatch(says);
      expect(interventions()).toEqual(noInterventions);
    },
  );
});

describe('a key that has nothing to undo says so', () => {
  test.each([
    ['F', 'the factor is 1 already'],
    ['X', 'no head is off: x switches one off'],
    ['Z', 'no head is off: x switches one off'],
    ['G', 'no key is hidden: g hides one'],
    ['-', 'no number is typed: = types one'],
    ['N', 'no weight is typed: = types one'],
    ['r', 'nothing is changed'],
  ])('%s: %s', async (key, says) => {
    const { press, interventions, message } = opened();
    await press(key);
    expect(message()).toBe(says);
    expect(interventions()).toEqual(noInterventions);
  });
});

describe('= types a number where one is shown', () => {
  const [text, other] = ['please study man', 'please study'];
  const withNumbers = ['attention', 'qkv', 'scores', 'sentences', 'changes'];

  test.each(paneNames)('in the pane %s', async (pane) => {
    const { press, controller, interventions, message } = opened({ text, sentenceB: other, pane });
    await press('=');
    const isRefused = !withNumbers.includes(pane);
    expect(message()).toBe(isRefused ? 'numbers can be typed in 1 (weights), 2 (Q K V) and 3 (scores)' : null);
    if (isRefused) expect(controller.overlay.value).toBeNull();
    else expect(controller.overlay.value).toMatchObject({ kind: 'edit', value: '' });
    expect(interventions()).toEqual(noInterventions);
  });

  test('the keys that are named lead to panes where it does', async () => {
    expect([paneKeys.attention, paneKeys.qkv, paneKeys.scores]).toEqual(['1', '2', '3']);
    for (const key of ['1', '2', '3']) {
      const { press, controller } = opened({ text, pane: 'grid' });
      await press(key, '=');
      expect(controller.overlay.value).toMatchObject({ kind: 'edit', value: '' });
    }
  });
});

describe('what was changed at a token goes with it, which is said', () => {
  const gone = 'changes at deleted tokens were dropped';

  test.each([
    ['hidden', ['g'], { hiddenKeys: [] }],
    ['values exchanged with the last one', ['S'], { swappedValues: null }],
    ['a typed weight', ['=', '1', 'enter'], { edits: [] }],
  ])('%s: once, and not where another token goes', async (_, keys, left) => {
    // Key 1 of 0 please 1 study 2 man 3 . is changed, in the row of 2 man.
    const { press, interventions, message } = opened({ text: 'please study man .' });
    await press(...keys, 'i', 'ctrl+w');
    expect(message()).toBeNull();
    expect(interventions()).not.toMatchObject(left);
    // Now study goes.
    await press('ctrl+a', 'alt+f', 'alt+d');
    expect(message()).toBe(gone);
    expect(interventions()).toEqual(noInterventions);
    await press('s');
    expect(message()).toBeNull();
  });

  test('what is changed in all tokens stays, and nothing is said', async () => {
    const { press, interventions, message } = opened({ text: 'please study man' });
    await press('x', 'u', 'i', 'ctrl+u');
    expect(message()).toBeNull();
    expect(interventions()).toEqual({ ...noInterventions, isUnscaled: true, ablatedHeads: [{ layer: 1, head: 2 }] });
  });

  test('the second sentence may change: it is not about that', async () => {
    const { press, interventions, message } = opened({ text: 'please study man', sentenceB: 'please study' });
    await press('g', 'i', 'tab', 'ctrl+u');
    expect(message()).toBeNull();
    expect(interventions().hiddenKeys).toEqual([1]);
  });

  test('with a whole text that another takes the place of, and with a model', async () => {
    const { press, interventions, message } = opened({ text: 'please study man' });
    await press('g', 'alt+2');
    expect(message()).toBe(gone);
    expect(interventions()).toEqual(noInterventions);
    await press('g');
    expect(message()).toBeNull();
    await press('e');
    expect(message()).toBe(gone);
    expect(interventions()).toEqual(noInterventions);
  });
});
