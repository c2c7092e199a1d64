import { describe, expect, test } from 'vitest';
import { createActions } from '../../src/explorer/actions.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import { createScreen } from '../../src/explorer/screen.ts';
import { studyPanes } from '../../src/explorer/selection.ts';
import { createStudyActions } from '../../src/explorer/study-actions.ts';
import type { LoadedModel } from '../../src/loaders/load-model.ts';
import { hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';

const useLite = builtInModel('use-lite');
const river = 'The boat drifted toward the river bank.';

/** An explorer whose screen has been drawn once. */
function drawn(loaded: LoadedModel, text: string, target: string | null = null) {
  const explorer = createExplorer({ loaded, text, target, columns: 120, rows: 40 });
  const screen = createScreen(explorer);
  const draw = () => screen.value;
  draw();
  return { explorer, draw, actions: createActions(explorer), studies: createStudyActions(explorer) };
}

describe('from a number to what made it', () => {
  test('a weight leads to the scores of its row, to q·k, to x·W_Q, to the embedding, and back', () => {
    const { explorer, studies } = drawn(useLite, river);
    studies.traceSelected();
    const stage = () => explorer.studies.derivation.value?.place.stage;
    const path = [stage()];
    while (studies.traceOperand()) path.push(stage());
    expect(path).toEqual(['attentionWeights', 'maskedScores', 'scaledScores', 'scores', 'q', 'residPre', 'embedding']);
    for (const expected of path.toReversed().slice(1)) {
      expect(studies.traceBack()).toBe(true);
      expect(stage()).toBe(expected);
    }
    expect(studies.traceBack()).toBe(false);
  });

  test('it begins with the number that is selected in the pane in front', () => {
    const { explorer, studies, actions } = drawn(useLite, river);
    actions.showPane('qkv');
    actions.nextMatrix();
    actions.moveDimension(3);
    studies.traceSelected();
    expect(explorer.studies.derivation.value?.place).toMatchObject({ stage: 'k', column: 3 });
    actions.showPane('context');
    studies.traceSelected();
    expect(explorer.studies.derivation.value?.place).toMatchObject({ stage: 'context', column: 3, row: 9 });
  });

  test.each([
    ['use-lite', useLite],
    ['gpt2', hfModel('gpt2')],
    ['llama', hfModel('llama')],
  ] as const)('%s: every stage has a number to explain, from what comes in to what leaves the layer', (_, loaded) => {
    const { explorer, studies } = drawn(loaded, river);
    studies.traceSelected();
    for (let step = 0; step < 20; step++) studies.moveStage(-1);
    const seen = explorer.studies.stages.value.map(() => {
      const derivation = explorer.studies.derivation.value!;
      studies.moveStage(1);
      return derivation.place.stage;
    });
    expect(seen).toEqual(explorer.studies.stages.value);
    expect(seen).toEqual(expect.arrayContaining(['residPre', 'q', 'scores', 'concat', 'attentionOutput', 'residPost']));
  });

  test('an operand whose token is gone is no number any more', () => {
    const { explorer, studies, actions } = drawn(useLite, river);
    studies.traceSelected();
    studies.traceOperand();
    actions.setText('The');
    expect(explorer.studies.derivation.value).toBeNull();
    expect(explorer.studies.operands.value).toEqual([]);
  });
});

describe('what explains is not computed again with what it explains', () => {
  test.each([...studyPanes])('%s: to move in it runs no numeric stage', (pane) => {
    const { explorer, draw, actions, studies } = drawn(hfModel('gpt2'), 'The cat sat on the mat');
    actions.showPane('grid');
    draw();
    actions.showPane(pane);
    draw();
    explorer.recorder.takeRuns();
    for (const move of [
      () => actions.moveHead(1),
      () => actions.moveQuery(-1),
      () => studies.moveSort(1),
      () => studies.moveRanked(1),
      () => studies.moveStep(1),
      () => studies.moveOperand(1),
    ]) {
      move();
      draw();
    }
    const runs = Object.keys(explorer.recorder.takeRuns()).filter((name) => name !== 'predictions');
    expect(runs).toEqual([]);
  });
});

describe('lenses', () => {
  test('rollout of the attention from one text to another is refused in words', () => {
    const { explorer, actions } = drawn(hfModel('t5'), 'the cat', 'a dog');
    expect(explorer.studies.lensProblem('rollout')).toBeNull();
    actions.nextPart();
    actions.nextPart();
    expect(explorer.studies.lensProblem('rollout')).toMatch(/joins two: p leads to/);
  });

  test('each is named in the title, and its rows are what it says', () => {
    const { explorer, draw, studies } = drawn(useLite, river);
    const title = () => draw().panes.find(({ name }) => name === 'attention')?.title;
    expect(title()).toBe('1 attention  L0 H0');
    studies.toggleLens('rollout');
    expect(title()).toContain('rollout L0 to L0, all heads');
    const rows = explorer.studies.lens.value!.values;
    for (let query = 0; query < 10; query++) {
      const sum = rows.data.subarray(query * 10, (query + 1) * 10).reduce((total, one) => total + one, 0);
      expect(sum).toBeCloseTo(1, 5);
    }
    studies.toggleLens('norms');
    expect(title()).toContain('norms ‖α·f(x)‖');
    studies.toggleLens('norms');
    expect(title()).toBe('1 attention  L0 H0');
  });

  test('a head without a sink says so, one with a sink is looked at without it', () => {
    const { explorer } = drawn(useLite, river);
    expect(explorer.studies.lensProblem('no sink')).toMatch(/there is no sink to hide/);
    // With scores so large each query of this small model takes one key, of some head mostly the first.
    const sunk = drawn(hfModel('gpt2'), 'The cat sat on the mat and the dog ran');
    sunk.actions.setScaleFactor(30);
    const places = sunk.explorer.headCounts.value.flatMap((count, layer) =>
      Array.from({ length: count }, (_, head) => ({ layer, head })),
    );
    const found = places.find(({ layer, head }) => {
      sunk.explorer.inputs.layer.value = layer;
      sunk.explorer.inputs.head.value = head;
      return sunk.explorer.studies.sink.value !== null;
    });
    expect(found).toBeDefined();
    sunk.studies.toggleLens('no sink');
    const { key } = sunk.explorer.studies.sink.value!;
    const { data, shape } = sunk.explorer.studies.lens.value!.values;
    const keys = shape[2]!;
    const own = data.subarray(found!.head * keys * keys, (found!.head + 1) * keys * keys);
    const rows = Array.from({ length: keys }, (_, query) => own.subarray(query * keys, (query + 1) * keys));
    // A row that had nothing but the sink has no numbers left.
    const left = rows.filter((row) => !row.every(Number.isNaN));
    expect(left.length).toBeGreaterThan(0);
    for (const row of left) {
      expect(row[key]).toBe(0);
      expect(row.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 5);
    }
  });
});
