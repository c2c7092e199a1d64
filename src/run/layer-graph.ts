import { computed, type ReadonlySignal } from '@preact/signals-core';
import { editCells, swapTokens } from '../core/chain/cell-edits.ts';
import { concatHeads, replaceHeads } from '../core/chain/context.ts';
import { hideKeys, maskScores } from '../core/chain/mask.ts';
import { addPositionTerms, preparePositionTerms, softCap } from '../core/chain/position-terms.ts';
import { normalise, project, repeatGroups, splitHeads } from '../core/chain/projection.ts';
import { addResidual, addStreams, convolve, feedForward, mixHeads } from '../core/chain/residual.ts';
import { rotate } from '../core/chain/rotary.ts';
import { scaleScores } from '../core/chain/scores.ts';
import type { CellEdit, EditableStage, Interventions } from '../core/interventions.ts';
import { keepCommonBlock } from '../core/memo/common-block.ts';
import { rememberContext } from '../core/memo/context-memo.ts';
import { recycledTensors } from '../core/memo/recycled.ts';
import { rememberRows } from '../core/memo/row-memo.ts';
import { rememberScores } from '../core/memo/score-memo.ts';
import { rememberWeights } from '../core/memo/weights-memo.ts';
import type { AttentionParameters, LayerParameters, Linear, Norm } from '../core/model.ts';
import type { LayerTrace } from '../core/trace.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { lazily } from './lazily.ts';
import type { StageRecorder } from './stage-recorder.ts';
import { type Source, type Stage, type StageMaker, stable } from './stages.ts';

export interface LayerPlace {
  /** Begins the names of its stages. */
  readonly name: string;
  readonly index: number;
  /** Those that act on its stack. */
  readonly interventions: ReadonlySignal<Interventions>;
  readonly recorder: StageRecorder;
  readonly make: StageMaker;
}

export interface LayerGraph {
  readonly attention: LayerTrace;
  readonly cross: LayerTrace | null;
  readonly leaves: Stage<Tensor>;
}

/** One layer: attention, attention to the encoder where there is one, feed-forward. */
export function layerGraph(
  parameters: LayerParameters,
  enters: Stage<Tensor>,
  encoded: Stage<Tensor> | null,
  place: LayerPlace,
): LayerGraph {
  const { feedForward: forward, isParallel, convolution, crossAttention } = parameters;
  const { stage } = stages(place);
  const own = attentionGraph(parameters.attention, enters, enters, place, isParallel);
  const cross =
    crossAttention === null || encoded === null
      ? null
      : attentionGraph(crossAttention, own.leaves, encoded, { ...place, name: `${place.name} cross` }, false);
  const middle = (cross ?? own).leaves;
  const added = forward === null ? null : rememberRows((x) => feedForward(x, forward));
  const made = recycledTensors();
  const plainPost = stage('residPost', [middle], () => {
    if (forward === null || added === null) return middle.value;
    if (isParallel) return addStreams(middle.value, added(enters.value), made);
    return normalise(addStreams(middle.value, added(middle.value), made), forward.residualNorm);
  });
  const leaves =
    convolution === null
      ? plainPost
      : stage('convolution', [plainPost], () => convolve(enters.value, plainPost.value, convolution));
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
  readonly signals: { readonly [Name in keyof Signals]: { readonly value: Signals[Name] } };
  /** The residual stream after this attention and its norm. */
  readonly leaves: Stage<Tensor>;
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

function stages({ name, make }: LayerPlace) {
  type Reads = readonly Source[];
  return {
    stage: <T>(what: string, reads: Reads, compute: () => T, isChanged?: () => boolean) =>
      make(`${name} ${what}`, compute, { reads, ...(isChanged === undefined ? {} : { isChanged }) }),
    link: <T>(what: string, reads: Reads, compute: () => T, isChanged?: () => boolean) =>
      make(`${name} ${what}`, compute, { reads, isLink: true, ...(isChanged === undefined ? {} : { isChanged }) }),
  };
}

/** Attention of the tokens of `enters` to those of `source`, which is the same stream or the encoder's output. */
function attentionGraph(
  attention: AttentionParameters,
  enters: Stage<Tensor>,
  source: Stage<Tensor>,
  place: LayerPlace,
  isParallel: boolean,
): AttentionGraph {
  const { numAttentionHeads: heads, numKeyValueHeads: groups, rotary, wO, residual } = attention;
  const { stage, link } = stages(place);
  const isCross = source !== enters;
  const changes = layerChanges(place.interventions, place.index, attention);
  const edited = editedStage(place, changes);
  const copyNormed = copies();
  const norm = rememberRows((x) => normalise(x, attention.norm));
  const normed = attention.norm === null ? enters : stage('norm', [enters], () => copyNormed(norm(enters.value)));
  const read = isCross ? source : normed;
  const part = (
    name: 'q' | 'k' | 'v',
    from: Stage<Tensor>,
    linear: Linear,
    count: number,
    axis: 'd_k' | 'd_v',
    norm: Norm | null,
  ) => {
    const joined = rememberRows((x) => project(x, linear));
    const make = recycledTensors();
    return stage(name, [from], () =>
      repeatGroups(normalise(splitHeads(joined(from.value), count, axis, make), norm), heads),
    );
  };
  const q = edited('q', part('q', normed, attention.wQ, heads, 'd_k', attention.queryNorm));
  const k = edited('k', part('k', read, attention.wK, groups, 'd_k', attention.keyNorm));
  const ownV = part('v', read, attention.wV, groups, 'd_v', null);
  const swappedV = link(
    'swapped v',
    [ownV],
    () => (changes.value.swap === null ? ownV.value : swapTokens(ownV.value, changes.value.swap)),
    () => changes.value.swap !== null,
  );
  const v = edited('v', swappedV);
  const turned = (name: string, x: Stage<Tensor>) =>
    rotary === null ? link(name, [], () => null) : stage(name, [x], () => rotate(x.value, rotary));
  const rotatedQ = turned('rotatedQ', q);
  const rotatedK = turned('rotatedK', k);
  const products = rememberScores();
  const ownScores = stage('scores', [q, k], () => products(rotatedQ.value ?? q.value, rotatedK.value ?? k.value));
  const scores = edited('scores', ownScores);
  const { positionTerms, softCap: cap } = attention;
  const positions = computed(() => (positionTerms === null ? null : preparePositionTerms(positionTerms, heads)));
  const scale = keepCommonBlock((x, factor: number, make) => scaleScores(x, factor, 1, make));
  const limit = keepCommonBlock((x, most: number) => softCap(x, most));
  const factor = computed(() => changes.value.factor);
  const scaledScores = stage(
    'scaledScores',
    [scores, q, k],
    () => {
      const scaled = scale(scores.value, factor.value);
      const placed = positions.value === null ? scaled : addPositionTerms(scaled, positions.value, q.value, k.value);
      return cap === null ? placed : limit(placed, cap);
    },
    () => factor.value !== attention.scoreScale,
  );
  const hide = keepCommonBlock((x, isCausal: boolean, make) =>
    maskScores(x, { isCausal, window: attention.window }, make),
  );
  const mask = stable(() => ({ isCausal: changes.value.isCausal, hidden: changes.value.hidden }));
  const maskedScores = stage(
    'maskedScores',
    [scaledScores],
    () => {
      const masked = hide(scaledScores.value, mask.value.isCausal);
      return mask.value.hidden.length === 0 ? masked : hideKeys(masked, new Set(mask.value.hidden));
    },
    () => mask.value.isCausal !== attention.isCausal || mask.value.hidden.length > 0,
  );
  const softmax = rememberWeights();
  const ownWeights = stage('attentionWeights', [maskedScores], () => softmax(maskedScores.value));
  const weights = edited('attentionWeights', ownWeights);
  const sums = rememberContext();
  const summed = stage('context', [weights, v], () => sums(weights.value, v.value));
  const off = stable(() => changes.value.off);
  const context = link(
    'ablation',
    [summed],
    () => {
      const { heads: replaced, by } = off.value;
      if (replaced.length === 0) return summed.value;
      return place.recorder.run(`${place.name} ablation`, () => replaceHeads(summed.value, new Set(replaced), by));
    },
    () => off.value.heads.length > 0,
  );
  const makeConcat = recycledTensors();
  const concat = stage('concat', [context], () => concatHeads(context.value, makeConcat));
  const mixed = wO === null ? null : rememberRows((x) => mixHeads(x, wO));
  const copyMixed = copies();
  const attentionOutput = stage('attentionOutput', [concat], () => {
    // The memo's rows are overwritten by its next call; those of a trace stay.
    return mixed === null ? null : copyMixed(mixed(concat.value));
  });
  const makeSum = recycledTensors();
  const sum = stage('residMid', [enters, attentionOutput], () => {
    if (residual === null || attentionOutput.value === null) return null;
    return addResidual(enters.value, normalise(attentionOutput.value, attention.outputNorm), residual, makeSum);
  });
  const leaves = link('leaves', [sum, attentionOutput, concat], () => {
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

/** What the reader changed in one attention. */
interface LayerChanges {
  /** What q·k is multiplied by. */
  readonly factor: number;
  readonly isCausal: boolean;
  readonly hidden: readonly number[];
  readonly off: { readonly heads: readonly number[]; readonly by: Interventions['ablation'] };
  readonly swap: readonly [number, number] | null;
  readonly edits: readonly CellEdit[];
  readonly isRenormalised: boolean;
}

/** A layer of which nothing is changed must not be computed again when another one is. */
function layerChanges(
  interventions: ReadonlySignal<Interventions>,
  index: number,
  { scoreScale, isCausal }: AttentionParameters,
): ReadonlySignal<LayerChanges> {
  return stable(() => {
    const { mask, isUnscaled, scaleFactor, ablatedHeads, ablation, hiddenKeys, swappedValues, edits, isRenormalised } =
      interventions.value;
    const heads = ablatedHeads.filter(({ layer }) => layer === index).map(({ head }) => head);
    return {
      factor: (isUnscaled ? 1 : scoreScale) * scaleFactor,
      isCausal: isCausal || mask === 'causal',
      hidden: hiddenKeys,
      off: { heads: heads.sort((a, b) => a - b), by: heads.length === 0 ? 'zero' : ablation },
      swap: swappedValues?.layer === index ? swappedValues.tokens : null,
      edits: edits.filter(({ layer }) => layer === index),
      isRenormalised,
    };
  });
}

/** A stage with the numbers that the reader put into it. */
function editedStage(place: LayerPlace, changes: ReadonlySignal<LayerChanges>) {
  return (name: EditableStage, own: Stage<Tensor>): Stage<Tensor> => {
    const edits = stable(() => changes.value.edits.filter(({ stage }) => stage === name));
    const isRenormalised = computed(() => name === 'attentionWeights' && changes.value.isRenormalised);
    return stages(place).link(
      `edited ${name}`,
      [own],
      () => (edits.value.length === 0 ? own.value : editCells(own.value, edits.value, isRenormalised.value)),
      () => edits.value.length > 0,
    );
  };
}
