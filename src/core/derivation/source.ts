import type { Tensor } from '../../tensor/tensor.ts';
import type { TokenInput } from '../chain/embedding.ts';
import { asScaled } from '../chain/scores.ts';
import { type Interventions, scalingOnly } from '../interventions.ts';
import type { AttentionParameters, LayerParameters, Model, Stack } from '../model.ts';
import type { AttentionPart, AttentionTrace, LayerTrace, StackTrace } from '../trace.ts';
import type { CellPlace, RowPlace, TraceStage } from './derivation.ts';

/** A run as the parts of a model see it. */
export interface PartSource {
  readonly model: Pick<Model, 'embedding' | 'layers' | 'finalNorm' | 'decoder'>;
  readonly trace: Pick<AttentionTrace, keyof StackTrace | 'decoder'>;
  readonly interventions: Interventions;
}

/** Everything that explains a number: the model, a trace of it, and the tokens and interventions of that run. */
export interface DerivationSource extends PartSource {
  readonly tokens: TokenInput;
  /** What the decoder reads. */
  readonly targetTokens: TokenInput;
}

/** A source with the rows that the trace does not keep. */
export interface RowSource extends DerivationSource {
  /** The numbers of a row: a view of the trace, or computed once by the functions of the chain.  @throws RangeError when there is none. */
  rowAt(at: RowPlace): Float32Array;
  /** Computes what several rows share once. */
  once<T>(key: string, compute: () => T): T;
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
export function stackOf({ model, trace }: Omit<PartSource, 'interventions'>, part: AttentionPart): StackPlace {
  if (part === 'encoder') return { stack: model, trace };
  if (model.decoder === null || trace.decoder === null) throw new RangeError('the model has no decoder');
  return { stack: model.decoder, trace: trace.decoder };
}

/** Parameters and trace of one attention.  @throws RangeError when there is no such layer. */
export function attentionAt(source: PartSource, part: AttentionPart, layer: number): AttentionPlace {
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

/** The interventions that act on a part. */
export function interventionsOf({ interventions }: DerivationSource, part: AttentionPart): Interventions {
  return part === 'encoder' ? interventions : scalingOnly(interventions);
}

/** Indices of the layers that also read the encoder's output. */
export function crossIndices(stack: Pick<Stack, 'layers'>): number[] {
  return stack.layers.flatMap((layer, index) => (layer.crossAttention === null ? [] : index));
}

/** The tensor of a stage; null if the model has no such stage. */
export function tensorAt(
  source: DerivationSource,
  { part, stage, layer }: Pick<CellPlace, 'part' | 'layer'> & { readonly stage: TraceStage },
): Tensor | null {
  if (stage === 'embedding') return stackOf(source, part).trace.embedding;
  if (stage === 'finalNorm') return stackOf(source, part).trace.finalNorm;
  return attentionAt(source, part, layer).trace[stage];
}

/** The number at a place.  @throws RangeError when there is no such cell. */
export function numberAt(source: RowSource, place: CellPlace): number {
  const value = source.rowAt(place)[place.column];
  if (value === undefined) throw new RangeError(`${place.stage} has no column ${place.column}`);
  return value;
}
