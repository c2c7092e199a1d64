import { dim, row as rowOf, type Tensor, tensor } from '../../tensor/tensor.ts';
import { convolve, feedForward } from '../chain/residual.ts';
import type { ConvolutionParameters, FeedForwardParameters, Norm } from '../model.ts';
import type { AttentionPart } from '../trace.ts';
import type { CellPlace, Derived } from './derivation.ts';
import { cellRow, computedRow, type DerivedRow, deriveRow, normedRow, projectedRow, sumOfRows } from './rows.ts';
import { attentionAt, crossIndices, type DerivationSource, stackOf } from './source.ts';

/** A row of the residual stream: norm(inner), or inner where there is no norm. */
interface StreamRow {
  readonly inner: DerivedRow;
  readonly norm: Norm | null;
  readonly note: string | null;
}

/** What enters a layer: the embedding, the result of the layer before or, in cross-attention, of the decoder's attention to itself. */
export function deriveResidPre(source: DerivationSource, { part, layer, row, column }: CellPlace): Derived {
  if (part === 'cross') {
    const index = crossIndices(stackOf(source, part).stack)[layer] ?? 0;
    return deriveStream(attendedRow(source, 'decoder', index, row), column);
  }
  return deriveStream(enteringRow(source, part, layer, row), column);
}

/** residMid = the layer's input, or a projection of it, plus what attention adds.  @throws RangeError when nothing is added. */
export function deriveResidMid(source: DerivationSource, { part, layer, row, column }: CellPlace): Derived {
  return deriveRow(residualSum(source, part, layer, row), null, column);
}

/** What leaves the layer: residMid plus its feed-forward, with the norms in their places. */
export function deriveResidPost(source: DerivationSource, { part, layer, row, column }: CellPlace): Derived {
  return deriveStream(leavingRow(source, part, layer, row), column);
}

/** The norm of what leaves the last layer.  @throws RangeError when the model has none. */
export function deriveFinalNorm(source: DerivationSource, { part, row, column }: CellPlace): Derived {
  const { finalNorm } = stackOf(source, part).stack;
  if (finalNorm === null) throw new RangeError('the model has no final norm');
  return deriveRow(lastRow(source, part, row), finalNorm, column);
}

/** The embedding, where derivations end. */
export function deriveEmbedding(source: DerivationSource, { part }: CellPlace): Derived {
  const { tokenScale, positions, tokenTypes, norm, projection } = stackOf(source, part).stack.embedding;
  const change = (place: string, x: string) => (projection?.place === place ? `(${x}) · W` : x);
  const token = change('before positions', tokenScale === 1 ? 'E[id]' : 'scale · E[id]');
  const sum = [token, ...(positions === null ? [] : ['position']), ...(tokenTypes === null ? [] : ['type'])].join(
    ' + ',
  );
  const before = change('before norm', sum);
  return {
    kind: 'given',
    symbols: change('after norm', norm === null ? before : `norm(${before})`),
    terms: [],
    note: 'this enters the first layer; the derivation ends here',
  };
}

/** What the keys and values of cross-attention are made of. */
export function encodedRow(source: DerivationSource, row: number): DerivedRow {
  const { trace } = source;
  if (trace.finalNorm === null) return lastRow(source, 'encoder', row);
  const layer = Math.max(0, trace.layers.length - 1);
  return cellRow(source, { part: 'encoder', stage: 'finalNorm', layer, row });
}

function deriveStream({ inner, norm, note }: StreamRow, column: number): Derived {
  return { ...deriveRow(inner, norm, column), note };
}

/** What leaves the last layer; the embedding where there is no layer. */
function lastRow(source: DerivationSource, part: AttentionPart, row: number): DerivedRow {
  const { inner, norm } = enteringRow(source, part, stackOf(source, part).trace.layers.length, row);
  return normedRow(inner, norm, row);
}

/** What enters layer `layer`; for the index after the last layer, what leaves the stack. */
function enteringRow(source: DerivationSource, part: AttentionPart, layer: number, row: number): StreamRow {
  if (layer === 0) return asItIs(cellRow(source, { part, stage: 'embedding', layer: 0, row }));
  const before = layer - 1;
  if (attentionAt(source, part, before).trace.residPost === null) return leavingRow(source, part, before, row);
  return asItIs(cellRow(source, { part, stage: 'residPost', layer: before, row }));
}

/** The residual stream after an attention and its norm. */
function attendedRow(source: DerivationSource, part: AttentionPart, layer: number, row: number): StreamRow {
  const { attention, trace } = attentionAt(source, part, layer);
  const { wO, residual, residualNorm } = attention;
  if (wO === null) return asItIs(cellRow(source, { part, stage: 'concat', layer, row }));
  if (residual === null) return asItIs(cellRow(source, { part, stage: 'attentionOutput', layer, row }));
  // In parallel-residual layers no stage keeps the sum with attention only.
  const sum =
    trace.residMid === null
      ? residualSum(source, part, layer, row)
      : cellRow(source, { part, stage: 'residMid', layer, row });
  return { inner: sum, norm: residualNorm, note: null };
}

/** R(residPre) + outputNorm(attentionOutput) */
function residualSum(source: DerivationSource, part: AttentionPart, layer: number, row: number): DerivedRow {
  const { residual, outputNorm } = attentionAt(source, part, layer).attention;
  if (residual === null) throw new RangeError(`layer ${layer} adds nothing to what attention makes`);
  const x = cellRow(source, { part, stage: 'residPre', layer, row });
  const attended = cellRow(source, { part, stage: 'attentionOutput', layer, row });
  return sumOfRows(
    residual.kind === 'identity' ? x : projectedRow(x, residual.linear, 'W_R', 'b_R'),
    normedRow(attended, outputNorm, row),
  );
}

/** What layer `layer` hands on: residualNorm(middle + feedForward(middle)); middle + feedForward(residPre) in parallel-residual layers. */
function leavingRow(source: DerivationSource, part: AttentionPart, layer: number, row: number): StreamRow {
  const { layer: parameters } = attentionAt(source, part, layer);
  const { feedForward: forward, isParallel, convolution } = parameters;
  const middle =
    parameters.crossAttention === null || part === 'cross'
      ? attendedRow(source, part, layer, row)
      : attendedRow(source, 'cross', crossIndices(stackOf(source, part).stack).indexOf(layer), row);
  let leaves = middle;
  if (forward !== null) {
    const stream = normedRow(middle.inner, middle.norm, row);
    const read = isParallel ? cellRow(source, { part, stage: 'residPre', layer, row }) : stream;
    leaves = {
      inner: sumOfRows(stream, feedForwardRow(read, forward, row)),
      norm: isParallel ? null : forward.residualNorm,
      note: feedForwardNote(forward),
    };
  }
  if (convolution === null) return leaves;
  return {
    inner: sumOfRows(
      // No stage keeps what the layer would hand on without the convolution.
      computedRow('layer(x)', row, () => normedRow(leaves.inner, leaves.norm, row).numbers()),
      convolvedRow(attentionAt(source, part, layer).trace.residPre, convolution, row),
    ),
    norm: convolution.norm,
    note: 'layer(x) is the layer without the convolution, which also reads the neighbours of x; no stage keeps either',
  };
}

function asItIs(inner: DerivedRow): StreamRow {
  return { inner, norm: null, note: null };
}

/** What the feed-forward adds. */
function feedForwardRow(x: DerivedRow, parameters: FeedForwardParameters, row: number): DerivedRow {
  return computedRow(`feedForward(${x.name})`, row, () => {
    const numbers = x.numbers();
    return feedForward(tensor(['token', 'hidden'], [1, numbers.length], numbers), parameters).data;
  });
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

/** What the convolution adds: it reads the neighbouring tokens; zeros beyond the ends of the text. */
function convolvedRow(residPre: Tensor, parameters: ConvolutionParameters, row: number): DerivedRow {
  const size = parameters.kernel.length;
  const middle = Math.floor((size - 1) / 2);
  return computedRow('convolution(x)', row, () => {
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
