import type { Norm } from '../model.ts';
import type { AttentionPart } from '../trace.ts';
import type { DerivedStage, RowPlace } from './derivation.ts';
import { attentionAt, crossIndices, type DerivationSource, stackOf } from './source.ts';

/** A token of a layer. */
export type TokenPlace = Pick<RowPlace, 'part' | 'layer' | 'row'>;

/** A row that a step reads, and the factor that a model has in place of a norm. */
export interface Read {
  readonly at: RowPlace;
  readonly factor: number;
}

export function rowIn({ part, layer, row }: TokenPlace, stage: DerivedStage): RowPlace {
  return { part, stage, layer, head: null, row };
}

/** What is read after a norm: the row of `stage`, or the row before it where there is no norm. */
export function normedRead(before: RowPlace, norm: Norm | null, stage: DerivedStage): Read {
  if (norm === null) return { at: before, factor: 1 };
  return norm.kind === 'factor' ? { at: before, factor: norm.factor } : { at: rowIn(before, stage), factor: 1 };
}

/** What W_Q, W_K and W_V read; in cross-attention the keys and values read the encoder's output. */
export function attentionRead(source: DerivationSource, at: TokenPlace, stage: 'q' | 'k' | 'v'): Read {
  if (at.part === 'cross' && stage !== 'q') return { at: leavingStack(source, 'encoder', at.row), factor: 1 };
  const { attention } = attentionAt(source, at.part, at.layer);
  return normedRead(rowIn(at, 'residPre'), attention.norm, 'attentionInput');
}

/** What leaves a stack, after the final norm if there is one. */
function leavingStack(source: DerivationSource, part: AttentionPart, row: number): RowPlace {
  const { trace } = stackOf(source, part);
  const layer = Math.max(0, trace.layers.length - 1);
  return trace.finalNorm === null ? lastRow(source, part, row) : rowIn({ part, layer, row }, 'finalNorm');
}

/** What leaves the last layer. */
export function lastRow(source: DerivationSource, part: AttentionPart, row: number): RowPlace {
  const own = part === 'cross' ? 'decoder' : part;
  return enteringRow(source, { part: own, layer: stackOf(source, own).trace.layers.length, row });
}

/** What enters a layer; for the index after the last layer, what leaves that one. */
export function enteringRow(source: DerivationSource, { part, layer, row }: TokenPlace): RowPlace {
  if (part === 'cross') {
    const own = crossIndices(stackOf(source, part).stack)[layer] ?? 0;
    return attendedRow(source, { part: 'decoder', layer: own, row });
  }
  if (layer === 0) return rowIn({ part, layer, row }, 'embedding');
  const before = { part, layer: layer - 1, row };
  const { residPost } = attentionAt(source, part, before.layer).trace;
  return residPost === null ? attendedRow(source, before) : rowIn(before, 'residPost');
}

/** The stream after an attention and its norm. */
export function attendedRow(source: DerivationSource, at: TokenPlace): RowPlace {
  const { attention } = attentionAt(source, at.part, at.layer);
  if (attention.wO === null) return rowIn(at, 'concat');
  if (attention.residual === null) return rowIn(at, 'attentionOutput');
  return attention.residualNorm === null ? attentionSum(source, at) : rowIn(at, 'attended');
}

/** residPre plus attention. Layers with parallel residuals have no stage for it. */
export function attentionSum(source: DerivationSource, at: TokenPlace): RowPlace {
  return rowIn(at, attentionAt(source, at.part, at.layer).layer.isParallel ? 'attentionSum' : 'residMid');
}

/** The stream after all attention of a layer, to which the feed-forward is added. */
export function streamRow(source: DerivationSource, at: TokenPlace): RowPlace {
  const { crossAttention } = attentionAt(source, at.part, at.layer).layer;
  if (crossAttention === null) return attendedRow(source, at);
  const layer = crossIndices(stackOf(source, at.part).stack).indexOf(at.layer);
  return attendedRow(source, { part: 'cross', layer, row: at.row });
}

/** What W_1 reads. */
export function forwardRead(source: DerivationSource, at: TokenPlace): Read {
  const { feedForward, isParallel } = attentionAt(source, at.part, at.layer).layer;
  const before = isParallel ? rowIn(at, 'residPre') : streamRow(source, at);
  return normedRead(before, feedForward?.norm ?? null, 'forwardInput');
}

/** The norm of the sum with the feed-forward; null with parallel residuals. */
export function forwardNorm(source: DerivationSource, at: TokenPlace): Norm | null {
  const { feedForward, isParallel } = attentionAt(source, at.part, at.layer).layer;
  return isParallel ? null : (feedForward?.residualNorm ?? null);
}

/** The layer's output without its convolution. */
export function forwardLeft(source: DerivationSource, at: TokenPlace): RowPlace {
  const { feedForward } = attentionAt(source, at.part, at.layer).layer;
  if (feedForward === null) return streamRow(source, at);
  return normedRead(rowIn(at, 'forwardSum'), forwardNorm(source, at), 'forwardLeft').at;
}
