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

/** The heads that can be switched off: those of the stack that reads the text, without those that are off already. */
export function sweptHeads({ layers }: Pick<Model, 'layers'>, { ablatedHeads }: Interventions): HeadIndex[] {
  return layers
    .flatMap(({ attention }, layer) =>
      Array.from({ length: attention.numAttentionHeads }, (_, head): HeadIndex => ({ layer, head })),
    )
    .filter(({ layer, head }) => !isAblated(ablatedHeads, layer, head));
}

/** Switches every head off in turn, beside what is changed already, and measures what that does to the run as it is. Heads in `known`
 *  are passed over.
 *  The last layer comes first: what lies before a layer is then never computed again. The interventions are left as they were,
 *  also where the reader stops early. */
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
