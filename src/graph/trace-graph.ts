import { computed, type ReadonlySignal } from '@preact/signals-core';
import { attentionWeights } from '../core/attention-weights.ts';
import { concatHeads, contextVectors } from '../core/context.ts';
import { embed } from '../core/embedding.ts';
import type { HeadIndex } from '../core/interventions.ts';
import { isAblated } from '../core/interventions.ts';
import { maskScores } from '../core/mask.ts';
import type { LayerParameters, Model } from '../core/model.ts';
import { normalise, projectHeads } from '../core/projection.ts';
import { addResidual, feedForward, mixHeads } from '../core/residual.ts';
import { dotProductScores, scaleScores } from '../core/scores.ts';
import { meanOverTokens, sentenceEmbedding } from '../core/sentence-embedding.ts';
import type { AttentionTrace, LayerTrace } from '../core/trace.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { StageRecorder } from './stage-recorder.ts';

/** What the numeric stages depend on, and nothing else. */
export interface TraceInputs {
  readonly model: ReadonlySignal<Model>;
  readonly tokenIds: ReadonlySignal<readonly (number | null)[]>;
  readonly mask: ReadonlySignal<'none' | 'causal'>;
  readonly scaleFactor: ReadonlySignal<number>;
  readonly ablatedHeads: ReadonlySignal<readonly HeadIndex[]>;
}

/** The computation as lazy signals, one a stage and layer: reading a field of the trace computes what it needs,
 *  a change of an input recomputes from the first stage that depends on it. */
export function createTraceGraph(inputs: TraceInputs, recorder: StageRecorder): ReadonlySignal<AttentionTrace> {
  return computed(() => traceOf(inputs.model.value, inputs, recorder));
}

function traceOf(model: Model, inputs: TraceInputs, recorder: StageRecorder): AttentionTrace {
  const stage = <T>(name: string, compute: () => T) => computed(() => recorder.run(name, compute));
  const embedding = stage('embedding', () => embed(model.embedding, inputs.tokenIds.value));
  const layers: LayerTrace[] = [];
  let enters: () => Tensor = () => embedding.value;
  for (const [layer, parameters] of model.layers.entries()) {
    const trace = layerTrace(layer, parameters, enters, inputs, recorder);
    layers.push(trace);
    enters = () => trace.residPost ?? trace.concat;
  }
  const { sentence } = model;
  const pooled = stage('pooled', () => {
    const last = layers.at(-1)?.residPost;
    return sentence === null || !last || inputs.tokenIds.value.length === 0 ? null : meanOverTokens(last);
  });
  const unit = stage('sentenceEmbedding', () =>
    sentence === null || pooled.value === null ? null : sentenceEmbedding(pooled.value, sentence),
  );
  return {
    get embedding() {
      return embedding.value;
    },
    layers,
    get pooled() {
      return pooled.value;
    },
    get sentenceEmbedding() {
      return unit.value;
    },
  };
}

function layerTrace(
  layer: number,
  { attention, feedForward: feedForwardParameters }: LayerParameters,
  enters: () => Tensor,
  inputs: TraceInputs,
  recorder: StageRecorder,
): LayerTrace {
  const stage = <T>(name: string, compute: () => T) => computed(() => recorder.run(`L${layer} ${name}`, compute));
  const { numAttentionHeads: heads, wO, residual } = attention;
  const residPre = computed(enters);
  const normed = stage('norm', () => normalise(residPre.value, attention.norm));
  const q = stage('q', () => projectHeads(normed.value, attention.wQ, heads, 'd_k'));
  const k = stage('k', () => projectHeads(normed.value, attention.wK, heads, 'd_k'));
  const v = stage('v', () => projectHeads(normed.value, attention.wV, heads, 'd_v'));
  const scores = stage('scores', () => dotProductScores(q.value, k.value));
  const scaledScores = stage('scaledScores', () =>
    scaleScores(scores.value, attention.scoreScale, inputs.scaleFactor.value),
  );
  const maskedScores = stage('maskedScores', () => maskScores(scaledScores.value, inputs.mask.value));
  const weights = stage('attentionWeights', () => attentionWeights(maskedScores.value));
  // A layer whose heads are all left alone must not be recomputed when another layer's head is switched off.
  const ablated = computed(() =>
    inputs.ablatedHeads.value
      .filter((one) => one.layer === layer)
      .map((one) => one.head)
      .sort((a, b) => a - b)
      .join(),
  );
  const context = stage('context', () => {
    const off = ablated.value === '' ? [] : ablated.value.split(',').map((head) => ({ layer, head: Number(head) }));
    return contextVectors(weights.value, v.value, (head) => isAblated(off, layer, head));
  });
  const concat = stage('concat', () => concatHeads(context.value));
  const attentionOutput = stage('attentionOutput', () => (wO === null ? null : mixHeads(concat.value, wO)));
  const residMid = stage('residMid', () =>
    residual === null || attentionOutput.value === null
      ? null
      : addResidual(residPre.value, attentionOutput.value, residual),
  );
  const residPost = stage('residPost', () =>
    feedForwardParameters === null || residMid.value === null
      ? residMid.value
      : feedForward(residMid.value, feedForwardParameters),
  );
  return lazyLayer({
    residPre,
    q,
    k,
    v,
    scores,
    scaledScores,
    maskedScores,
    attentionWeights: weights,
    context,
    concat,
    attentionOutput,
    residMid,
    residPost,
  });
}

type LayerSignals = { readonly [S in keyof LayerTrace]: ReadonlySignal<LayerTrace[S]> };

/** A trace whose fields read their signals, so that who reads a field depends on that stage alone. */
function lazyLayer(signals: LayerSignals): LayerTrace {
  const trace = {};
  for (const [name, source] of Object.entries(signals)) {
    Object.defineProperty(trace, name, { get: () => source.value, enumerable: true });
  }
  return trace as LayerTrace;
}
