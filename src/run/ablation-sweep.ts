import type { ReadonlySignal, Signal } from '@preact/signals-core';
import { type HeadIndex, type Interventions, isAblated } from '../core/interventions.ts';
import {
  difference,
  type HeadEffect,
  type HeadResults,
  resultsOf,
  type TargetTokens,
  withLogits,
} from '../core/measures/ablation-effect.ts';
import type { Model } from '../core/model.ts';
import type { AttentionTrace } from '../core/trace.ts';

/** A run whose heads are switched off in turn. */
export interface SweptRun {
  readonly model: Model;
  readonly trace: ReadonlySignal<AttentionTrace>;
  readonly interventions: Signal<Interventions>;
}

/** The heads of the model's own stack that are not switched off yet. */
export function sweptHeads({ layers }: Pick<Model, 'layers'>, { ablatedHeads }: Interventions): HeadIndex[] {
  return layers
    .flatMap(({ attention }, layer) =>
      Array.from({ length: attention.numAttentionHeads }, (_, head): HeadIndex => ({ layer, head })),
    )
    .filter(({ layer, head }) => !isAblated(ablatedHeads, layer, head));
}

/** What is known of a sweep, and what it is to follow. */
export interface SweepPlan {
  /** The tokens whose predictions are compared (default: the most probable ones). */
  readonly targets?: TargetTokens;
  /** Heads to skip. */
  readonly known?: readonly HeadIndex[];
  /** Results of an earlier sweep of the same run: these heads are compared without switching them off again. */
  readonly kept?: readonly HeadResults[];
}

/** Switches off each head in turn, on top of the current interventions, and measures the effect at a token.
 *  Starts with the last layer, so that no step recomputes an earlier layer. Restores the interventions, even if the caller stops early. */
export function* sweepAblations(
  { model, trace, interventions }: SweptRun,
  token: number,
  { targets, known = [], kept = [] }: SweepPlan = {},
): Generator<HeadEffect, void, undefined> {
  const unaltered = interventions.peek();
  const before = resultsOf(trace.value, token, model);
  const place = ({ layer, head }: HeadIndex) => `${layer}.${head}`;
  const resultsBy = new Map(kept.map((one) => [place(one), one.results]));
  try {
    const heads = sweptHeads(model, unaltered).filter(({ layer, head }) => !isAblated(known, layer, head));
    for (const head of heads.sort((a, b) => b.layer - a.layer || a.head - b.head)) {
      const results = resultsBy.get(place(head));
      if (results === undefined)
        interventions.value = { ...unaltered, ablatedHeads: [...unaltered.ablatedHeads, head] };
      const after = results === undefined ? resultsOf(trace.value, token, model) : withLogits(results, model);
      const { output, embedding } = after;
      yield { ...head, results: { output, embedding }, ...difference(before, after, targets) };
    }
  } finally {
    interventions.value = unaltered;
  }
}
