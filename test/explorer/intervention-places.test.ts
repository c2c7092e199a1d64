import { beforeEach, describe, expect, test } from 'vitest';
import { type CellEdit, type Interventions, noInterventions } from '../../src/core/interventions.ts';
import { createActions } from '../../src/explorer/actions.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import type { InitialInputs } from '../../src/explorer/explorer-inputs.ts';
import { hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';

const loaded = builtInModel('use-lite');
/** One token a word. */
const words = 'one two three four five';

function opened(initial: Partial<InitialInputs> = {}) {
  const explorer = createExplorer({ loaded, text: words, ...initial });
  const { inputs } = explorer;
  return { explorer, inputs, actions: createActions(explorer), now: () => inputs.interventions.value };
}

/** That, and nothing else, is changed. */
function changed(made: Partial<Interventions>): Interventions {
  return { ...noInterventions, ...made };
}

let at: ReturnType<typeof opened>;
beforeEach(() => {
  at = opened();
});

const hide = (...hiddenKeys: number[]) => ({ hiddenKeys });
const swap = (a: number, b: number) => ({ swappedValues: { layer: 1, tokens: [a, b] as const } });
const weight = (row: number, column: number, value = 2) => ({
  edits: [{ stage: 'attentionWeights', layer: 0, head: 1, row, column, value } as CellEdit],
});
const q = (row: number) => ({ edits: [{ stage: 'q', layer: 0, head: 1, row, column: 4, value: 2 } as CellEdit] });

describe('what is changed at tokens', () => {
  test.each<readonly [string, string, Partial<Interventions>, Partial<Interventions>]>([
    ['a word before', `zero ${words}`, hide(1, 3), hide(2, 4)],
    ['a word between', 'one two zero three four five', hide(1, 3), hide(1, 4)],
    ['a word behind', `${words} six`, hide(1, 3), hide(1, 3)],
    ['a word before taken away', 'two three four five', hide(1, 3), hide(0, 2)],
    ['a word between taken away', 'one two four five', hide(1, 3), hide(1, 2)],
    ['a word behind taken away', 'one two three four', hide(1, 3), hide(1, 3)],
    ['another word at the place of neither', 'one two red four five', hide(1, 3), hide(1, 3)],
    ['a word before', `zero ${words}`, swap(3, 1), swap(4, 2)],
    ['a word between', 'one two zero three four five', swap(3, 1), swap(4, 1)],
    ['a word behind', `${words} six`, swap(3, 1), swap(3, 1)],
    ['a word before', `zero ${words}`, weight(3, 1), weight(4, 2)],
    ['a word between', 'one two zero three four five', weight(3, 1), weight(4, 1)],
    ['a word between', 'one two zero three four five', weight(1, 3), weight(1, 4)],
    ['a word behind', `${words} six`, weight(3, 1), weight(3, 1)],
    ['a word before: the dimension stays', `zero ${words}`, q(3), q(4)],
    ['a word behind', `${words} six`, q(3), q(3)],
  ])('%s (%s): %j stays on its tokens, as %j', (_, text, before, after) => {
    at.inputs.interventions.value = changed({ ...before, scaleFactor: 2 });
    at.actions.setText(text);
    expect(at.now()).toEqual(changed({ ...after, scaleFactor: 2 }));
  });

  test.each<readonly [string, string, Partial<Interventions>, Partial<Interventions>]>([
    ['the last one', 'one two three four', hide(1, 4), hide(1)],
    ['the first one', 'two three four five', hide(0, 2), hide(1)],
    ['one between', 'one two four five', hide(1, 2), hide(1)],
    ['one between, its neighbour hidden, too', 'one two four five', hide(2, 3), hide(2)],
    ['several', 'one five', hide(1, 2, 3, 4), hide(1)],
    ['one in whose place there is another', 'one two three red five', hide(1, 3), hide(1)],
    ['all', '', hide(0, 4), {}],
    ['the last one', 'one two three four', swap(4, 0), {}],
    ['one between', 'one two four five', swap(2, 4), {}],
    ['one between, its neighbour has its values', 'one two four five', swap(2, 3), {}],
    ['one in whose place there is another', 'one red three four five', swap(1, 0), {}],
    ['all', '', swap(0, 1), {}],
    ['the last one, as a key', 'one two three four', weight(1, 4), {}],
    ['the last one, as a query', 'one two three four', weight(4, 1), {}],
    ['one between, as a query', 'one two four five', weight(2, 1), {}],
    ['one in whose place there is another, as a key', 'one two three red five', weight(1, 3), {}],
    ['the last one', 'one two three four', q(4), {}],
    ['one between', 'one two four five', q(2), {}],
  ])('goes with a token that is taken away: %s (%s): of %j stays %j', (_, text, before, after) => {
    at.inputs.interventions.value = changed({ ...before, mask: 'causal' });
    at.actions.setText(text);
    expect(at.now()).toEqual(changed({ ...after, mask: 'causal' }));
  });

  test('is at most once at each token and in each cell, however the text is edited', () => {
    const texts = ['one two three four five', 'one two four five', 'one five', 'one red five', 'zero five', 'a b c d'];
    const every = [0, 1, 2, 3, 4];
    for (const first of texts)
      for (const second of texts) {
        const { inputs, actions, now, explorer } = opened({ text: first });
        const count = explorer.tokenized.value.tokens.length;
        inputs.interventions.value = changed({
          hiddenKeys: every.slice(0, count),
          edits: every.slice(0, count).map((column) => weight(0, column, column).edits[0]!),
        });
        actions.setText(second);
        const left = explorer.tokenized.value.tokens.length;
        const { hiddenKeys, edits } = now();
        const cells = edits.map(({ row, column }) => `${row},${column}`);
        expect(new Set(hiddenKeys).size, `${first} → ${second}: hidden ${hiddenKeys}`).toBe(hiddenKeys.length);
        expect(new Set(cells).size, `${first} → ${second}: edited ${cells.join(' ')}`).toBe(cells.length);
        expect(hiddenKeys.every((key) => key < left)).toBe(true);
      }
  });

  test('is found again on its words when the text is typed on letter by letter before, between and behind', () => {
    at.inputs.interventions.value = changed({ ...hide(1), ...swap(1, 3), ...weight(3, 1) });
    for (const [before, start, behind] of [
      ['', 'old ', words],
      ['old one two ', 'more ', 'three four five'],
      ['old one two more three four five', ' and ', ''],
    ] as const)
      for (let end = 1; end <= start.length; end++) {
        at.actions.setText(before + start.slice(0, end) + behind);
        const { tokens } = at.explorer.tokenized.value;
        const { hiddenKeys, swappedValues, edits } = at.now();
        const texts = (places: readonly number[]) => places.map((place) => tokens[place]!.text);
        const seen = start.slice(0, end);
        if (!seen.endsWith(' ')) continue;
        expect(texts(hiddenKeys), seen).toEqual(['▁two']);
        expect(texts(swappedValues!.tokens), seen).toEqual(['▁two', '▁four']);
        expect(texts([edits[0]!.row, edits[0]!.column]), seen).toEqual(['▁four', '▁two']);
      }
  });

  test('without any of it an edited text leaves the interventions as they are', () => {
    const interventions = changed({ scaleFactor: 2, ablatedHeads: [{ layer: 0, head: 0 }] });
    at.inputs.interventions.value = interventions;
    at.actions.setText('zero');
    expect(at.now()).toBe(interventions);
  });

  test('that is where it was in a longer text leaves them as they are, too', () => {
    const interventions = changed({ ...hide(1), ...swap(0, 1), ...weight(1, 0) });
    at.inputs.interventions.value = interventions;
    at.actions.setText(`${words} six`);
    expect(at.now()).toBe(interventions);
  });

  test('a target is another text: it does not move', () => {
    const { actions, inputs, now } = opened({
      loaded: hfModel('t5'),
      text: 'the cat sat',
      target: 'a dog',
      part: 'decoder',
    });
    inputs.interventions.value = changed(hide(1));
    actions.setTarget('not a dog');
    actions.setOther('a second sentence');
    expect(now()).toEqual(changed(hide(1)));
    actions.setText('now the cat sat');
    expect(now().hiddenKeys).not.toEqual([1]);
  });
});

describe('another model', () => {
  const everything = changed({
    mask: 'causal',
    isUnscaled: true,
    scaleFactor: 2,
    ablatedHeads: [
      { layer: 0, head: 0 },
      { layer: 0, head: 3 },
      { layer: 1, head: 0 },
    ],
    ablation: 'mean',
    ...hide(0),
    ...swap(0, 1),
    ...weight(1, 0),
    isRenormalised: true,
  });
  const kept = { ...everything, hiddenKeys: [], swappedValues: null, edits: [] };

  test('keeps what is about heads that it has and about its scores, and nothing at tokens', () => {
    at.inputs.interventions.value = everything;
    at.actions.setModel(hfModel('gpt2'), 'The cat sat.');
    expect(at.now()).toEqual(kept);
    at.actions.setModel(builtInModel('example'), 'please study man');
    expect(at.now()).toEqual({ ...kept, ablatedHeads: [{ layer: 0, head: 0 }] });
    for (const run of [at.explorer.trace, at.explorer.unaltered])
      expect(run.value.layers[0]!.context.data.every(Number.isFinite)).toBe(true);
  });
});
