import type { ReadonlySignal } from '@preact/signals-core';
import type { TokenInput } from '../core/embedding.ts';
import type { HeadIndex } from '../core/interventions.ts';
import type { Model } from '../core/model.ts';

/** What the numeric stages depend on, and nothing else. */
export interface TraceInputs {
  readonly model: ReadonlySignal<Model>;
  readonly tokens: ReadonlySignal<TokenInput>;
  /** What the decoder of an encoder–decoder model reads, its start token included. */
  readonly targetTokens: ReadonlySignal<TokenInput>;
  readonly mask: ReadonlySignal<'none' | 'causal'>;
  readonly scaleFactor: ReadonlySignal<number>;
  readonly ablatedHeads: ReadonlySignal<readonly HeadIndex[]>;
}
