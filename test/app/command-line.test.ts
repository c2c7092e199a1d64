import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stateOf } from '../../src/app/command-line.ts';
import { createController } from '../../src/app/controller.ts';
import type { ControllerHost } from '../../src/app/controller-type.ts';
import { createSession, loadNamedModel } from '../../src/app/explorer-session.ts';
import { createScreen } from '../../src/app/screen.ts';
import { UsageError } from '../../src/app/usage-error.ts';
import { type Interventions, noInterventions } from '../../src/core/interventions.ts';
import { createActions } from '../../src/explorer/actions.ts';
import { createExplorer, type Explorer } from '../../src/explorer/explorer.ts';
import type { InitialInputs } from '../../src/explorer/explorer-inputs.ts';
import { paneNames } from '../../src/explorer/pane-names.ts';
import type { State } from '../../src/explorer/settings/settings.ts';
import { loadModel } from '../../src/loaders/load-model.ts';
import type { Connect } from '../../src/run/run.ts';
import { createWorkerRun } from '../../src/run/worker-run.ts';
import { temporaryFolder } from '../loaders/temporary-folder.ts';
import { copyHfModel, hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';
import { money, openedState, reopened, river, useLite } from '../support/reopened.ts';
import { thrownBy } from '../support/thrown.ts';

const host: Pick<ControllerHost, 'choices' | 'load' | 'loadExample'> = {
  choices: [],
  load: () => Promise.reject(new Error('none')),
  loadExample: () => builtInModel('example'),
};

const folder = temporaryFolder();
const example = builtInModel('example');
const gpt2 = hfModel('gpt2');
const llama = hfModel('llama');
const t5 = hfModel('t5');

const much: Interventions = {
  mask: 'causal',
  isUnscaled: true,
  scaleFactor: 0.25,
  ablatedHeads: [{ layer: 0, head: 1 }],
  ablation: 'mean',
  hiddenKeys: [2, 3],
  swappedValues: { layer: 1, tokens: [0, 2] },
  edits: [
    { stage: 'attentionWeights', layer: 1, head: 2, row: 4, column: 0, value: 0.75 },
    { stage: 'attentionWeights', layer: 0, head: 0, row: 5, column: 2, value: 0.5 },
    { stage: 'scores', layer: 1, head: 0, row: 4, column: 1, value: -3 },
    { stage: 'q', layer: 0, head: 3, row: 1, column: 7, value: 2.5 },
    { stage: 'k', layer: 0, head: 0, row: 1, column: 0, value: 0.125 },
    { stage: 'v', layer: 1, head: 1, row: 0, column: 9, value: -1e-3 },
  ],
  isRenormalised: true,
};

/** All that is on the screen, with the same time for every computation. */
function screenOf(explorer: Explorer, columns = 120, rows = 50) {
  const { inputs, recorder } = explorer;
  inputs.columns.value = columns;
  inputs.rows.value = rows;
  const { takeElapsedMs } = recorder;
  Object.assign(recorder, { takeElapsedMs: () => (takeElapsedMs() === null ? null : 12) });
  return createScreen(explorer).value;
}

const rich = {
  'use-lite, two sentences, much changed': {
    ...{ loaded: useLite, text: river, sentenceB: money, layer: 1, head: 2, query: 4, key: 1 },
    ...{ matrix: 'v', dimension: 9, step: 3, sortBy: 'entropy', traceFrom: 'residPost', interventions: much },
  },
  'example, a word that it does not know': { loaded: example, text: 'please dog man', query: 1, matrix: 'k' },
  'gpt2, norms': {
    loaded: gpt2,
    text: 'The cat sat on the mat.',
    layer: 1,
    head: 1,
    lens: 'norms',
    traceFrom: 'scores',
  },
  'llama, rollout': { loaded: llama, text: 'The cat sat.', layer: 1, head: 3, lens: 'rollout', traceFrom: 'rotatedK' },
  'the cross-attention of t5': {
    ...{ loaded: t5, text: 'the cat sat', target: 'a dog', sentenceB: 'the dog', part: 'cross', layer: 1, head: 2 },
    ...{ query: 2, key: 1, interventions: { ...noInterventions, scaleFactor: 2, hiddenKeys: [0] } },
  },
  'a pair of texts': { loaded: hfModel('bert'), text: 'the cat', segmentB: 'sat on the mat', query: 3, layer: 1 },
  'nothing typed': { loaded: useLite },
} satisfies Record<string, InitialInputs>;

describe.each(Object.entries<InitialInputs>(rich))('%s', (_, initial) => {
  test.each(paneNames)('the line opens the same screen: %s', (pane) => {
    for (const [columns, rows] of [
      [80, 24],
      [120, 50],
    ] as const) {
      const explorer = createExplorer({ ...initial, pane });
      const screen = screenOf(explorer, columns, rows);
      expect(screenOf(reopened(explorer), columns, rows)).toEqual(screen);
    }
  });

  test('its line is the same again', () => {
    const explorer = createExplorer(initial);
    expect(stateOf(reopened(explorer))).toEqual(stateOf(explorer));
  });
});

describe('nothing of a state could be left out', () => {
  const [, initial] = Object.entries<InitialInputs>(rich)[0]!;
  const of = (changes: Partial<State>) => changes;

  test.each([
    ['attention', of({ text: money })],
    ['sentences', of({ sentenceB: river })],
    ['sentences', of({ sentenceB: null })],
    ['attention', of({ layer: 0 })],
    ['attention', of({ head: 0 })],
    ['attention', of({ query: null })],
    ['attention', of({ key: null })],
    ['qkv', of({ matrix: 'q' })],
    ['qkv', of({ dimension: 0 })],
    ['attention', of({ pane: 'grid' })],
    ['attention', of({ lens: 'norms' })],
    ['steps', of({ step: 0 })],
    ['head-scores', of({ sortBy: 'place' })],
    ['derivation', of({ traceFrom: 'attentionWeights' })],
    ['attention', of({ mask: 'none' })],
    ['attention', of({ isUnscaled: false })],
    ['attention', of({ scaleFactor: 1 })],
    ['changes', of({ ablatedHeads: [] })],
    ['changes', of({ ablation: 'zero' })],
    ['attention', of({ hiddenKeys: [] })],
    ['changes', of({ swappedValues: null })],
    ['changes', of({ edits: [] })],
    ['changes', of({ isRenormalised: false })],
  ] as const)('in the pane %s another screen comes of %j', (pane, changes) => {
    const explorer = createExplorer({ ...initial, pane });
    const other = openedState({ ...stateOf(explorer), ...changes }, useLite);
    expect(screenOf(other)).not.toEqual(screenOf(explorer));
  });
});

describe('what is at its default stays there', () => {
  test('query and key go with the text', () => {
    const explorer = reopened(createExplorer({ loaded: useLite, text: river }));
    createActions(explorer).setText(`${river} Then`);
    expect(explorer.selection.value.query).toBe(10);
    expect(explorer.inputs.key.value).toBeNull();
  });

  test('a selection beyond the text is saved as it is shown', () => {
    const explorer = createExplorer({ loaded: useLite, text: 'a cat', query: 40, key: 40, layer: 9, head: 9 });
    expect(stateOf(explorer)).toMatchObject({ query: 1, key: 1, layer: 1, head: 3 });
  });

  test('what is changed at tokens that the text does not have any more is left out', () => {
    const explorer = createExplorer({ loaded: useLite, text: 'a cat', interventions: much });
    const { hiddenKeys, swappedValues, edits } = stateOf(explorer);
    expect([hiddenKeys, swappedValues]).toEqual([[], null]);
    expect(edits.map(({ stage }) => stage)).toEqual(['q', 'k', 'v']);
    expect(screenOf(reopened(explorer)).panes).toEqual(screenOf(explorer).panes);
  });

  test('of heads that another model had, those that this one has', () => {
    const explorer = createExplorer({ loaded: useLite, text: river, interventions: much });
    createActions(explorer).setModel(example, 'please study man');
    expect(stateOf(explorer)).toMatchObject({ ablatedHeads: [], edits: [], swappedValues: null, scaleFactor: 0.25 });
    expect(screenOf(reopened(explorer))).toEqual(screenOf(explorer));
  });
});

describe('a text that was grown token by token', () => {
  /** An explorer with so many tokens appended by `a`. */
  function grown(initial: InitialInputs, count: number) {
    const explorer = createExplorer(initial);
    const { appendBest } = createActions(explorer);
    for (let i = 0; i < count; i++) expect(appendBest()).toBeNull();
    return explorer;
  }

  const cases: readonly (readonly [string, InitialInputs, number])[] = [
    ['gpt2, whole words', { loaded: gpt2, text: 'please study' }, 2],
    ['gpt2, a byte of a character', { loaded: gpt2, text: 'the cat' }, 3],
    ['llama, letters that typed would be one token', { loaded: llama, text: 'please study' }, 2],
    ['t5, its target', { loaded: t5, text: 'Hello wor', target: 'a dog', part: 'decoder' }, 2],
  ];

  test.each(cases)('%s: the line opens the same tokens and the same screen', (_, initial, count) => {
    const explorer = grown(initial, count);
    const again = reopened(explorer);
    const ids = ({ tokenized, targetTokenized }: Explorer) =>
      [tokenized, targetTokenized].map(({ value }) => value.tokens.map(({ id }) => id));
    expect(ids(again)).toEqual(ids(explorer));
    expect(screenOf(again)).toEqual(screenOf(explorer));
  });

  test('a change at the last token of it is not refused', () => {
    const explorer = grown({ loaded: llama, text: 'please study' }, 2);
    const last = explorer.tokenized.value.tokens.length - 1;
    explorer.inputs.interventions.value = { ...noInterventions, hiddenKeys: [last] };
    explorer.inputs.query.value = last;
    expect(screenOf(reopened(explorer))).toEqual(screenOf(explorer));
  });
});

describe('the model of a state', () => {
  test('a built-in one by its name, a folder by its path', () => {
    expect(stateOf(createExplorer({ loaded: loadNamedModel({}), text: 'a' })).model).toBe('use-lite');
    expect(stateOf(createExplorer({ loaded: loadNamedModel({ model: 'example' }), text: 'a' })).model).toBe('example');
    const directory = copyHfModel('gpt2', folder);
    expect(stateOf(createExplorer({ loaded: loadNamedModel({ model: directory }) })).model).toBe(directory);
  });

  test('a folder that has the name of a built-in model by its path', () => {
    const directory = copyHfModel('gpt2', join(folder, 'other'));
    const loaded = loadModel(directory, 'use-lite');
    expect(stateOf(createExplorer({ loaded })).model).toBe(directory);
  });

  test('an example that stands in front of another model is the model of its state', () => {
    const explorer = createExplorer({ loaded: loadNamedModel({}), text: river });
    createActions(explorer).setModel(loadNamedModel({ model: 'example' }), 'please study man');
    expect(stateOf(explorer)).toMatchObject({ model: 'example', text: 'please study man' });
  });

  test.each([
    [{ segmentB: 'a cat' }, '--pair: use-lite (use-lite) reads only one text'],
    [{ target: 'a cat' }, '--target: use-lite (use-lite) has no decoder to read it; --model t5-small has one'],
    [{ part: 'cross' }, '--part cross: use-lite (use-lite) has no decoder; --model t5-small has one'],
    [{ layer: 2 }, '--layer 2: out of range, use-lite has layers 0 to 1'],
    [{ head: 4 }, '--head 4: out of range, layer 0 of use-lite has heads 0 to 3'],
    [{ query: 2 }, '--query 2: out of range, the text has tokens 0 to 1'],
    [{ hiddenKeys: [2] }, '--hide-key 2: out of range, the text has tokens 0 to 1'],
  ] as const)('does not have what is in %j: one line says so', (changes, message) => {
    const state = { ...stateOf(createExplorer({ loaded: useLite, text: 'a cat' })), ...changes };
    const error = thrownBy(() => openedState(state, useLite));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toBe(message);
  });

  test('a dimension that the model does not have is no reason for numbers that are not there', () => {
    const state = { ...stateOf(createExplorer({ loaded: useLite, text: 'a cat' })), dimension: 5000 };
    for (const pane of paneNames) {
      const text = JSON.stringify(screenOf(openedState({ ...state, pane }, useLite)));
      expect(text, pane).not.toMatch(/undefined|NaN/);
    }
  });
});

describe('a line that is taken of any screen is one that can be opened', () => {
  test('the text has breaks of lines and tabs', () => {
    const explorer = createSession(gpt2, 'a\nb\tcat', {});
    // The line in which the text stands has neither.
    createController(explorer, {
      ...host,
      redraw: () => {},
      keepLine: () => ({ isSentToClipboard: true, isPrintedOnLeaving: true }),
    });
    expect(explorer.inputs.text.value).toBe('a b cat');
    createActions(explorer).moveQuery(0);
    expect(() => reopened(explorer)).not.toThrow();
  });

  test('another thread has not answered yet: it holds what was selected, not what is still shown', () => {
    const silent = { post: () => {}, listen: () => {} };
    const connect: Connect = (inputs) => createWorkerRun(silent, useLite.model, inputs);
    const loaded = { ...useLite, connect };
    const explorer = createExplorer({ loaded, text: river, layer: 1, head: 2, query: 4, key: 1 });
    expect(stateOf(explorer)).toMatchObject({ text: river, layer: 1, head: 2, query: 4, key: 1 });
  });
});
