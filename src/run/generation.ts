import { computed } from '@preact/signals-core';
import type { TokenInput } from '../core/chain/embedding.ts';
import type { Model } from '../core/model.ts';
import { createStageRecorder } from './stage-recorder.ts';
import { createTraceGraph } from './trace-graph.ts';
import { createTraceInputs } from './trace-inputs.ts';

export interface GenerationInput {
  readonly model: Model;
  readonly tokens: TokenInput;
  /** The tokens that the decoder of an encoder–decoder model has read. */
  readonly targetTokens: TokenInput;
  /** Adds at most so many tokens. */
  readonly count: number;
  /** Tokens that end the text. */
  readonly endTokenIds: readonly number[];
}

/** Greedy continuation: adds the most probable next token until an end token, `count` tokens or the model's longest text.
 *  Rows of earlier tokens are not computed again.
 *  @returns the ids that were read, then those that were added
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
