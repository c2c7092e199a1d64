import type { TokenInput } from '../../src/core/chain/embedding.ts';
import { noInterventions } from '../../src/core/interventions.ts';
import type { WordContrast } from '../../src/core/measures/word-contrast.ts';
import { cut, encode, type TokenizedText, tokenInput } from '../../src/explorer/tokenized-text.ts';
import { wordQuestion } from '../../src/explorer/word-question.ts';
import type { LoadedModel } from '../../src/loaders/load-model.ts';
import { type WordRuns, wordSteps } from '../../src/run/word-answer.ts';
import { builtInModel } from './models.ts';
import { traceOfIds } from './trace-of-ids.ts';

export const useLite = builtInModel('use-lite');
export const money = 'I deposited money in the bank.';
export const river = 'The boat drifted toward the river bank.';

export const tokensOf = ({ model, tokenizer }: LoadedModel, text: string) =>
  cut(encode(tokenizer, text, null), model.maxPositions);

/** The answer after all its steps. */
export function answerOf(...input: Parameters<typeof wordSteps>): WordContrast {
  const steps = wordSteps(...input);
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value;
}

export interface Asking {
  /** A part of the selected word of A. */
  readonly selected?: string;
  readonly loaded?: LoadedModel;
  readonly layer?: number;
  readonly c?: string;
  readonly chosenB?: number;
  readonly isCausal?: boolean;
}

export function ask(textA: string, textB: string, asking: Asking = {}) {
  const { selected = '', loaded = useLite, layer = 1, c, chosenB = null, isCausal = false } = asking;
  const [a, b] = [tokensOf(loaded, textA), tokensOf(loaded, textB)];
  const at = textA.indexOf(selected);
  const selectedA = selected === '' ? -1 : a.tokens.findIndex(({ end }) => end !== null && end > at);
  const { tokenizer, model } = loaded;
  const { maxPositions } = model;
  const hasPositions = model.embedding.positions !== null;
  const asked = wordQuestion({
    ...{ tokenizer, maxPositions, hasPositions, isCausal, selectedA, chosenB, layer },
    a: { text: textA, tokens: a.tokens },
    b: { text: textB, tokens: b.tokens },
    c: c === undefined ? null : { text: c, tokens: tokensOf(loaded, c).tokens },
  });
  return { ...asked, a, b };
}

export function runsOf({ model }: LoadedModel, a: TokenizedText, b: TokenizedText): WordRuns {
  const run = (tokens: TokenInput) => traceOfIds(model, tokens);
  return { model, interventions: noInterventions, a: run(tokenInput(a)), b: run(tokenInput(b)), run };
}

export function study(textA: string, textB: string, asking: Asking = {}) {
  const { question, a, b } = ask(textA, textB, asking);
  return answerOf(runsOf(asking.loaded ?? useLite, a, b), question!);
}

export const textOf = ({ tokens }: { tokens: readonly { text: string }[] }, places: readonly number[]) =>
  places.map((place) => tokens[place]!.text);
