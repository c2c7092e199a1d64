import { batch } from '@preact/signals-core';
import { layerStages } from '../core/chain/forward.ts';
import { aboutModel, hasSameJson, isUnaltered } from '../core/interventions.ts';
import type { Model } from '../core/model.ts';
import { layersOfPart } from '../core/parts.ts';
import type { LayerTrace } from '../core/trace.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { sweepAblations } from './ablation-sweep.ts';
import { type AnsweredRun, answersOf, wordOf } from './answers.ts';
import type { Answer, ComputeQuestion, ShippedLayer, SweepMessage } from './messages.ts';
import { createStageRecorder, type StageRecorder } from './stage-recorder.ts';
import { createTraceGraph } from './trace-graph.ts';
import { createTraceInputs } from './trace-inputs.ts';
import { countSteps, traceSteps } from './trace-steps.ts';

/** Sends all stages of all layers if they have fewer numbers, so that another layer needs no further question. */
const fewNumbers = 8e6;

/** Time between two reports of progress. */
const reportMs = 100;

const predictionCount = 5;

/** Computes answers to questions about one model; knows nothing of threads. */
export interface Engine {
  /** Answers a question; stops between two stages once `isOutdated` returns true. */
  compute(question: ComputeQuestion, isOutdated: () => boolean, answer: (message: Answer) => void): void;
  /** Answers with the effect of each head in turn; stops between two heads once `isOutdated` returns true. */
  sweep(question: SweepMessage, isOutdated: () => boolean, answer: (message: Answer) => void): void;
}

type Asked = Pick<ComputeQuestion, 'tokens' | 'targetTokens' | 'interventions'>;

/** A run of the model that keeps its last numbers. */
function createRun(model: Model, recorder: StageRecorder) {
  const inputs = createTraceInputs(model);
  const { trace, unaltered } = createTraceGraph(inputs, recorder);
  return {
    trace,
    unaltered,
    interventions: inputs.interventions,
    set({ tokens, targetTokens, interventions }: Asked): void {
      batch(() => {
        // A signal would take an equal copy for a change.
        if (!hasSameJson(inputs.tokens.peek(), tokens)) inputs.tokens.value = tokens;
        if (!hasSameJson(inputs.targetTokens.peek(), targetTokens)) inputs.targetTokens.value = targetTokens;
        if (!hasSameJson(inputs.interventions.peek(), interventions)) inputs.interventions.value = interventions;
      });
    },
  };
}

export function createEngine(model: Model): Engine {
  const recorder = createStageRecorder();
  const own = createRun(model, recorder);
  const other = createRun(model, recorder);
  const swept = createRun(model, recorder);
  return {
    compute(question, isOutdated, answer) {
      const { run: number, part, otherTokens, interventions } = question;
      // Drops the time of a run that was given up.
      recorder.takeElapsedMs();
      own.set(question);
      if (otherTokens !== null)
        other.set({ ...question, tokens: otherTokens, interventions: aboutModel(interventions) });
      const { needs: needed, places } = question;
      const isCompared = needed.includes('changes') && !isUnaltered(interventions);
      const traces = [
        own.trace.value,
        ...(isCompared ? [own.unaltered.value] : []),
        ...(otherTokens === null ? [] : [other.trace.value]),
      ];
      const needsEnd = question.predictionsAt.length > 0 || needed.includes('end') || needed.includes('changes');
      const needs = { part, needsEnd };
      const total = traces.reduce((sum, trace) => sum + countSteps(trace), 0);
      let done = 0;
      let reported = performance.now();
      for (const trace of traces)
        for (const _ of traceSteps(trace, needs)) {
          done++;
          if (isOutdated()) return;
          if (performance.now() - reported < reportMs) continue;
          reported = performance.now();
          answer({ kind: 'progress', run: number, share: done / total });
        }
      const trace = own.trace.value;
      const traceB = otherTokens === null ? null : other.trace.value;
      const predictAt = (at: number) => ({ at, top: trace.predictAt?.(at, predictionCount) ?? [] });
      const predictions = question.predictionsAt.map(predictAt);
      const layers = shipped(layersOfPart(trace, part), question.layer, needed.includes('end'));
      const { tokens, targetTokens } = question;
      const ofRun = { model, tokens, targetTokens, part, interventions };
      const run: AnsweredRun = { ...ofRun, trace, unaltered: own.unaltered.value, other: traceB };
      const answers = answersOf(run, needed, places);
      const word = places.word ? wordOf(run, places.word, { isOutdated }) : null;
      if (word === undefined) return;
      answer({
        kind: 'computed',
        run: number,
        layers,
        other: traceB && layersOfPart(traceB, part).map(onlyWeights),
        predictions,
        answers: { ...answers, word },
        elapsedMs: recorder.takeElapsedMs() ?? 0,
      });
    },
    sweep(question, isOutdated, answer) {
      swept.set(question);
      for (const _ of traceSteps(swept.trace.value, { part: 'encoder', needsEnd: true })) if (isOutdated()) return;
      for (const effect of sweepAblations({ model, ...swept }, question.token, question)) {
        if (isOutdated()) return;
        answer({ kind: 'effect', run: question.run, effect });
      }
    },
  };
}

function shipped(layers: readonly LayerTrace[], wanted: number, withEnd: boolean): ShippedLayer[] {
  const [first] = layers;
  const perLayer = first === undefined ? 0 : 4 * first.attentionWeights.data.length + 8 * first.residPre.data.length;
  const isSmall = perLayer * layers.length < fewNumbers;
  return layers.map((layer, index): ShippedLayer => {
    if (index !== wanted && !isSmall) return onlyWeights(layer);
    // Sending the stages behind the last layer's attention would compute them; most questions do not need them.
    const isCut = index === layers.length - 1 && !(withEnd && index === wanted);
    const stages = isCut ? layerStages.slice(0, layerStages.indexOf('concat')) : layerStages;
    return Object.fromEntries(stages.map((stage) => [stage, inOwnMemory(layer[stage] as Tensor | null)]));
  });
}

function onlyWeights({ attentionWeights }: LayerTrace): ShippedLayer {
  return { attentionWeights: inOwnMemory(attentionWeights) };
}

/** The tensor in memory of its own: a message would copy the whole buffer behind a view. */
function inOwnMemory<T extends Tensor | null>(t: T): T {
  return t === null || t.data.byteLength === t.data.buffer.byteLength ? t : { ...t, data: t.data.slice() };
}
