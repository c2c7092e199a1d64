import { derive } from '../core/derivation/derive.ts';
import type { CellPlace, Derivation } from '../core/derivation.ts';
import { headContributions } from '../core/head-contributions.ts';
import type { Interventions } from '../core/interventions.ts';
import type { Model } from '../core/model.ts';
import type { AttentionTrace } from '../core/trace.ts';
import { valueNorms } from '../core/value-norms.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { AttentionPart } from '../view-models/selection.ts';
import { layersOfPart, parametersOf } from './attention-part.ts';
import type { Study, StudyQuestion } from './study-question.ts';

/** A run, and what it was a run of. */
export interface StudiedRun {
  readonly model: Model;
  readonly trace: AttentionTrace;
  readonly part: AttentionPart;
  readonly interventions: Interventions;
}

/** ‖α·f(x)‖ of a layer, [head, query, key]; null where there is no such layer. */
export function normsOf({ model, trace, part }: StudiedRun, layer: number): Tensor | null {
  const numbers = layersOfPart(trace, part)[layer];
  const attention = parametersOf(model, part)[layer];
  return numbers === undefined || attention === undefined
    ? null
    : valueNorms(numbers.attentionWeights, numbers.v, attention.wO);
}

/** What each head brings to the attention output of a token; null where there is no such layer or token. */
export function contributionsOf({ model, trace, part }: StudiedRun, layer: number, token: number) {
  const numbers = layersOfPart(trace, part)[layer];
  const attention = parametersOf(model, part)[layer];
  if (numbers === undefined || attention === undefined || token >= (numbers.concat.shape[0] ?? 0)) return null;
  const output = numbers.attentionOutput;
  const width = output?.shape[1] ?? 0;
  const row = output?.data.subarray(token * width, (token + 1) * width) ?? null;
  return headContributions(numbers.context, token, attention.wO, row);
}

/** How a number was made; null where the run has no such number. */
export function derivationOf(run: StudiedRun, place: CellPlace): Derivation | null {
  try {
    return derive(run, place);
  } catch (error) {
    // The text became shorter than the place.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

export function study(run: StudiedRun, { layer, norms, contributionsAt, place }: StudyQuestion): Study {
  return {
    norms: norms ? normsOf(run, layer) : null,
    contributions: contributionsAt === null ? null : contributionsOf(run, layer, contributionsAt),
    derivation: place === null ? null : derivationOf(run, place),
  };
}
