import type { Tensor } from '../../tensor/tensor.ts';
import { asScaled } from '../chain/scores.ts';
import type { Interventions } from '../interventions.ts';
import type { AttentionParameters, LayerParameters, Model, Stack } from '../model.ts';
import type { AttentionPart, AttentionTrace, LayerTrace, StackTrace } from '../trace.ts';
import type { CellPlace } from './derivation.ts';

/** Everything that explains a number: the model, a trace of it, and the interventions of that run. */
export interface DerivationSource {
  readonly model: Pick<Model, 'embedding' | 'layers' | 'finalNorm' | 'decoder'>;
  readonly trace: Pick<AttentionTrace, keyof StackTrace | 'decoder'>;
  readonly interventions: Interventions;
}

/** One attention of one layer. */
export interface AttentionPlace {
  readonly attention: AttentionParameters;
  readonly layer: LayerParameters;
  /** Index of the layer in its stack. */
  readonly index: number;
  readonly trace: LayerTrace;
}

export interface StackPlace {
  readonly stack: Pick<Stack, 'embedding' | 'layers' | 'finalNorm'>;
  readonly trace: StackTrace;
}

/** The stack of a part.  @throws RangeError when the model has no decoder. */
export function stackOf({ model, trace }: DerivationSource, part: AttentionPart): StackPlace {
  if (part === 'encoder') return { stack: model, trace };
  if (model.decoder === null || trace.decoder === null) throw new RangeError('the model has no decoder');
  return { stack: model.decoder, trace: trace.decoder };
}

/** Parameters and trace of one attention.  @throws RangeError when there is no such layer. */
export function attentionAt(source: DerivationSource, part: AttentionPart, layer: number): AttentionPlace {
  const { stack, trace } = stackOf(source, part);
  const index = part === 'cross' ? (crossIndices(stack)[layer] ?? -1) : layer;
  const parameters = stack.layers[index];
  const attention = part === 'cross' ? parameters?.crossAttention : parameters?.attention;
  const traces = part === 'cross' ? (source.trace.decoder?.crossLayers ?? []) : trace.layers;
  const numbers = traces[layer];
  if (!parameters || !attention || !numbers) throw new RangeError(`there is no layer ${layer} in the ${part} part`);
  const scaled = asScaled(attention, source.interventions.isUnscaled);
  return { attention: scaled, layer: parameters, index, trace: numbers };
}

/** Indices of the layers that also read the encoder's output. */
export function crossIndices(stack: Pick<Stack, 'layers'>): number[] {
  return stack.layers.flatMap((layer, index) => (layer.crossAttention === null ? [] : index));
}

/** The tensor of a stage; null if the model has no such stage. */
export function tensorAt(source: DerivationSource, place: Pick<CellPlace, 'part' | 'stage' | 'layer'>): Tensor | null {
  const { part, stage, layer } = place;
  if (stage === 'embedding') return stackOf(source, part).trace.embedding;
  if (stage === 'finalNorm') return stackOf(source, part).trace.finalNorm;
  return attentionAt(source, part, layer).trace[stage];
}

/** The number at a place of the trace.  @throws RangeError when there is no such cell. */
export function valueAt(source: DerivationSource, place: CellPlace): number {
  const { part, stage, layer, head, row, column } = place;
  const values = tensorAt(source, place);
  if (values === null) throw new RangeError(`the model has no stage ${stage} in layer ${layer} of the ${part} part`);
  const indices = head === null ? [row, column] : [head, row, column];
  const isInside = indices.every((at, axis) => Number.isInteger(at) && at >= 0 && at < (values.shape[axis] ?? 0));
  if (indices.length !== values.shape.length || !isInside)
    throw new RangeError(`${stage} [${values.shape.join(', ')}] has no cell [${indices.join(', ')}]`);
  return values.data[indices.reduce((at, index, axis) => at * values.shape[axis]! + index, 0)]!;
}
