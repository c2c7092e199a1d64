import { computed, signal } from '@preact/signals-core';
import type { TokenInput } from '../../src/core/embedding.ts';
import type { HeadIndex } from '../../src/core/interventions.ts';
import type { Model } from '../../src/core/model.ts';
import type { AttentionTrace } from '../../src/core/trace.ts';
import { createStageRecorder } from '../../src/graph/stage-recorder.ts';
import { createTraceGraph } from '../../src/graph/trace-graph.ts';

/** The computation over given ids, without a tokenizer. */
export function traceOfIds(model: Model, tokens: TokenInput, targetIds: readonly number[] = []): AttentionTrace {
  const inputs = {
    model: signal(model),
    tokens: signal(tokens),
    targetTokens: signal<TokenInput>({ ids: targetIds, typeIds: null }),
    mask: signal<'none' | 'causal'>('none'),
    scaleFactor: signal(1),
    ablatedHeads: signal<readonly HeadIndex[]>([]),
  };
  const trace = createTraceGraph(inputs, createStageRecorder());
  return computed(() => trace.value).value;
}
