import type { ReadonlySignal } from '@preact/signals-core';
import type { ShownAttention, ShownTokens } from './attention-part.ts';
import type { ExplorerInputs } from './explorer-inputs.ts';
import type { Selection } from './selection.ts';
import type { TokenView } from './token-view.ts';

/** What the place depends on. */
export interface PredictedRun {
  readonly inputs: ExplorerInputs;
  readonly tokens: ReadonlySignal<ShownTokens>;
  readonly decoderTokens: ReadonlySignal<readonly TokenView[]>;
  readonly shown: ReadonlySignal<ShownAttention>;
  readonly selection: ReadonlySignal<Selection>;
}

/** The text whose tokens are predicted, and the place in it: the selected query, or the last token if the queries belong to an
 *  encoder, which predicts nothing. */
export function predictedPlace({ inputs, tokens, decoderTokens, shown, selection }: PredictedRun): {
  readonly tokens: readonly TokenView[];
  readonly position: number;
} {
  const isElsewhere = inputs.loaded.value.model.decoder !== null && shown.value.part === 'encoder';
  if (!isElsewhere) return { tokens: tokens.value.queries, position: selection.value.query };
  return { tokens: decoderTokens.value, position: decoderTokens.value.length - 1 };
}
