import { row, type Tensor } from '../../tensor/tensor.ts';
import type { Stack } from '../model.ts';
import type { StackTrace } from '../trace.ts';

/** The vectors of all tokens at one stage of a stack. */
export interface StageVectors {
  readonly stage: string;
  /** The layer that the stage is of; null before the first. */
  readonly layer: number | null;
  readonly part: 'static' | 'input' | 'attention' | 'output';
  /** One a token; of a stage that the trace keeps they are views, good until the next run. */
  readonly vectors: readonly Float32Array[];
}

/** The vectors of all tokens from the static embedding to the end of the stack: E[id]; what enters layer 0; of every layer what attention
 *  gives (attentionOutput, or concat where there is no W_O), and what leaves it (residPost, where there is one).
 *  An unknown word (id null) has vectors of NaN.  trace: of these ids */
export function stageVectors(
  { embedding }: Pick<Stack, 'embedding'>,
  trace: Pick<StackTrace, 'embedding' | 'layers'>,
  ids: readonly (number | null)[],
): StageVectors[] {
  const rows = (t: Tensor) => ids.map((_, token) => row(t, token));
  const columns = ids.map((id) =>
    id === null ? new Float32Array(embedding.tokens.inWidth).fill(Number.NaN) : embedding.tokens.column(id),
  );
  return [
    { stage: 'static embedding', layer: null, part: 'static', vectors: columns },
    { stage: 'input', layer: null, part: 'input', vectors: rows(trace.embedding) },
    ...trace.layers.flatMap(({ attentionOutput, concat, residPost }, layer): StageVectors[] => [
      { stage: `L${layer} attention`, layer, part: 'attention', vectors: rows(attentionOutput ?? concat) },
      ...(residPost === null
        ? []
        : [{ stage: `L${layer} output`, layer, part: 'output', vectors: rows(residPost) } as const]),
    ]),
  ];
}
