import { type AblationMeasure, measuresOf, type TargetTokens } from '../core/measures/ablation-effect.ts';
import type { ExplorerInputs } from './explorer-inputs.ts';
import { readToken, tokenProblem } from './target-token.ts';

type TargetInputs = Pick<ExplorerInputs, 'loaded' | 'sweepMeasure' | 'targetToken' | 'againstToken'>;

/** The two tokens that a reader can choose, by the names of their settings. */
const targetNames = ['targetToken', 'againstToken'] as const;
export type TargetName = (typeof targetNames)[number];

/** The measure that the reader chose if the model has its result, else the one that fits the chosen tokens, else the model's first. */
export function sweptMeasure({ loaded, sweepMeasure, targetToken, againstToken }: TargetInputs): AblationMeasure {
  const measures = measuresOf(loaded.value.model);
  const wanted = [
    sweepMeasure.value,
    againstToken.value === null ? null : ('logits' as const),
    targetToken.value === null ? null : ('prediction' as const),
  ].find((one) => one !== null && measures.includes(one));
  return wanted ?? measures[0] ?? 'output';
}

/** The chosen tokens as ids of the open model, which may lack one that was chosen for another model. */
export interface ChosenTokens extends TargetTokens {
  /** Why a chosen token does not count; null: all do. */
  readonly problem: string | null;
}

export function chosenTokens(inputs: TargetInputs): ChosenTokens {
  const { model, tokenizer } = inputs.loaded.value;
  const [token, against] = targetNames.map((name) => {
    const text = model.head === null ? null : inputs[name].value;
    if (text === null) return null;
    const read = readToken(tokenizer, text);
    return 'id' in read ? read.id : tokenProblem(text, read.pieces, model.name);
  });
  const idOf = (one: typeof token) => (typeof one === 'number' ? one : null);
  const problem = [token, against].find((one) => typeof one === 'string');
  return { token: idOf(token), against: idOf(against), problem: typeof problem === 'string' ? problem : null };
}

/** Why a text cannot be the target of a sweep, in one line; null if it can. */
export function targetProblem({ loaded }: Pick<ExplorerInputs, 'loaded'>, text: string): string | null {
  const { model, tokenizer } = loaded.value;
  if (model.head === null) return `${model.name} (${model.type}) predicts no tokens`;
  const read = readToken(tokenizer, text);
  return 'id' in read ? null : tokenProblem(text, read.pieces, model.name);
}
