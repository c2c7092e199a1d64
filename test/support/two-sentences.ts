import { expect } from 'vitest';
import { createScreen } from '../../src/app/screen.ts';
import { layerStages } from '../../src/core/chain/forward.ts';
import type { Interventions } from '../../src/core/interventions.ts';
import { createActions } from '../../src/explorer/actions.ts';
import { createExplorer, type Explorer } from '../../src/explorer/explorer.ts';
import type { ExplorerModel, InitialInputs } from '../../src/explorer/explorer-inputs.ts';
import { hfModel } from './hf-models.ts';
import { builtInModel } from './models.ts';

export const useLite = builtInModel('use-lite');
export const river = 'She sat on the river bank.';
export const money = 'She sat on the money bank.';

export const t5 = hfModel('t5');
export const models: readonly (readonly [string, ExplorerModel])[] = [
  ['use-lite', useLite],
  ['bert', hfModel('bert')],
  ['gpt2', hfModel('gpt2')],
  ['t5', t5],
];

/** An explorer of two sentences; its screen stays up to date. */
export function twoSentences(initial: Partial<InitialInputs> = {}) {
  const explorer = createExplorer({
    loaded: useLite,
    text: river,
    sentenceB: money,
    pane: 'sentences',
    columns: 120,
    rows: 40,
    ...initial,
  });
  const screen = createScreen(explorer);
  screen.subscribe(() => {});
  const opening = explorer.recorder.takeRuns();
  return { explorer, screen, opening, actions: createActions(explorer), take: () => explorer.recorder.takeRuns() };
}

/** Names of the stages that ran for B, and for A. */
export const ofB = (runs: Readonly<Record<string, number>>) =>
  Object.keys(runs).filter((name) => name.startsWith('B '));
export const ofA = (runs: Readonly<Record<string, number>>) =>
  Object.keys(runs).filter((name) => !name.startsWith('B '));

/** Positions of pairs, as [a, b]. */
export const places = (pairs: readonly { a: number | null; b: number | null }[]) => pairs.map(({ a, b }) => [a, b]);
export const diagonal = (count: number) => Array.from({ length: count }, (_, place) => [place, place]);

/** Checks that every stage of every layer of B's run equals that of a separate run. */
export function expectOwnRun({ other, inputs }: Explorer, interventions: Interventions): void {
  const { loaded, target } = inputs;
  const own = createExplorer({
    loaded: loaded.value,
    text: inputs.sentenceB.value!,
    target: target.value,
    interventions,
  }).trace.value;
  const all = ({ layers, decoder }: typeof own) => [
    ...layers,
    ...(decoder?.layers ?? []),
    ...(decoder?.crossLayers ?? []),
  ];
  const expected = all(own);
  for (const [index, layer] of all(other.trace.value).entries())
    for (const stage of layerStages) expect(layer[stage]?.data, stage).toEqual(expected[index]![stage]?.data);
}
