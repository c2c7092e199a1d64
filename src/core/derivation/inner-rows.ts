import { softmaxRows } from '../../tensor/softmax.ts';
import { blockRow, dim, row as rowOf, type Tensor, tensor } from '../../tensor/tensor.ts';
import { contextVectors } from '../chain/context.ts';
import { type EmbeddingSteps, embeddingSteps } from '../chain/embedding.ts';
import { normalise, project } from '../chain/projection.ts';
import {
  addResidual,
  addStreams,
  type ConvolutionSteps,
  convolutionSteps,
  type FeedForwardSteps,
  feedForwardSteps,
} from '../chain/residual.ts';
import type { Linear, Norm, PositionTerms } from '../model.ts';
import type { AttentionPart } from '../trace.ts';
import type { InnerStage, RowPlace } from './derivation.ts';
import {
  attentionRead,
  attentionSum,
  forwardLeft,
  forwardNorm,
  type Read,
  rowIn,
  streamRow,
  type TokenPlace,
} from './reads.ts';
import { attentionAt, type RowSource, stackOf } from './source.ts';

/** The numbers of each step that the trace does not keep: the functions of the chain, for one token. */
export const innerRows: Readonly<Record<InnerStage, (source: RowSource, at: RowPlace) => Float32Array>> = {
  tokenSum: (source, { part, row }) => rowOf(embeddingOf(source, part).sum, row),
  projectedTokens: (source, { part, row }) => rowOf(embeddingOf(source, part).beforeNorm, row),
  normedTokens: (source, { part, row }) => rowOf(embeddingOf(source, part).normed, row),

  attentionInput: (source, at) => normed(source, rowIn(at, 'residPre'), attentionIn(source, at).norm),
  projectedQ: (source, at) => ofHead(projected(source, at, 'q'), at.head ?? 0, attentionIn(source, at).headDim),
  projectedK(source, at) {
    const { numAttentionHeads, numKeyValueHeads, headDim } = attentionIn(source, at);
    const group = Math.floor((at.head ?? 0) / (numAttentionHeads / numKeyValueHeads));
    return ofHead(projected(source, at, 'k'), group, headDim);
  },
  relativeNorm(source, at) {
    const { table, norm } = disentangledIn(source, at);
    return normalise(asTensor(rowOf(table, at.row)), norm).data;
  },
  relativeKeys: (source, at) => relative(source, at, disentangledIn(source, at).key),
  relativeQueries: (source, at) => relative(source, at, disentangledIn(source, at).query),
  softmax(source, at) {
    const scores = source.rowAt({ ...at, stage: 'maskedScores' });
    return softmaxRows(scores, scores.length);
  },
  weightedValues(source, at) {
    const { attentionWeights, v } = attentionAt(source, at.part, at.layer).trace;
    const own = source.once(`weights·V ${at.part} ${at.layer}`, () => contextVectors(attentionWeights, v));
    return blockRow(own, at.head ?? 0, at.row);
  },
  normedOutput: (source, at) => normed(source, rowIn(at, 'attentionOutput'), attentionIn(source, at).outputNorm),
  attentionSum(source, at) {
    const { outputNorm, residual } = attentionIn(source, at);
    const added = asTensor(normed(source, rowIn(at, 'attentionOutput'), outputNorm));
    return addResidual(asTensor(source.rowAt(rowIn(at, 'residPre'))), added, residual ?? { kind: 'identity' }).data;
  },
  attended: (source, at) => normed(source, attentionSum(source, at), attentionIn(source, at).residualNorm),

  forwardInput: (source, at) => forwardOf(source, at).input.data,
  forwardUp: (source, at) => forwardOf(source, at).up.data,
  forwardGate: (source, at) => numbersOf(forwardOf(source, at).gate),
  forwardActivated: (source, at) => forwardOf(source, at).activated.data,
  forwardHidden: (source, at) => forwardOf(source, at).hidden.data,
  forwardDown: (source, at) => forwardOf(source, at).down.data,
  forwardOutput: (source, at) => forwardOf(source, at).output.data,
  forwardSum(source, at) {
    const stream = asTensor(source.rowAt(streamRow(source, at)));
    return addStreams(stream, forwardOf(source, at).output).data;
  },
  forwardLeft: (source, at) => normed(source, rowIn(at, 'forwardSum'), forwardNorm(source, at)),

  convolved: (source, at) => convolutionOf(source, at, 'convolved'),
  convolvedActivated: (source, at) => convolutionOf(source, at, 'activated'),
  convolvedSum: (source, at) => convolutionOf(source, at, 'sum'),
};

/** The feed-forward of one token, bit for bit what its layer used. A layer with cross-attention has it under 'decoder'.
 *  @throws RangeError when there is no such layer or token, or no feed-forward. */
function forwardOf(source: RowSource, at: TokenPlace): FeedForwardSteps {
  const { part, layer, row } = at;
  return source.once(`forward ${part} ${layer} ${row}`, () => {
    const { feedForward, isParallel } = attentionAt(source, part, layer).layer;
    if (feedForward === null) throw new RangeError(`layer ${layer} has no feed-forward`);
    const read = isParallel ? rowIn(at, 'residPre') : streamRow(source, at);
    return feedForwardSteps(asTensor(source.rowAt(read)), feedForward);
  });
}

/** One row as a matrix. */
export function asTensor(row: Float32Array): Tensor {
  return tensor(['token', 'hidden'], [1, row.length], row);
}

/** Position terms of the kind that has a table of relative positions.  @throws RangeError when the model has another kind. */
export function disentangledIn(
  source: RowSource,
  at: Pick<TokenPlace, 'part' | 'layer'>,
): Extract<PositionTerms, { kind: 'disentangled' }> {
  const { positionTerms } = attentionAt(source, at.part, at.layer).attention;
  if (positionTerms?.kind !== 'disentangled') throw new RangeError('the model has no table of relative positions');
  return positionTerms;
}

function attentionIn(source: RowSource, { part, layer }: Pick<TokenPlace, 'part' | 'layer'>) {
  return attentionAt(source, part, layer).attention;
}

function embeddingOf(source: RowSource, part: AttentionPart): EmbeddingSteps {
  const isDecoder = part !== 'encoder';
  const { embedding } = stackOf(source, part).stack;
  return source.once(`embedding ${isDecoder}`, () =>
    embeddingSteps(embedding, isDecoder ? source.targetTokens : source.tokens),
  );
}

function normed(source: RowSource, at: RowPlace, norm: Norm | null): Float32Array {
  return normalise(asTensor(source.rowAt(at)), norm).data;
}

function numbersIn(source: RowSource, { at, factor }: Read): Float32Array {
  return factor === 1 ? source.rowAt(at) : source.rowAt(at).map((value) => factor * value);
}

/** All columns of x·W + b. */
function projected(source: RowSource, at: RowPlace, stage: 'q' | 'k'): Float32Array {
  return source.once(`projected ${stage} ${at.part} ${at.layer} ${at.row}`, () => {
    const { wQ, wK } = attentionIn(source, at);
    return project(asTensor(numbersIn(source, attentionRead(source, at, stage))), stage === 'q' ? wQ : wK).data;
  });
}

function ofHead(row: Float32Array, head: number, width: number): Float32Array {
  return row.subarray(head * width, (head + 1) * width);
}

function relative(source: RowSource, at: RowPlace, linear: Linear | null): Float32Array {
  if (linear === null) throw new RangeError('the model has no such projection of relative positions');
  const { norm, table } = disentangledIn(source, at);
  const row = norm === null ? rowOf(table, at.row) : source.rowAt({ ...at, stage: 'relativeNorm', head: null });
  return ofHead(project(asTensor(row), linear).data, at.head ?? 0, attentionIn(source, at).headDim);
}

function numbersOf(t: Tensor | null): Float32Array {
  if (t === null) throw new RangeError('the feed-forward has no gate');
  return t.data;
}

/** A row of the convolution, which also reads neighbouring tokens, and zeros beyond the ends of the text. */
function convolutionOf(source: RowSource, at: TokenPlace, step: keyof ConvolutionSteps): Float32Array {
  const { layer, trace } = attentionAt(source, at.part, at.layer);
  const { convolution } = layer;
  if (convolution === null) throw new RangeError(`layer ${at.layer} has no convolution`);
  const size = convolution.kernel.length;
  const middle = Math.floor((size - 1) / 2);
  const width = dim(trace.residPre, 1);
  const around = tensor(trace.residPre.axes, [size, width]);
  for (let index = 0; index < size; index++) {
    const token = at.row + index - middle;
    if (token >= 0 && token < dim(trace.residPre, 0)) around.data.set(rowOf(trace.residPre, token), index * width);
  }
  const left = tensor(trace.residPre.axes, [size, width]);
  left.data.set(source.rowAt(forwardLeft(source, at)), middle * width);
  return rowOf(convolutionSteps(around, left, convolution)[step], middle);
}
