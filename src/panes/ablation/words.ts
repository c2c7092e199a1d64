import type { Interventions } from '../../core/interventions.ts';
import {
  type AblationMeasure,
  effectOf,
  type HeadEffect,
  logProbabilityChange,
  type TargetTokens,
} from '../../core/measures/ablation-effect.ts';
import type { Model } from '../../core/model.ts';
import { fixed, smallNumber } from '../kit/format.ts';
import { headName, predictedToken } from '../kit/names.ts';
import { differenceText, effectText, ratioText } from './numbers.ts';

/** What effects are measured on. */
export interface TargetInput {
  readonly measure: AblationMeasure;
  readonly model: Pick<Model, 'name' | 'head' | 'sentence' | 'decoder'>;
  /** The token whose output and predictions count: `7 bank`. */
  readonly place: string;
  readonly tokenText: (id: number) => string;
  /** The tokens that the reader chose. */
  readonly chosen: TargetTokens;
  /** Whether no head is off but the one that is switched off in turn. */
  readonly hasAllHeads: boolean;
  /** Whether there is a second sentence: then this is sentence A. */
  readonly isPair: boolean;
}

/** What is measured, with its value before a head is switched off: forms for one line, longest first. */
export function targetLines(input: TargetInput, effect: HeadEffect | undefined): readonly string[] {
  const { measure, chosen, hasAllHeads } = input;
  const what = `effect on ${targetName(input, effect)}`;
  const before = effect === undefined ? null : unalteredValue(effect, measure);
  if (before === null) return [what];
  const line = `${what}: ${before} with ${hasAllHeads ? 'all heads' : 'the heads that are on'}`;
  if (measure === 'prediction' && chosen.token === null) return [`${line}; the most probable token`, line];
  const isChosen = chosen.token !== null || chosen.against !== null;
  return measure === 'logits' && !isChosen ? [`${line}; the two most probable tokens`, line] : [line];
}

/** `p(␣bank) after 7 river`, `the sentence vector` */
function targetName({ measure, model, place, tokenText, isPair }: TargetInput, effect: HeadEffect | undefined): string {
  const inA = isPair ? ' in A' : '';
  const at = `${place}${model.decoder === null ? '' : ' of the decoder'}${inA}`;
  const where = `${model.head?.kind === 'masked' ? 'at' : 'after'} ${at}`;
  const name = (id: number) => predictedToken(tokenText(id));
  const { prediction = null, logits = null } = effect ?? {};
  switch (measure) {
    case 'embedding':
      return `the sentence vector${inA}`;
    case 'output':
      return `the vector of ${at} after the last layer`;
    case 'prediction':
      return `${prediction === null ? 'the probability of a token' : `p(${name(prediction.id)})`} ${where}`;
    case 'logits':
      return `${logits === null ? 'the difference of two logits' : logitNames(logits.ids, name)} ${where}`;
  }
}

function logitNames([token, against]: readonly [number, number], name: (id: number) => string): string {
  return `logit(${name(token)}) − logit(${name(against)})`;
}

function unalteredValue({ prediction, logits, outputNorm }: HeadEffect, measure: AblationMeasure): string | null {
  if (measure === 'prediction') return prediction && smallNumber(prediction.before, 1);
  if (measure === 'logits') return logits && fixed(logits.before, 3);
  return measure === 'output' && outputNorm !== null ? `length ${fixed(outputNorm, 3)}` : null;
}

/** What an effect is. */
export const definitions: Readonly<Record<AblationMeasure, string>> = {
  embedding: 'effect = 1 − cosine of the sentence vectors with and without the head, ≥ 0',
  prediction: 'effect = p without the head − p with it; −: p falls without it, +: it rises',
  logits: 'effect = difference without the head − with it; −: it falls without the head',
  output: 'effect = ‖x′ − x‖ / ‖x‖, x: vector with the head, x′: without it',
};

/** What the numbers do not say. */
export const caveat =
  'Effects hold for this text and this target only. One head at a time misses heads that stand in for each other (Wang et al. 2022, McGrath et al. 2023).';

/** Which targets the model lacks; '' if it has all. */
export function missingTargets({ head, sentence }: TargetInput['model']): string {
  const missing = [...(head === null ? ['no predictions'] : []), ...(sentence === null ? ['no sentence vector'] : [])];
  return missing.length === 0 ? '' : `${missing.join(', ')} in this model`;
}

/** What stands in the place of a head. */
export function replacementName({ ablation }: Pick<Interventions, 'ablation'>): string {
  return ablation === 'zero' ? 'zeros' : 'mean over the tokens';
}

/** Two lines about the effect of a head: its size and rank, and the arithmetic. */
export function effectStatus(
  input: TargetInput,
  effect: HeadEffect,
  rank: number,
  count: number,
): readonly [what: string, how: string] {
  const { measure, tokenText } = input;
  const value = effectOf(effect, measure);
  const head = headName(effect);
  const target = targetName(input, effect);
  if (value === null)
    return [
      `${head} off · no effect on ${target} can be computed`,
      'there is nothing to compare: a word without a vector, or a vector of length 0',
    ];
  const text = effectText(value, measure === 'prediction' || measure === 'logits', 1);
  const what = `${head} off · ${rank} of ${count} by size · effect ${text} on ${target}`;
  const { prediction, logits, embeddingCosine, outputNorm, outputCosine } = effect;
  if (measure === 'prediction' && prediction !== null) {
    const change = logProbabilityChange(effect);
    const ratio = change === null ? '' : `   ln(p′ / p) = ${fixed(change, 3)}`;
    return [what, `${differenceText(prediction.after, prediction.before)}, p without ${head} − p with it${ratio}`];
  }
  if (measure === 'logits' && logits !== null) {
    const names = logitNames(logits.ids, (id) => predictedToken(tokenText(id)));
    return [what, `${differenceText(logits.after, logits.before)}, ${names} without ${head} − with it`];
  }
  if (measure === 'embedding' && embeddingCosine !== null)
    return [what, `${differenceText(1, embeddingCosine)}, cosine of the sentence vectors with and without ${head}`];
  const length = outputNorm ?? Number.NaN;
  const cosine = outputCosine === null ? '' : `   cosine of x′ and x: ${fixed(outputCosine, 3)}`;
  return [what, `${ratioText(value * length, length)}, ‖x′ − x‖ ÷ ‖x‖ without and with ${head}${cosine}`];
}
