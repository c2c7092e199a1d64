import type { ReadonlySignal, Signal } from '@preact/signals-core';
import { type HeadIndex, type Interventions, isAblated } from '../core/interventions.ts';
import { difference, type HeadEffect, resultsOf } from '../core/measures/ablation-effect.ts';
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

/** Switches off each head in turn, on top of the current interventions, and measures the effect. Skips the heads in `known`.
 *  Starts with the last layer, so that no step recomputes an earlier layer. Restores the interventions, even if the caller stops early. */
export function* sweepAblations(
  { model, trace, interventions }: SweptRun,
  token: number,
  known: readonly HeadIndex[] = [],
): Generator<HeadEffect, void, undefined> {
  const unaltered = interventions.peek();
  const before = resultsOf(trace.value, token, model);
  try {
    const heads = sweptHeads(model, unaltered).filter(({ layer, head }) => !isAblated(known, layer, head));
    for (const head of heads.sort((a, b) => b.layer - a.layer || a.head - b.head)) {
      interventions.value = { ...unaltered, ablatedHeads: [...unaltered.ablatedHeads, head] };
      yield { ...head, ...difference(before, resultsOf(trace.value, token, model)) };
    }
  } finally {
    interventions.value = unaltered;
  }
}
