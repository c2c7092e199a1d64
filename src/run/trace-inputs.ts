import { type ReadonlySignal, type Signal, signal } from '@preact/signals-core';
import type { TokenInput } from '../core/chain/embedding.ts';
import { type Interventions, noInterventions } from '../core/interventions.ts';
import type { Model } from '../core/model.ts';

/** Everything that the numeric stages depend on. */
export interface TraceInputs {
  readonly model: ReadonlySignal<Model>;
  readonly tokens: ReadonlySignal<TokenInput>;
  /** What the decoder of an encoder–decoder model reads, including its start token. */
  readonly targetTokens: ReadonlySignal<TokenInput>;
  readonly interventions: ReadonlySignal<Interventions>;
}

export type WritableTraceInputs = {
  readonly [Name in keyof TraceInputs]: Signal<TraceInputs[Name]['value']>;
};

/** Inputs without interventions; without tokens unless given. */
export function createTraceInputs(
  model: Model,
  { tokens = noTokens, targetTokens = noTokens }: { tokens?: TokenInput; targetTokens?: TokenInput } = {},
): WritableTraceInputs {
  return {
    model: signal(model),
    tokens: signal(tokens),
    targetTokens: signal(targetTokens),
    interventions: signal(noInterventions),
  };
}

export const noTokens: TokenInput = { ids: [], typeIds: null };
