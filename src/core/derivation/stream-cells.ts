import { dim, row as rowOf, type Tensor, tensor } from '../../tensor/tensor.ts';
import { convolve, type FeedForwardSteps, feedForward, feedForwardSteps } from '../chain/residual.ts';
import type { ConvolutionParameters, FeedForwardParameters, Norm } from '../model.ts';
import type { CellPlace, Derived } from './derivation.ts';
import {
  asTensor,
  cellRow,
  type DerivedRow,
  deriveRow,
  normedRow,
  plainRow,
  projectedRow,
  type RowPlace,
  sumOfRows,
} from './rows.ts';
import { attentionAt, crossIndices, type DerivationSource, stackOf } from './source.ts';

/** A row of the residual stream: norm(inner), or inner if there is no norm. */
interface StreamRow {
  readonly inner: DerivedRow;
  readonly norm: Norm | null;
  readonly note: string | null;
}

/** What enters a layer: the embedding, the output of the layer before or, in cross-attention, of the decoder's self-attention. */
export function deriveResidPre(source: DerivationSource, place: CellPlace): Derived {
  if (place.part !== 'cross') return deriveStream(enteringRow(source, place), place.column);
  const layer = crossIndices(stackOf(source, 'cross').stack)[place.layer] ?? 0;
  return deriveStream(attendedRow(source, { part: 'decoder', layer, row: place.row }), place.column);
}

/** residMid = R(residPre) plus the attention output.  @throws RangeError when the layer has no residual. */
export function deriveResidMid(source: DerivationSource, place: CellPlace): Derived {
  return deriveRow(residualSum(source, place), null, place.column);
}

/** What leaves the layer: residMid plus its feed-forward, with the norms in their places. */
export function deriveResidPost(source: DerivationSource, place: CellPlace): Derived {
  return deriveStream(leavingRow(source, place), place.column);
}

/** The norm of the last layer's output.  @throws RangeError when the model has none. */
export function deriveFinalNorm(source: DerivationSource, place: CellPlace): Derived {
  const { finalNorm } = stackOf(source, place.part).stack;
  if (finalNorm === null) throw new RangeError('the model has no final norm');
  return deriveRow(lastRow(source, place), finalNorm, place.column);
}

/** The embedding, where derivations end. */
export function deriveEmbedding(source: DerivationSource, { part }: CellPlace): Derived {
  const { tokenScale, positions, tokenTypes, norm, projection } = stackOf(source, part).stack.embedding;
  const change = (place: string, x: string) => (projection?.place === place ? `(${x}) · W` : x);
  const token = change('before positions', tokenScale === 1 ? 'E[id]' : 'scale · E[id]');
  const sum = `${token}${positions === null ? '' : ' + position'}${tokenTypes === null ? '' : ' + type'}`;
  const before = change('before norm', sum);
  return {
    kind: 'given',
    symbols: change('after norm', norm === null ? before : `norm(${before})`),
    terms: [],
    note: 'this enters the first layer; the derivation ends here',
  };
}

/** The input of the keys and values in cross-attention. */
export function encodedRow(source: DerivationSource, row: number): DerivedRow {
  const { finalNorm, layers } = source.trace;
  const at: RowPlace = { part: 'encoder', layer: Math.max(0, layers.length - 1), row };
  return finalNorm === null ? lastRow(source, at) : cellRow(source, at, 'finalNorm');
}

function deriveStream({ inner, norm, note }: StreamRow, column: number): Derived {
  return { ...deriveRow(inner, norm, column), note };
}

/** What leaves the last layer; the embedding if there is no layer. */
function lastRow(source: DerivationSource, { part, row }: RowPlace): DerivedRow {
  const { inner, norm } = enteringRow(source, { part, layer: stackOf(source, part).trace.layers.length, row });
  return normedRow(inner, norm, row);
}

/** What enters a layer; for the index after the last layer, what leaves the stack. */
function enteringRow(source: DerivationSource, { part, layer, row }: RowPlace): StreamRow {
  if (layer === 0) return asItIs(cellRow(source, { part, layer, row }, 'embedding'));
  const before: RowPlace = { part, layer: layer - 1, row };
  const { residPost } = attentionAt(source, part, before.layer).trace;
  return residPost === null ? leavingRow(source, before) : asItIs(cellRow(source, before, 'residPost'));
}

/** The residual stream after an attention and its norm. */
function attendedRow(source: DerivationSource, at: RowPlace): StreamRow {
  const { attention, trace } = attentionAt(source, at.part, at.layer);
  if (attention.wO === null) return asItIs(cellRow(source, at, 'concat'));
  if (attention.residual === null) return asItIs(cellRow(source, at, 'attentionOutput'));
  // Layers with parallel residuals have no stage for the sum with attention only.
  const sum = trace.residMid === null ? residualSum(source, at) : cellRow(source, at, 'residMid');
  return { inner: sum, norm: attention.residualNorm, note: null };
}

/** R(residPre) + outputNorm(attentionOutput) */
function residualSum(source: DerivationSource, at: RowPlace): DerivedRow {
  const { residual, outputNorm } = attentionAt(source, at.part, at.layer).attention;
  if (residual === null) throw new RangeError(`layer ${at.layer} has no residual connection around its attention`);
  const x = cellRow(source, at, 'residPre');
  return sumOfRows(
    residual.kind === 'identity' ? x : projectedRow(x, residual.linear, 'W_R', 'b_R'),
    normedRow(cellRow(source, at, 'attentionOutput'), outputNorm, at.row),
  );
}

/** The output of a layer: residualNorm(middle + feedForward(middle)); middle + feedForward(residPre) with parallel residuals. */
function leavingRow(source: DerivationSource, at: RowPlace): StreamRow {
  const { part, layer, row } = at;
  const { layer: parameters, trace } = attentionAt(source, part, layer);
  const { feedForward: forward, isParallel, convolution, crossAttention } = parameters;
  const isSelf = crossAttention === null || part === 'cross';
  const crossLayer = () => crossIndices(stackOf(source, part).stack).indexOf(layer);
  const middle = attendedRow(source, isSelf ? at : { part: 'cross', layer: crossLayer(), row });
  let leaves = middle;
  if (forward !== null) {
    const stream = normedRow(middle.inner, middle.norm, row);
    const read = isParallel ? cellRow(source, at, 'residPre') : stream;
    leaves = {
      inner: sumOfRows(stream, feedForwardRow(read, forward, row)),
      norm: isParallel ? null : forward.residualNorm,
      note: feedForwardNote(forward),
    };
  }
  if (convolution === null) return leaves;
  return {
    inner: sumOfRows(
      plainRow('layer(x)', row, () => normedRow(leaves.inner, leaves.norm, row).numbers()),
      convolvedRow(trace.residPre, convolution, row),
    ),
    norm: convolution.norm,
    note: 'layer(x) is the layer without the convolution, which also reads the neighbours of x; no stage keeps either',
  };
}

/** The feed-forward of one token, computed again by the functions of the chain: bit for bit what the layer used; null if the layer has none,
 *  or if the part is a self-attention whose layer goes on with cross-attention.
 *  @throws RangeError when there is no such layer or token. */
export function feedForwardOf(source: DerivationSource, at: RowPlace): FeedForwardSteps | null {
  const { layer } = attentionAt(source, at.part, at.layer);
  const { feedForward: forward, crossAttention, isParallel } = layer;
  if (forward === null || (crossAttention !== null && at.part !== 'cross')) return null;
  const middle = attendedRow(source, at);
  const read = isParallel ? cellRow(source, at, 'residPre') : normedRow(middle.inner, middle.norm, at.row);
  return feedForwardSteps(asTensor(read.numbers()), forward);
}

function asItIs(inner: DerivedRow): StreamRow {
  return { inner, norm: null, note: null };
}

function feedForwardRow(x: DerivedRow, parameters: FeedForwardParameters, row: number): DerivedRow {
  return plainRow(`feedForward(${x.name})`, row, () => feedForward(asTensor(x.numbers()), parameters).data);
}

/** The feed-forward as a formula. */
function feedForwardNote({ norm, up, gate, activation, down, outputNorm }: FeedForwardParameters): string {
  const h = norm === null ? 'x' : 'norm(x)';
  const first = `${h}·W_1${up.bias === null ? '' : ' + b_1'}`;
  const inner =
    gate === null
      ? `${activation}(${first})`
      : `(${activation}(${h}·G${gate.bias === null ? '' : ' + b_G'}) ⊙ (${first}))`;
  const second = `${inner}·W_2${down.bias === null ? '' : ' + b_2'}`;
  return `feedForward(x) = ${outputNorm === null ? second : `norm(${second})`}; no stage keeps its hidden layer`;
}

/** What the convolution adds. It also reads neighbouring tokens, and zeros beyond the ends of the text. */
function convolvedRow(residPre: Tensor, parameters: ConvolutionParameters, row: number): DerivedRow {
  const size = parameters.kernel.length;
  const middle = Math.floor((size - 1) / 2);
  return plainRow('convolution(x)', row, () => {
    const width = dim(residPre, 1);
    const around = tensor(residPre.axes, [size, width]);
    for (let index = 0; index < size; index++) {
      const token = row + index - middle;
      if (token >= 0 && token < dim(residPre, 0)) around.data.set(rowOf(residPre, token), index * width);
    }
    const nothing = tensor(residPre.axes, [size, width]);
    return rowOf(convolve(around, nothing, { ...parameters, norm: { kind: 'factor', factor: 1 } }), middle);
  });
}
