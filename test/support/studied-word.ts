import { noInterventions } from '../../src/core/interventions.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import type { InitialInputs } from '../../src/explorer/explorer-inputs.ts';
import { wordConclusion } from '../../src/panes/word/conclusion.ts';
import { positionKind } from '../../src/panes/word/pane.ts';
import { hfModel } from './hf-models.ts';
import { builtInModel } from './models.ts';

export const useLite = builtInModel('use-lite');
export const example = builtInModel('example');
export const [bert, gpt2, llama, t5] = [hfModel('bert'), hfModel('gpt2'), hfModel('llama'), hfModel('t5')] as const;
export const money = 'I deposited money in the bank.';
export const river = 'The boat drifted toward the river bank.';
export const loan = 'She asked the bank for a loan.';
export const twice = 'The bank by the bank';
export const causal = { ...noInterventions, mask: 'causal' } as const;
export const typed = { ...noInterventions, hiddenKeys: [1] };

export const opened = (initial: Partial<InitialInputs>) =>
  createExplorer({ loaded: useLite, text: money, sentenceB: river, pane: 'word', ...initial });

/** The contrast with all controls, and its sentences. */
export async function studied(initial: Partial<InitialInputs>) {
  const explorer = opened(initial);
  const contrast = () => explorer.run.value.answers.word.value;
  explorer.change(() => {});
  for (let i = 0; i < 2000 && contrast()?.hasControls === false; i++) await new Promise((next) => setImmediate(next));
  const found = contrast();
  if (found === null) throw new Error(explorer.wordProblem.value ?? 'no contrast');
  return { found, said: wordConclusion(found, positionKind(explorer.inputs.loaded.value.model)) };
}
