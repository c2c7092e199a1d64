import { computed, type ReadonlySignal } from '@preact/signals-core';
import { keepCommonBlock } from '../core/common-block.ts';
import { concatHeads } from '../core/context.ts';
import { rememberContext } from '../core/context-memo.ts';
import { maskScores } from '../core/mask.ts';
import type { AttentionParameters, LayerParameters, Linear, Norm } from '../core/model.ts';
import { addPositionTerms, preparePositionTerms, softCap } from '../core/position-terms.ts';
import { normalise, project, repeatGroups, splitHeads } from '../core/projection.ts';
import { recycledTensors } from '../core/recycled.ts';
import { addResidual, addStreams, convolve, feedForward, mixHeads } from '../core/residual.ts';
import { rotate } from '../core/rotary.ts';
import { rememberRows } from '../core/row-memo.ts';
import { rememberScores } from '../core/score-memo.ts';
import { scaleScores } from '../core/scores.ts';
import type { LayerTrace } from '../core/trace.ts';
import { rememberWeights } from '../core/weights-memo.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { lazily } from './lazily.ts';
import type { StageRecorder } from './stage-recorder.ts';
import type { TraceInputs } from './trace-inputs.ts';

export interface LayerPlace {
  /** Begins the names of its stages. */
  readonly name: string;
  readonly index: number;
  readonly inputs: Pick<TraceInputs, 'mask' | 'scaleFactor' | 'ablatedHeads'>;
  readonly recorder: StageRecorder;
}

export interface LayerGraph {
  readonly attention: LayerTrace;
  readonly cross: LayerTrace | null;
  readonly leaves: ReadonlySignal<Tensor>;
}

/** One layer: attention, attention to the encoder where there is one, feed-forward. */
export function layerGraph(
  parameters: LayerParameters,
  enters: ReadonlySignal<Tensor>,
  encoded: ReadonlySignal<Tensor> | null,
  place: LayerPlace,
): LayerGraph {
  const { feedForward: forward, isParallel, convolution, crossAttention } = parameters;
  const stage = stages(place);
  const own = attentionGraph(parameters.attention, enters, enters, place, isParallel);
  const cross =
    crossAttention === null || encoded === null
      ? null
      : attentionGraph(crossAttention, own.leaves, encoded, { ...place, name: `${place.name} cross` }, false);
  const middle = (cross ?? own).leaves;
  const added = forward === null ? null : rememberRows((x) => feedForward(x, forward));
  const made = recycledTensors();
  const plainPost = stage('residPost', () => {
    if (forward === null || added === null) return middle.value;
    if (isParallel) return addStreams(middle.value, added(enters.value), made);
    return normalise(addStreams(middle.value, added(middle.value), made), forward.residualNorm);
  });
  const leaves =
    convolution === null ? plainPost : stage('convolution', () => convolve(enters.value, plainPost.value, convolution));
  const attention = lazily<Signals, { residPost: Tensor | null }>(own.signals, { residPost: null });
  const hasEnd = parameters.attention.wO !== null;
  Object.defineProperty(attention, 'residPost', { get: () => (hasEnd ? leaves.value : null), enumerable: true });
  return {
    attention,
    cross: cross === null ? null : lazily<Signals, { residPost: null }>(cross.signals, { residPost: null }),
    leaves,
  };
}

type Signals = Omit<LayerTrace, 'residPost'>;

interface AttentionGraph {
  readonly signals: { readonly [Name in keyof Signals]: ReadonlySignal<Signals[Name]> };
  /** The residual stream after this attention and its norm. */
  readonly leaves: ReadonlySignal<Tensor>;
}

/** Copies of tensors, in two memories in turn. */
function copies(): (t: Tensor) => Tensor {
  const make = recycledTensors();
  return ({ axes, shape, data }) => {
    const copy = make(axes, shape);
    copy.data.set(data);
    return copy;
  };
}

function stages({ name, recorder }: LayerPlace) {
  return <T>(what: string, compute: () => T) => computed(() => recorder.run(`${name} ${what}`, compute));
}

/** Attention of the tokens of `enters` to those of `source`, which is the same stream or the encoder's output. */
function attentionGraph(
  attention: AttentionParameters,
  enters: ReadonlySignal<Tensor>,
  source: ReadonlySignal<Tensor>,
  place: LayerPlace,
  isParallel: boolean,
): AttentionGraph {
  const { inputs } = place;
  const { numAttentionHeads: heads, numKeyValueHeads: groups, rotary, wO, residual } = attention;
  const stage = stages(place);
  const isCross = source !== enters;
  const copyNormed = copies();
  const norm = rememberRows((x) => normalise(x, attention.norm));
  const normed = attention.norm === null ? enters : stage('norm', () => copyNormed(norm(enters.value)));
  const read = isCross ? source : normed;
  const part = (
    name: string,
    from: ReadonlySignal<Tensor>,
    linear: Linear,
    count: number,
    axis: 'd_k' | 'd_v',
    norm: Norm | null,
  ) => {
    const joined = rememberRows((x) => project(x, linear));
    const make = recycledTensors();
    return stage(name, () => repeatGroups(normalise(splitHeads(joined(from.value), count, axis, make), norm), heads));
  };
  const q = part('q', normed, attention.wQ, heads, 'd_k', attention.queryNorm);
  const k = part('k', read, attention.wK, groups, 'd_k', attention.keyNorm);
  const v = part('v', read, attention.wV, groups, 'd_v', null);
  const turned = (name: string, x: ReadonlySignal<Tensor>) =>
    rotary === null ? computed(() => null) : stage(name, () => rotate(x.value, rotary));
  const rotatedQ = turned('rotatedQ', q);
  const rotatedK = turned('rotatedK', k);
  const products = rememberScores();
  const scores = stage('scores', () => products(rotatedQ.value ?? q.value, rotatedK.value ?? k.value));
  const { positionTerms, softCap: cap } = attention;
  const positions = computed(() => (positionTerms === null ? null : preparePositionTerms(positionTerms, heads)));
  const scale = keepCommonBlock((x, factor: number, make) => scaleScores(x, attention.scoreScale, factor, make));
  const limit = keepCommonBlock((x, most: number) => softCap(x, most));
  const scaledScores = stage('scaledScores', () => {
    const scaled = scale(scores.value, inputs.scaleFactor.value);
    const placed = positions.value === null ? scaled : addPositionTerms(scaled, positions.value, q.value, k.value);
    return cap === null ? placed : limit(placed, cap);
  });
  const hide = keepCommonBlock((x, isCausal: boolean, make) =>
    maskScores(x, { isCausal, window: attention.window }, make),
  );
  const maskedScores = stage('maskedScores', () =>
    hide(scaledScores.value, attention.isCausal || (!isCross && inputs.mask.value === 'causal')),
  );
  const softmax = rememberWeights();
  const weights = stage('attentionWeights', () => softmax(maskedScores.value));
  // A layer whose heads are all left alone must not be recomputed when another layer's head is switched off.
  const ablated = computed(() =>
    isCross
      ? ''
      : inputs.ablatedHeads.value
          .filter((one) => one.layer === place.index)
          .map((one) => one.head)
          .sort((a, b) => a - b)
          .join(),
  );
  const sums = rememberContext();
  const context = stage('context', () => {
    const off = new Set(ablated.value === '' ? [] : ablated.value.split(',').map(Number));
    return sums(weights.value, v.value, off);
  });
  const makeConcat = recycledTensors();
  const concat = stage('concat', () => concatHeads(context.value, makeConcat));
  const mixed = wO === null ? null : rememberRows((x) => mixHeads(x, wO));
  const copyMixed = copies();
  const attentionOutput = stage('attentionOutput', () => {
    // The memo's rows are overwritten by its next call; those of a trace stay.
    return mixed === null ? null : copyMixed(mixed(concat.value));
  });
  const makeSum = recycledTensors();
  const sum = stage('residMid', () => {
    if (residual === null || attentionOutput.value === null) return null;
    return addResidual(enters.value, normalise(attentionOutput.value, attention.outputNorm), residual, makeSum);
  });
  const leaves = computed(() => {
    if (sum.value === null) return attentionOutput.value ?? concat.value;
    return normalise(sum.value, attention.residualNorm);
  });
  return {
    signals: {
      residPre: enters,
      q,
      k,
      v,
      rotatedQ,
      rotatedK,
      scores,
      scaledScores,
      maskedScores,
      attentionWeights: weights,
      context,
      concat,
      attentionOutput,
      residMid: isParallel ? computed(() => null) : sum,
    },
    leaves,
  };
}
