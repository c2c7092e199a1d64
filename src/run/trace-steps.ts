import { layerStages } from '../core/chain/forward.ts';
import type { AttentionPart, AttentionTrace, LayerTrace } from '../core/trace.ts';

export interface TraceNeeds {
  readonly part: AttentionPart;
  /** Whether the output of the last layer is needed, as for predictions. */
  readonly needsEnd: boolean;
}

/** Computes what the screen needs of a trace, one stage per step. */
export function* traceSteps({ layers, decoder }: AttentionTrace, { part, needsEnd }: TraceNeeds): Generator<void> {
  const isEncoderOnly = decoder === null || (part === 'encoder' && !needsEnd);
  for (const layer of layers) yield* stageSteps(layer, isEncoderOnly && !needsEnd && layer === layers.at(-1));
  if (isEncoderOnly) return;
  for (const [index, layer] of decoder.layers.entries()) {
    yield* stageSteps(layer, false);
    const cross = decoder.crossLayers[index];
    if (cross !== undefined) yield* stageSteps(cross, index === decoder.layers.length - 1 && !needsEnd);
  }
}

/** The largest possible number of steps. */
export function countSteps({ layers, decoder }: AttentionTrace): number {
  return (layers.length + (decoder === null ? 0 : 2 * decoder.layers.length)) * layerStages.length;
}

function* stageSteps(layer: LayerTrace, endsAtContext: boolean): Generator<void> {
  for (const stage of layerStages) {
    if (endsAtContext && stage === 'concat') return;
    void layer[stage];
    yield;
  }
}
