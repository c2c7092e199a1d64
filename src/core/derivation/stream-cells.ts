import { dim } from '../../tensor/tensor.ts';
import type { ConvolutionParameters, FeedForwardParameters, Linear, Norm } from '../model.ts';
import type { CellPlace, Derived, DerivedStage } from './derivation.ts';
import { cellOperand, columnOf, parameter } from './names.ts';
import {
  enteringRow,
  forwardLeft,
  forwardNorm,
  forwardRead,
  lastRow,
  normedRead,
  type Read,
  rowIn,
  streamRow,
} from './reads.ts';
import { attentionAt, type RowSource, stackOf } from './source.ts';
import { deriveNorm, deriveSame, deriveSum, projection, single } from './sums.ts';
import { term } from './terms.ts';

/** What enters a layer: the embedding, the output of the layer before or, in cross-attention, of the decoder's self-attention. */
export function deriveResidPre(source: RowSource, place: CellPlace): Derived {
  const at = enteringRow(source, place);
  const from =
    at.stage === 'embedding'
      ? 'the embedding'
      : place.part === 'cross'
        ? "the decoder's self-attention"
        : `layer ${at.layer}`;
  return deriveSame(source, { ...at, column: place.column }, `what leaves ${from}`);
}

/** The norm of the last layer's output.  @throws RangeError when the model has none. */
export function deriveFinalNorm(source: RowSource, place: CellPlace): Derived {
  const { finalNorm } = stackOf(source, place.part).stack;
  if (finalNorm === null) throw new RangeError('the model has no final norm');
  return deriveNorm(source, lastRow(source, place.part, place.row), finalNorm, place.column);
}

/** What leaves the layer: the stream plus its feed-forward, with the norms and the convolution in their places. */
export function deriveResidPost(source: RowSource, place: CellPlace): Derived {
  const { feedForward, convolution } = layerIn(source, place);
  if (convolution !== null) return deriveNorm(source, rowIn(place, 'convolvedSum'), convolution.norm, place.column);
  if (feedForward === null)
    return deriveSame(source, { ...streamRow(source, place), column: place.column }, 'the stream');
  const norm = forwardNorm(source, place);
  return norm === null
    ? deriveForwardSum(source, place)
    : deriveNorm(source, rowIn(place, 'forwardSum'), norm, place.column);
}

/** The stream plus the feed-forward, before any norm of the sum. */
export function deriveForwardSum(source: RowSource, place: CellPlace): Derived {
  const { outputNorm } = forwardIn(source, place);
  const added = normedRead(rowIn(place, 'forwardDown'), outputNorm, 'forwardOutput');
  const stream = { at: streamRow(source, place), factor: 1 };
  return deriveSum(single(source, stream, place.column), single(source, added, place.column));
}

export function deriveForwardLeft(source: RowSource, place: CellPlace): Derived {
  return normOf(source, place, 'forwardSum', forwardNorm(source, place));
}

/** norm(x), which W_1 and a gate read. */
export function deriveForwardInput(source: RowSource, place: CellPlace): Derived {
  const { isParallel } = layerIn(source, place);
  const before = isParallel ? rowIn(place, 'residPre') : streamRow(source, place);
  const { norm } = forwardIn(source, place);
  if (norm === null) throw new RangeError('the feed-forward has no norm');
  return deriveNorm(source, before, norm, place.column);
}

export function deriveForwardUp(source: RowSource, place: CellPlace): Derived {
  return projected(source, place, forwardIn(source, place).up, '1', forwardRead(source, place));
}

export function deriveForwardGate(source: RowSource, place: CellPlace): Derived {
  return projected(source, place, forwardIn(source, place).gate, 'G', forwardRead(source, place));
}

/** activation(h·G + b_G), or activation(h·W_1 + b_1) without a gate. */
export function deriveForwardActivated(source: RowSource, place: CellPlace): Derived {
  const { gate, activation } = forwardIn(source, place);
  return activated(source, place, gate === null ? 'forwardUp' : 'forwardGate', activation);
}

/** The number that W_2 reads: with a gate, the product of both branches. */
export function deriveForwardHidden(source: RowSource, place: CellPlace): Derived {
  const { column } = place;
  const [act, up] = (['forwardActivated', 'forwardUp'] as const).map((stage) =>
    cellOperand(source, { ...place, stage }),
  );
  if (forwardIn(source, place).gate === null)
    return deriveSame(source, { ...place, stage: 'forwardActivated' }, `act[${column}]`);
  return {
    kind: 'sum',
    symbols: `act[${column}] × up[${column}]`,
    terms: [term(...[act, up].flatMap((one) => one ?? []))],
  };
}

/** A column of hidden·W_2 + b_2. */
export function deriveForwardDown(source: RowSource, place: CellPlace): Derived {
  const { down, gate } = forwardIn(source, place);
  const read = { at: rowIn(place, gate === null ? 'forwardActivated' : 'forwardHidden'), factor: 1 };
  return projected(source, place, down, '2', read);
}

export function deriveForwardOutput(source: RowSource, place: CellPlace): Derived {
  return normOf(source, place, 'forwardDown', forwardIn(source, place).outputNorm);
}

/** Σ_o x of the neighbours · K_o + b: o counts the kernel's matrices, the middle one is for the token itself. */
export function deriveConvolved(source: RowSource, place: CellPlace): Derived {
  const { row, column, part, layer } = place;
  const { kernel, bias } = convolutionIn(source, place);
  const tokens = dim(attentionAt(source, part, layer).trace.residPre, 0);
  const middle = Math.floor((kernel.length - 1) / 2);
  const terms = kernel.flatMap((weight, index) => {
    const token = row + index - middle;
    if (token < 0 || token >= tokens) return [];
    return columnOf(`K${index}`, { weight }, column).flatMap((one, j) =>
      // Inputs of other groups play no part.
      one.value === 0 && one.stored === null
        ? []
        : term(cellOperand(source, { ...rowIn({ part, layer, row: token }, 'residPre'), column: j }), one),
    );
  });
  return {
    kind: 'sum',
    symbols: `Σ_o Σ_j x_{t+o}[j] × K_o[j,${column}] + b_K[${column}]`,
    terms: [...terms, term(parameter('b_K', bias, column))],
    note: `K${middle} multiplies token ${row} itself, the others its neighbours`,
  };
}

export function deriveConvolvedActivated(source: RowSource, place: CellPlace): Derived {
  return activated(source, place, 'convolved', convolutionIn(source, place).activation);
}

/** The layer without the convolution, plus the convolution. */
export function deriveConvolvedSum(source: RowSource, place: CellPlace): Derived {
  const stream = { at: forwardLeft(source, place), factor: 1 };
  const added = { at: rowIn(place, 'convolvedActivated'), factor: 1 };
  return deriveSum(single(source, stream, place.column), single(source, added, place.column));
}

function activated(
  source: RowSource,
  place: CellPlace,
  stage: DerivedStage,
  activation: FeedForwardParameters['activation'],
): Derived {
  const own = cellOperand(source, { ...place, stage });
  return { kind: 'activation', activation, symbols: `${activation}(${own.name})`, terms: [term(own)] };
}

function projected(source: RowSource, place: CellPlace, linear: Linear | null, letter: string, x: Read): Derived {
  if (linear === null) throw new RangeError('the feed-forward has no gate');
  return { kind: 'sum', ...projection(source, x, linear, letter, place.column) };
}

function normOf(source: RowSource, place: CellPlace, stage: DerivedStage, norm: Norm | null): Derived {
  if (norm === null) throw new RangeError(`there is no norm after ${stage}`);
  return deriveNorm(source, rowIn(place, stage), norm, place.column);
}

function layerIn(source: RowSource, { part, layer }: CellPlace) {
  return attentionAt(source, part, layer).layer;
}

function forwardIn(source: RowSource, place: CellPlace): FeedForwardParameters {
  const { feedForward } = layerIn(source, place);
  if (feedForward === null) throw new RangeError(`layer ${place.layer} has no feed-forward`);
  return feedForward;
}

function convolutionIn(source: RowSource, place: CellPlace): ConvolutionParameters {
  const { convolution } = layerIn(source, place);
  if (convolution === null) throw new RangeError(`layer ${place.layer} has no convolution`);
  return convolution;
}
