import { batch, type ReadonlySignal } from '@preact/signals-core';
import type { TokenInput } from '../../core/embedding.ts';
import type { Model } from '../../core/model.ts';
import { type AttentionTrace, type LayerTrace, layerStages } from '../../core/trace.ts';
import { layersOfPart } from '../../graph/attention-part.ts';
import { createStageRecorder } from '../../graph/stage-recorder.ts';
import { study } from '../../graph/study.ts';
import { createTraceGraph } from '../../graph/trace-graph.ts';
import { createTraceInputs } from '../../graph/trace-inputs.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Answer, ComputeQuestion, ShippedLayer } from './messages.ts';
import { countSteps, traceSteps } from './trace-steps.ts';

/** Below so many numbers all stages of all layers are sent, so that going through them needs no further question. */
const fewNumbers = 8e6;

/** Milliseconds between two reports of progress. */
const reportMs = 100;

const predictionCount = 5;

/** The computation of one model, apart from any thread: questions in, answers out. */
export interface Engine {
  /** Answers a question; gives up between two stages as soon as `isOutdated` says so. */
  compute(question: ComputeQuestion, isOutdated: () => boolean, answer: (message: Answer) => void): void;
}

export function createEngine(model: Model): Engine {
  const inputs = createTraceInputs(model);
  const recorder = createStageRecorder();
  const trace: ReadonlySignal<AttentionTrace> = createTraceGraph(inputs, recorder);
  return {
    compute(question, isOutdated, answer) {
      const { run, part } = question;
      // The time of a run that was given up is not this one's.
      recorder.takeElapsedMs();
      batch(() => {
        // The same numbers in another array would count as a change.
        if (!sameTokens(inputs.tokens.peek(), question.tokens)) inputs.tokens.value = question.tokens;
        if (!sameTokens(inputs.targetTokens.peek(), question.targetTokens))
          inputs.targetTokens.value = question.targetTokens;
        inputs.mask.value = question.mask;
        inputs.scaleFactor.value = question.scaleFactor;
        if (JSON.stringify(inputs.ablatedHeads.peek()) !== JSON.stringify(question.ablatedHeads))
          inputs.ablatedHeads.value = question.ablatedHeads;
      });
      const current = trace.value;
      const needs = { part, needsEnd: question.predictionsAt.length > 0 || question.study.end };
      const total = countSteps(current);
      let done = 0;
      let reported = performance.now();
      for (const _ of traceSteps(current, needs)) {
        done++;
        if (isOutdated()) return;
        if (performance.now() - reported < reportMs) continue;
        reported = performance.now();
        answer({ kind: 'progress', run, share: done / total });
      }
      const predictions = question.predictionsAt.map((at) => ({
        at,
        top: current.predictAt?.(at, predictionCount) ?? [],
      }));
      const layers = shipped(layersOfPart(current, part), question.layer, question.study.end);
      const { mask, scaleFactor, ablatedHeads } = question;
      const interventions = { mask, scaleFactor, ablatedHeads };
      const answered = study({ model, trace: current, part, interventions }, question.study);
      const elapsedMs = recorder.takeElapsedMs() ?? 0;
      answer({ kind: 'computed', run, part, layers, predictions, study: answered, elapsedMs });
    },
  };
}

function shipped(layers: readonly LayerTrace[], wanted: number, withEnd: boolean): ShippedLayer[] {
  const [first] = layers;
  const perLayer = first === undefined ? 0 : 4 * first.attentionWeights.data.length + 8 * first.residPre.data.length;
  const isSmall = perLayer * layers.length < fewNumbers;
  return layers.map((layer, index): ShippedLayer => {
    if (index !== wanted && !isSmall) return { attentionWeights: alone(layer.attentionWeights) };
    // What the last layer hands on is computed only where something needs it, not for the message.
    const isCut = index === layers.length - 1 && !(withEnd && index === wanted);
    const stages = isCut ? layerStages.slice(0, layerStages.indexOf('concat')) : layerStages;
    return Object.fromEntries(stages.map((stage) => [stage, alone(layer[stage] as Tensor | null)]));
  });
}

/** In a memory of its own: a message has the whole memory of what it is given. */
function alone<T extends Tensor | null>(t: T): T {
  return t === null || t.data.byteLength === t.data.buffer.byteLength ? t : { ...t, data: t.data.slice() };
}

function sameTokens(a: TokenInput, b: TokenInput): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
