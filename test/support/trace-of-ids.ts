import { computed } from '@preact/signals-core';
import type { TokenInput } from '../../src/core/chain/embedding.ts';
import type { Model } from '../../src/core/model.ts';
import type { AttentionTrace } from '../../src/core/trace.ts';
import { createStageRecorder } from '../../src/run/stage-recorder.ts';
import { createTraceGraph } from '../../src/run/trace-graph.ts';
import { createTraceInputs } from '../../src/run/trace-inputs.ts';

/** Computes a trace of the given ids, without a tokenizer. */
export function traceOfIds(model: Model, tokens: TokenInput, targetIds: readonly number[] = []): AttentionTrace {
  const inputs = createTraceInputs(model, { tokens, targetTokens: { ids: targetIds, typeIds: null } });
  const trace = createTraceGraph(inputs, createStageRecorder()).trace;
  return computed(() => trace.value).value;
}
