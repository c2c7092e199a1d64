import { expect, test } from 'vitest';
import { createScreen } from '../../src/app/screen.ts';
import { noInterventions } from '../../src/core/interventions.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import type { InitialInputs } from '../../src/explorer/explorer-inputs.ts';
import { attentionLens } from '../../src/panes/attention/lens.ts';
import { createEngine } from '../../src/run/engine.ts';
import type { Answer, ComputeQuestion, Question } from '../../src/run/messages.ts';
import type { Connect } from '../../src/run/run.ts';
import { createWorkerRun } from '../../src/run/worker-run.ts';
import { builtInModel } from '../support/models.ts';

const useLite = builtInModel('use-lite');

/** An explorer whose model computes elsewhere, and answers only when it is told to. */
function distant(initial: Partial<InitialInputs>) {
  const engine = createEngine(useLite.model);
  let asked = null as Question | null;
  let hear: (answer: Answer) => void = () => {};
  const line = {
    post: (question: Question) => {
      asked = question;
    },
    listen: (listener: typeof hear) => {
      hear = listener;
    },
  };
  const connect: Connect = (inputs) => createWorkerRun(line, useLite.model, inputs);
  const text = 'The boat drifted toward the river bank.';
  const explorer = createExplorer({ loaded: { ...useLite, connect }, text, columns: 120, rows: 40, ...initial });
  const screen = createScreen(explorer);
  explorer.change(() => {});
  return {
    explorer,
    screen,
    answer: () => {
      for (let question = asked; question !== null; question = asked) {
        asked = null;
        engine.compute(
          question as ComputeQuestion,
          () => false,
          (one) => hear(structuredClone(one)),
        );
      }
    },
    toLayer: (layer: number) =>
      explorer.change(() => {
        explorer.inputs.layer.value = layer;
      }),
  };
}

test('another layer of what changed: the screen waits for its answer', () => {
  const interventions = { ...noInterventions, mask: 'causal' } as const;
  const { explorer, screen, answer, toLayer } = distant({ pane: 'changes', interventions });
  answer();
  const { answers } = explorer.run.value;
  expect(screen.value.panes.length).toBeGreaterThan(0);
  expect(answers.changes.value).not.toBeNull();
  toLayer(1);
  expect(answers.changes.value).toBeNull();
  expect(() => screen.value).not.toThrow();
  answer();
  expect(answers.changes.value).not.toBeNull();
  expect(screen.value.panes.length).toBeGreaterThan(0);
});

test('norms of another layer are not shown under this one', () => {
  const { explorer, answer, toLayer } = distant({ lens: 'norms' });
  answer();
  const { view } = attentionLens(explorer);
  const before = view.value?.values;
  expect(before).toBeDefined();
  toLayer(1);
  expect(view.value).toBeNull();
  answer();
  expect(view.value?.values).not.toEqual(before);
});
