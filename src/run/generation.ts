import { computed } from '@preact/signals-core';
import type { TokenInput } from '../core/chain/embedding.ts';
import type { Model } from '../core/model.ts';
import { createStageRecorder } from './stage-recorder.ts';
import { createTraceGraph } from './trace-graph.ts';
import { createTraceInputs } from './trace-inputs.ts';

export interface GenerationInput {
  readonly model: Model;
  readonly tokens: TokenInput;
  /** What the decoder of an encoder–decoder model has read. */
  readonly targetTokens: TokenInput;
  /** How many tokens to add at most. */
  readonly count: number;
  /** Tokens that end the text. */
  readonly endTokenIds: readonly number[];
}

/** Greedy continuation: appends the most probable next token until an end token, `count` tokens or the longest text of the model.
 *  Reuses the rows of earlier tokens.
 *  @returns the ids of the given text and the added ones
 *  @throws RangeError for a model that predicts no next token. */
export function generateGreedily({ model, tokens, targetTokens, count, endTokenIds }: GenerationInput): number[] {
  const { head, decoder } = model;
  if (head === null || head.kind !== 'causal') throw new RangeError(`${model.name} predicts no next token`);
  const inputs = createTraceInputs(model, { tokens, targetTokens });
  const growing = decoder === null ? inputs.tokens : inputs.targetTokens;
  const { maxPositions } = decoder ?? model;
  const graph = createTraceGraph(inputs, createStageRecorder());
  const next = computed(() => graph.trace.value.predictAt?.(growing.value.ids.length - 1, 1)[0]?.id);
  for (let step = 0; step < count; step++) {
    const { ids, typeIds } = growing.value;
    if (ids.length === 0 || (maxPositions !== null && ids.length >= maxPositions)) break;
    const id = next.value;
    if (id === undefined) break;
    growing.value = { ids: [...ids, id], typeIds: typeIds === null ? null : [...typeIds, typeIds.at(-1) ?? 0] };
    if (endTokenIds.includes(id)) break;
  }
  return growing.value.ids.flatMap((id) => id ?? []);
}
