import { row, type Tensor } from '../../tensor/tensor.ts';
import type { Stack } from '../model.ts';
import type { StackTrace } from '../trace.ts';

/** The vectors of all tokens at one stage of a stack. */
export interface StageVectors {
  readonly stage: string;
  /** The layer of the stage; null before the first layer. */
  readonly layer: number | null;
  readonly part: 'static' | 'input' | 'attention' | 'output';
  /** One per token. Vectors from the trace are views that are valid until the next run. */
  readonly vectors: readonly Float32Array[];
}

/** The vectors of all tokens from the static embedding E[id] and the input of layer 0 to the end of the stack: for each layer, the
 *  attention output (concat without W_O) and the layer's output (residPost, if there is one).
 *  An unknown word (id null) has vectors of NaN.  trace: a run of these ids */
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
