import { describe, expect, test } from 'vitest';
import { stagesOf } from '../../src/core/derivation/places.ts';
import { paneNames, panesOfTwo } from '../../src/explorer/pane-names.ts';
import type { LoadedModel } from '../../src/loaders/load-model.ts';
import { attentionLens } from '../../src/panes/attention/lens.ts';
import { rowText } from '../../src/panes/kit/cells.ts';
import { hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';
import { paneKeys } from '../support/panes.ts';
import { opened } from '../support/pressed-explorer.ts';

const useLite = builtInModel('use-lite');
const river = 'The boat drifted toward the river bank.';

/** An explorer whose screen has been drawn once; the selection is where it begins. */
function drawn(loaded: LoadedModel, text: string, target: string | null = null) {
  const at = opened({ loaded, text, target, layer: 0, head: 0, query: null, key: null });
  const draw = () => at.controller.frame.value;
  draw();
  const { answers } = at.explorer.run.value;
  return {
    ...at,
    draw,
    explanation: () => answers.derivation.value,
    derivation: () => answers.derivation.value?.derivation ?? null,
  };
}

/** The text of the pane that explains. */
function walked(text: string) {
  const at = drawn(useLite, text);
  const shown = () =>
    at
      .draw()
      .view.panes.find(({ name }) => name === 'derivation')!
      .rows.map(rowText)
      .join('\n');
  return { ...at, shown };
}

describe('from a number to what made it', () => {
  test('a weight leads to the scores of its row, to q·k, to x·W_Q, to the embedding, and back', async () => {
    const { press, derivation, message } = drawn(useLite, river);
    await press('t');
    const stage = () => derivation()?.place.stage;
    const path = [stage()];
    for (await press('enter'); message() === null; await press('enter')) path.push(stage());
    expect(message()).toMatch(/^E\[\d+,\d+\] ends the way: a parameter of the model, which the text does not change$/);
    // use-lite has no mask, and a norm before its projections.
    const down = ['attentionWeights', 'scaledScores', 'scores', 'q', 'attentionInput', 'residPre', 'embedding'];
    expect(path).toEqual(down);
    for (const expected of path.toReversed().slice(1)) {
      await press('backspace');
      expect(message()).toBeNull();
      expect(stage()).toBe(expected);
    }
    await press('backspace');
    expect(message()).toBe('this is where the explanation begins');
  });

  test('it begins with the number that is selected in the pane in front', async () => {
    const { press, derivation } = drawn(useLite, river);
    await press('2', 'space', 'right', 'right', 'right', 't');
    expect(derivation()?.place).toMatchObject({ stage: 'k', column: 3 });
    await press('4', 't');
    expect(derivation()?.place).toMatchObject({ stage: 'context', column: 3, row: 9 });
  });

  test.each([
    ['use-lite', useLite],
    ['gpt2', hfModel('gpt2')],
    ['llama', hfModel('llama')],
  ] as const)(
    '%s: every stage has a number to explain, from what comes in to what leaves the layer',
    async (_, loaded) => {
      const { press, derivation } = drawn(loaded, river);
      const stages = stagesOf(loaded.model, 'encoder', 0);
      await press('t', ...stages.map(() => 'p'));
      const seen: (string | undefined)[] = [];
      for (const _ of stages) {
        seen.push(derivation()?.place.stage);
        await press('n');
      }
      expect(seen).toEqual(stages);
      expect(seen).toEqual(
        expect.arrayContaining(['residPre', 'q', 'scores', 'concat', 'attentionOutput', 'residPost']),
      );
    },
  );

  test('the pair that is selected comes first, not the largest operand', async () => {
    const { press, derivation, explorer } = drawn(useLite, river);
    const { query, key } = explorer.selection.value;
    await press('alt+right', 't', 'enter');
    expect(derivation()?.place).toMatchObject({ stage: 'scaledScores', row: query, column: key + 1 });
    await press('4', 't', 'down', 'enter');
    expect(derivation()?.place).toMatchObject({ stage: 'v', row: key + 1 });
  });

  test('from the scores it begins with q·k of the selected pair', async () => {
    const { press, derivation, explorer } = drawn(useLite, river);
    const { query, key } = explorer.selection.value;
    await press('3', 'up', 't');
    expect(derivation()?.place).toMatchObject({ stage: 'scores', row: query, column: key - 1 });
  });

  describe('the way that was gone, when the text is edited', () => {
    const cutLine = 'The way here is gone; this is its start.';

    test('follows its tokens', async () => {
      const { press, derivation, controller, shown } = walked(river);
      await press('alt+left', 't', 'enter', 'enter', 'enter');
      const before = derivation()!.place;
      expect(before).toMatchObject({ stage: 'q', row: 9 });
      controller.edit({ type: 'replace', text: `And the boat drifted toward the river bank.` });
      expect(derivation()!.place).toEqual({ ...before, row: 10 });
      expect(shown()).not.toContain(cutLine);
    });

    test('ends at its start where a token is gone, and says so until the next step', async () => {
      const { press, derivation, controller, shown } = walked(river);
      await press('alt+left', 't', 'enter', 'enter');
      expect(derivation()?.place.stage).toBe('scores');
      controller.edit({ type: 'replace', text: 'The boat' });
      expect(derivation()?.place.stage).toBe('attentionWeights');
      expect(shown()).toContain(cutLine);
      await press('enter');
      expect(derivation()?.place.stage).toBe('scaledScores');
      expect(shown()).not.toContain(cutLine);
    });

    test('ends at its start where a step is no operand any more', async () => {
      const { press, derivation, controller, shown } = walked(river);
      await press('t', 'enter', 'enter');
      expect(derivation()?.place.stage).toBe('scores');
      // Without √d_k the softmax reads q·k itself.
      controller.actions.toggleScaling();
      expect(derivation()?.place.stage).toBe('attentionWeights');
      expect(shown()).toContain(cutLine);
    });

    test('ends at its start where the selected pair is another one', async () => {
      const { press, derivation, explorer } = walked(river);
      await press('t', 'enter', 'alt+up');
      expect(derivation()?.place).toMatchObject({ stage: 'attentionWeights', row: explorer.selection.value.query });
    });
  });
});

describe('what explains is not computed again with what it explains', () => {
  test.each(paneNames)('%s: to move in it runs no numeric stage', async (pane) => {
    const { explorer, draw, press } = drawn(hfModel('gpt2'), 'The cat sat on the mat');
    // The line of a second sentence takes the keys at first.
    await press('8', paneKeys[pane], ...(panesOfTwo.has(pane) ? ['escape'] : []));
    draw();
    explorer.recorder.takeRuns();
    for (const key of ['pagedown', 'alt+up', 'right', 'down', 'left', 'up']) {
      await press(key);
      draw();
    }
    const runs = Object.keys(explorer.recorder.takeRuns()).filter((name) => name !== 'predictions');
    expect(runs).toEqual([]);
  });
});

test('the matrices go round, and the panes', async () => {
  const { press, explorer } = drawn(useLite, river);
  const { matrix, pane } = explorer.inputs;
  await press('2');
  const matrices: string[] = [];
  for (let step = 0; step < 4; step++) {
    matrices.push(matrix.value);
    await press('space');
  }
  expect(matrices).toEqual(['q', 'k', 'v', 'q']);
  await press('1', 'shift+tab');
  expect(pane.value).toBe(paneNames.at(-1));
  await press('tab', 'tab');
  expect(pane.value).toBe('qkv');
});

describe('lenses', () => {
  test('rollout of the attention from one text to another is refused in words', async () => {
    const { press, message, explorer } = drawn(hfModel('t5'), 'the cat', 'a dog');
    await press('p', 'p', 'o');
    expect(message()).toMatch(/joins two; p shows/);
    expect(explorer.inputs.lens.value).toBe('weights');
  });

  test('each is named in the title, and its rows are what it says', async () => {
    const { explorer, draw, press } = drawn(useLite, river);
    const title = () => draw().view.panes.find(({ name }) => name === 'attention')?.title;
    expect(title()).toBe('1 attention  L0 H0');
    await press('o');
    expect(title()).toContain('rollout L0 to L0, all heads');
    const rows = attentionLens(explorer).view.value!.values;
    for (let query = 0; query < 10; query++) {
      const sum = rows.data.subarray(query * 10, (query + 1) * 10).reduce((total, one) => total + one, 0);
      expect(sum).toBeCloseTo(1, 5);
    }
    await press('w');
    expect(title()).toContain('norms ‖α·f(x)‖');
    await press('w');
    expect(title()).toBe('1 attention  L0 H0');
  });

  test('a head without a sink says so, one with a sink is looked at without it', async () => {
    const at = drawn(useLite, river);
    await at.press('s');
    expect(at.message()).toMatch(/has no sink to hide; PgUp\/PgDn selects another head/);
    // With scores so large each query of this small model takes one key, of some head mostly the first.
    const sunk = drawn(hfModel('gpt2'), 'The cat sat on the mat and the dog ran');
    sunk.controller.actions.setScaleFactor(30);
    const places = sunk.explorer.headCounts.value.flatMap((count, layer) =>
      Array.from({ length: count }, (_, head) => ({ layer, head })),
    );
    const { sink, view } = attentionLens(sunk.explorer);
    const found = places.find((place) => {
      sunk.controller.actions.selectHead(place);
      return sink.value !== null;
    });
    expect(found).toBeDefined();
    await sunk.press('s');
    const { key } = sink.value!;
    const { data, shape } = view.value!.values;
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
