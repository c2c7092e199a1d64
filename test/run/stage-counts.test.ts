import { beforeEach, describe, expect, test } from 'vitest';
import { createScreen } from '../../src/app/screen.ts';
import { createActions } from '../../src/explorer/actions.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import { builtInModel } from '../support/models.ts';

const loaded = builtInModel('use-lite');
const example = builtInModel('example');
const text = 'The boat drifted toward the river bank.';

function opened() {
  const explorer = createExplorer({ loaded, text, columns: 120, rows: 40 });
  const actions = createActions(explorer);
  const screen = createScreen(explorer);
  // Keeps the screen up to date after each action, as the terminal does.
  screen.subscribe(() => {});
  explorer.recorder.takeRuns();
  return { explorer, actions, screen };
}

const fromEmbedding = {
  tokens: 1,
  embedding: 1,
  'L0 norm': 1,
  'L0 q': 1,
  'L0 k': 1,
  'L0 v': 1,
  'L0 scores': 1,
  'L0 scaledScores': 1,
};
const fromMask0 = { 'L0 maskedScores': 1, 'L0 attentionWeights': 1 };
const fromContext0 = {
  'L0 context': 1,
  'L0 concat': 1,
  'L0 attentionOutput': 1,
  'L0 residMid': 1,
  'L0 residPost': 1,
  'L1 norm': 1,
  'L1 q': 1,
  'L1 k': 1,
  'L1 scores': 1,
  'L1 scaledScores': 1,
  'L1 maskedScores': 1,
  'L1 attentionWeights': 1,
};

let session: ReturnType<typeof opened>;
beforeEach(() => {
  session = opened();
});

describe('each action runs the stages that depend on it and no other', () => {
  test('opening: everything that is on the screen, and not what no pane shows', () => {
    const explorer = createExplorer({ loaded, text, columns: 120, rows: 40 });
    createScreen(explorer).subscribe(() => {});
    // The last layer's values, context, W_O and feed-forward are behind what layer 0 is selected for.
    expect(explorer.recorder.takeRuns()).toEqual({ ...fromEmbedding, ...fromMask0, ...fromContext0 });
  });

  test.each([
    ['a letter at the end', `${text}s`],
    ['a letter in the middle', text.replace('river', 'rivers')],
  ])('%s: the whole computation, once', (_, typed) => {
    session.actions.setText(typed);
    expect(session.explorer.recorder.takeRuns()).toEqual({ ...fromEmbedding, ...fromMask0, ...fromContext0 });
  });

  test('the head of the same layer: nothing', () => {
    session.actions.moveHead(1);
    expect(session.screen.value.title.some((cell) => cell.text.includes('L0 H1'))).toBe(true);
    expect(session.explorer.recorder.takeRuns()).toEqual({});
  });

  test('the query, the key, the dimension, the matrix, the pane, the size: nothing', () => {
    session.actions.moveQuery(-1);
    session.actions.moveKey(-2);
    session.actions.moveDimension(5, 64);
    session.explorer.inputs.matrix.value = 'k';
    session.actions.showPane('context');
    session.actions.showPane('maps');
    session.explorer.inputs.columns.value = 80;
    session.explorer.inputs.rows.value = 24;
    expect(session.screen.value.arrangement.kind).toBe('one');
    expect(session.explorer.recorder.takeRuns()).toEqual({});
  });

  test('a layer that was not selected yet: only its values and context, which no other pane showed', () => {
    session.actions.moveLayer(1);
    expect(session.explorer.recorder.takeRuns()).toEqual({ 'L1 v': 1, 'L1 context': 1 });
    session.actions.moveLayer(-1);
    session.actions.moveHead(5);
    expect(session.explorer.recorder.takeRuns()).toEqual({});
  });

  test('the mask: from the masked scores on', () => {
    session.actions.toggleMask();
    expect(session.explorer.recorder.takeRuns()).toEqual({ ...fromMask0, ...fromContext0 });
  });

  test('the factor on the scores: from the scaled scores on', () => {
    session.actions.setScaleFactor(0.5);
    expect(session.explorer.recorder.takeRuns()).toEqual({ 'L0 scaledScores': 1, ...fromMask0, ...fromContext0 });
  });

  test('a head of layer 0 switched off: from its context on', () => {
    session.actions.toggleHead();
    const { 'L0 context': _sums, ...behind } = fromContext0;
    expect(session.explorer.recorder.takeRuns()).toEqual({ 'L0 ablation': 1, ...behind });
  });

  test('a head of the last layer switched off: its context alone', () => {
    session.actions.moveLayer(1);
    session.explorer.recorder.takeRuns();
    session.actions.toggleHead();
    expect(session.explorer.recorder.takeRuns()).toEqual({ 'L1 ablation': 1 });
  });

  test('resetting what is not changed: nothing', () => {
    session.actions.setScaleFactor(1);
    session.actions.resetInterventions();
    const { 'L0 context': contexts = 0, ...rest } = session.explorer.recorder.takeRuns();
    expect(rest).toEqual({});
    expect(contexts).toBe(0);
  });

  test('another model: its own stages', () => {
    session.actions.setModel(example, 'please study man');
    const runs = session.explorer.recorder.takeRuns();
    expect(Object.keys(runs).some((stage) => stage.startsWith('L1'))).toBe(false);
    expect(runs['L0 attentionWeights']).toBe(1);
  });
});

describe('laziness', () => {
  test('the weights of layer 0 need nothing behind them', () => {
    const explorer = createExplorer({ loaded, text });
    void explorer.trace.value.layers[0]!.attentionWeights;
    const stages = Object.keys(explorer.recorder.takeRuns());
    expect(stages).not.toContain('L0 v');
    expect(stages).not.toContain('L0 context');
    expect(stages.some((stage) => stage.startsWith('L1'))).toBe(false);
  });

  test('the weights of the last layer need neither its W_O nor its feed-forward', () => {
    const explorer = createExplorer({ loaded, text });
    void explorer.trace.value.layers[1]!.attentionWeights;
    const stages = Object.keys(explorer.recorder.takeRuns());
    expect(stages).toContain('L0 residPost');
    for (const stage of ['L1 v', 'L1 context', 'L1 attentionOutput', 'L1 residPost'])
      expect(stages).not.toContain(stage);
  });
});

describe('the selected query stays on its token', () => {
  test('when words are put before it, taken away before it, and when it goes itself', () => {
    const { explorer, actions } = session;
    const selected = () => explorer.tokenized.value.tokens[explorer.selection.value.query]!.text;
    actions.moveQuery(-1);
    expect(selected()).toBe('▁bank');
    actions.setText('Today the boat drifted toward the river bank.');
    expect(selected()).toBe('▁bank');
    actions.setText('the river bank.');
    expect(selected()).toBe('▁bank');
    actions.setText('the river bank. And more.');
    expect(selected()).toBe('▁bank');
    actions.setText('a');
    expect(explorer.selection.value.query).toBe(0);
  });

  test('the last token stays selected where none was chosen', () => {
    const { explorer, actions } = session;
    actions.setText('one two three');
    expect(explorer.selection.value.query).toBe(explorer.tokenized.value.tokens.length - 1);
  });
});
