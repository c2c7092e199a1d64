import type { DerivedPart as AttentionPart } from '../core/derivation/derivation.ts';
import type { AttentionTrace, LayerStage, LayerTrace } from '../core/trace.ts';

/** What the panes need of a layer, in the order of the computation. */
const stages: readonly LayerStage[] = [
  'q',
  'k',
  'v',
  'scores',
  'maskedScores',
  'attentionWeights',
  'context',
  'concat',
  'attentionOutput',
  'residMid',
  'residPost',
];

export interface TraceNeeds {
  readonly part: AttentionPart;
  /** Whether what the last layer hands on is needed: for predictions it is. */
  readonly needsEnd: boolean;
}

/** Computes what the screen needs of a trace, a stage at a time. */
export function* traceSteps({ layers, decoder }: AttentionTrace, { part, needsEnd }: TraceNeeds): Generator<void> {
  const isEncoderOnly = decoder === null || (part === 'encoder' && !needsEnd);
  yield* layerSteps(layers, isEncoderOnly && !needsEnd);
  if (isEncoderOnly) return;
  for (const [index, layer] of decoder.layers.entries()) {
    yield* stageSteps(layer, false);
    const cross = decoder.crossLayers[index];
    if (cross !== undefined) yield* stageSteps(cross, index === decoder.layers.length - 1 && !needsEnd);
  }
}

/** How many steps that are. */
export function countSteps({ layers, decoder }: AttentionTrace): number {
  return (layers.length + (decoder === null ? 0 : 2 * decoder.layers.length)) * stages.length;
}

function* layerSteps(layers: readonly LayerTrace[], endsAtContext: boolean): Generator<void> {
  for (const [index, layer] of layers.entries()) {
    yield* stageSteps(layer, endsAtContext && index === layers.length - 1);
  }
}

function* stageSteps(layer: LayerTrace, endsAtContext: boolean): Generator<void> {
  for (const stage of stages) {
    if (endsAtContext && stage === 'concat') return;
    void layer[stage];
    yield;
  }
}
