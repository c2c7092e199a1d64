import { setImmediate as turn } from 'node:timers/promises';
import type { Signal } from '@preact/signals-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createScreen } from '../../src/app/screen.ts';
import { noInterventions } from '../../src/core/interventions.ts';
import { createExplorer, type Explorer } from '../../src/explorer/explorer.ts';
import type { InitialInputs } from '../../src/explorer/explorer-inputs.ts';
import { sweptToken } from '../../src/explorer/sweep.ts';
import { sweepAblations } from '../../src/run/ablation-sweep.ts';
import { type RunStatus, settled } from '../../src/run/run.ts';
import { hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';

const useLite = builtInModel('use-lite');
const bert = hfModel('bert');
const text = 'The boat drifted toward the river bank.';

let end: (() => void) | null = null;
afterEach(() => {
  end?.();
  end = null;
  vi.restoreAllMocks();
});

/** An explorer whose sweep has been started, the pane that shows it in front unless another is wanted. */
function started(initial: Partial<InitialInputs> = {}): Explorer {
  const explorer = createExplorer({ loaded: useLite, text, pane: 'ablation', ...initial });
  end = explorer.sweep.follow(() => explorer.inputs.pane.value === 'ablation');
  return explorer;
}

/** The effects that a sweep in one go has. */
function expectedOf(initial: Partial<InitialInputs> = {}) {
  const { inputs, trace, ...rest } = createExplorer({ loaded: useLite, text, ...initial });
  const run = { model: inputs.loaded.value.model, trace, interventions: inputs.interventions };
  return [...sweepAblations(run, sweptToken({ inputs, ...rest })!.position)];
}

const sweepOf = ({ sweep }: Explorer) => sweep.state.value;

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}

async function toItsEnd(explorer: Explorer): Promise<void> {
  for (let i = 0; i < 1000 && sweepOf(explorer).isRunning; i++) await turn();
  expect(sweepOf(explorer).isRunning).toBe(false);
}

/** From now on the clock moves 6 ms whenever it is read: in each turn there is time for one head. */
function oneHeadATurn(): void {
  let now = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => {
    now += 6;
    return now;
  });
}

describe('while the pane is in front', () => {
  test.each([
    ['use-lite', { loaded: useLite }],
    ['use-lite, an earlier token', { loaded: useLite, query: 2 }],
    [
      'use-lite, a head off and a mask',
      {
        loaded: useLite,
        interventions: { ...noInterventions, mask: 'causal', ablatedHeads: [{ layer: 0, head: 1 }] },
      },
    ],
    ['bert', { loaded: bert }],
    ['example, a word that it does not know', { loaded: builtInModel('example'), text: 'please dog man' }],
    ['gpt2', { loaded: hfModel('gpt2') }],
    ['t5 with a target', { loaded: hfModel('t5'), target: 'The bank' }],
  ] as const)('%s: every head comes, with the effects of a sweep in one go', async (_, initial) => {
    const explorer = started(initial);
    const { position } = sweptToken(explorer)!;
    const expected = expectedOf(initial);
    expect(sweepOf(explorer)).toMatchObject({ effects: [], total: expected.length, token: position, isRunning: true });
    await toItsEnd(explorer);
    expect(sweepOf(explorer)).toMatchObject({
      effects: expected,
      total: expected.length,
      token: position,
      isRunning: false,
    });
  });

  test('heads come one after the other, and the terminal is heard between them', async () => {
    oneHeadATurn();
    const explorer = started();
    const counts: number[] = [];
    while (sweepOf(explorer).isRunning) {
      await turn();
      counts.push(sweepOf(explorer).effects.length);
    }
    expect(counts).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('a text without tokens is not swept', async () => {
    const explorer = started({ text: '' });
    await turns(3);
    expect(sweepOf(explorer)).toMatchObject({ effects: [], isRunning: false });
  });

  test('what is on the screen is not computed again, and nothing of it changes', async () => {
    const explorer = started({ columns: 120, rows: 40 });
    const screen = createScreen(explorer);
    void screen.value;
    // Of all that the effects could be taken for.
    const { trace, interventions, unaltered } = explorer;
    const before = [trace.value, interventions.value, unaltered.value];
    const embedding = Array.from(trace.value.sentenceEmbedding!.data);
    explorer.recorder.takeRuns();
    await toItsEnd(explorer);
    void screen.value;
    expect(explorer.recorder.takeRuns()).toEqual({});
    for (const [index, one] of [trace.value, interventions.value, unaltered.value].entries())
      expect(one).toBe(before[index]);
    expect(Array.from(trace.value.sentenceEmbedding!.data)).toEqual(embedding);
  });
});

describe('while something else is wanted', () => {
  test('nothing is swept before the pane is in front', async () => {
    const explorer = started({ pane: 'attention' });
    await turns(5);
    expect(sweepOf(explorer)).toMatchObject({ effects: [], total: 0, token: 0, isRunning: false });
    explorer.inputs.pane.value = 'ablation';
    await toItsEnd(explorer);
    expect(sweepOf(explorer).effects).toEqual(expectedOf());
  });

  test.each([
    [
      'another pane',
      ({ inputs }: Explorer, isAway: boolean) => {
        inputs.pane.value = isAway ? 'attention' : 'ablation';
      },
    ],
    [
      'a computation',
      ({ run }: Explorer, isAway: boolean) => {
        (run.value.status as Signal<RunStatus>).value = { ...settled, isComputing: isAway };
      },
    ],
  ])('%s lets it pause, and after it it goes on with what is known', async (_, go) => {
    oneHeadATurn();
    const explorer = started();
    await turns(3);
    const known = sweepOf(explorer).effects;
    expect(known).toHaveLength(3);
    go(explorer, true);
    expect(sweepOf(explorer).isRunning).toBe(false);
    await turns(5);
    expect(sweepOf(explorer).effects).toBe(known);
    go(explorer, false);
    expect(sweepOf(explorer)).toMatchObject({ effects: known, total: 8, isRunning: true });
    await turns(1);
    expect(sweepOf(explorer).effects).toHaveLength(4);
    await toItsEnd(explorer);
    const { effects } = sweepOf(explorer);
    // Measured once: the very same objects.
    for (const [index, one] of known.entries()) expect(effects[index]).toBe(one);
    expect(effects).toEqual(expectedOf());
  });

  test('what was measured to its end is not measured again', async () => {
    const explorer = started();
    await toItsEnd(explorer);
    const all = sweepOf(explorer);
    explorer.inputs.pane.value = 'grid';
    explorer.inputs.pane.value = 'ablation';
    expect(sweepOf(explorer)).toEqual(all);
    await turns(3);
    expect(sweepOf(explorer).effects).toBe(all.effects);
  });
});

describe('what is swept anew', () => {
  const heads = (ablatedHeads: readonly { layer: number; head: number }[]) => ({ ...noInterventions, ablatedHeads });

  test.each([
    ['the text', { text: 'I deposited money in the bank.' }],
    ['what is changed', { interventions: { ...noInterventions, isUnscaled: true } }],
    ['a head that is off', { interventions: heads([{ layer: 1, head: 3 }]) }],
    ['the selected query', { query: 1 }],
    ['the model', { loaded: bert }],
  ] as const)('%s is another: from the first head, also where it was under way', async (_, changes) => {
    oneHeadATurn();
    const explorer = started();
    await turns(3);
    for (const [name, value] of Object.entries(changes)) {
      const input = explorer.inputs[name as 'text'];
      input.value = value as never;
    }
    const expected = expectedOf(changes);
    expect(sweepOf(explorer)).toMatchObject({ effects: [], total: expected.length, isRunning: true });
    await toItsEnd(explorer);
    expect(sweepOf(explorer)).toMatchObject({ effects: expected, token: sweptToken(explorer)!.position });
    // Another text while the pane is not in front: what was measured is of the old one.
    explorer.inputs.pane.value = 'attention';
    explorer.inputs.text.value = 'a cat';
    explorer.inputs.pane.value = 'ablation';
    expect(sweepOf(explorer).effects).toEqual([]);
  });

  test('another layer, head or key is no reason', async () => {
    const explorer = started();
    await toItsEnd(explorer);
    const { effects } = sweepOf(explorer);
    explorer.inputs.layer.value = 1;
    explorer.inputs.head.value = 2;
    explorer.inputs.key.value = 0;
    await turns(3);
    expect(sweepOf(explorer)).toMatchObject({ effects, isRunning: false });
  });

  test("of an encoder–decoder the target is, and the query is not: it is the decoder's last token that counts", async () => {
    const loaded = hfModel('t5');
    const explorer = started({ loaded, target: 'The bank' });
    await toItsEnd(explorer);
    const { effects } = sweepOf(explorer);
    explorer.inputs.query.value = 0;
    await turns(3);
    expect(sweepOf(explorer).effects).toBe(effects);
    explorer.inputs.target.value = 'The river';
    await toItsEnd(explorer);
    expect(sweepOf(explorer).effects).toEqual(expectedOf({ loaded, target: 'The river' }));
  });
});

test('once it is ended nothing is measured any more', async () => {
  oneHeadATurn();
  const explorer = started();
  await turns(3);
  end?.();
  await turns(5);
  expect(sweepOf(explorer).effects).toHaveLength(3);
  explorer.inputs.text.value = 'a cat';
  explorer.inputs.pane.value = 'attention';
  explorer.inputs.pane.value = 'ablation';
  await turns(5);
  expect(sweepOf(explorer).effects).toHaveLength(3);
});
