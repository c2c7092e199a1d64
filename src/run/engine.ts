import { batch } from '@preact/signals-core';
import { layerStages } from '../core/chain/forward.ts';
import { aboutModel, isUnaltered } from '../core/interventions.ts';
import type { Model } from '../core/model.ts';
import { layersOfPart } from '../core/parts.ts';
import type { LayerTrace } from '../core/trace.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { sweepAblations } from './ablation-sweep.ts';
import type { Answer, ComputeQuestion, ShippedLayer, SweepMessage } from './messages.ts';
import { createStageRecorder, type StageRecorder } from './stage-recorder.ts';
import { answersOf, type StudiedRun, wordOf } from './study.ts';
import { createTraceGraph } from './trace-graph.ts';
import { createTraceInputs } from './trace-inputs.ts';
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
  /** Answers with the effect of each head, one after the other; gives up between two heads. */
  sweep(question: SweepMessage, isOutdated: () => boolean, answer: (message: Answer) => void): void;
}

type RunInputs = Pick<ComputeQuestion, 'tokens' | 'targetTokens' | 'interventions'>;

/** A run of the model that remembers what it computed last. */
function createRun(model: Model, recorder: StageRecorder) {
  const inputs = createTraceInputs(model);
  const { trace, unaltered } = createTraceGraph(inputs, recorder);
  return {
    trace,
    unaltered,
    interventions: inputs.interventions,
    set({ tokens, targetTokens, interventions }: RunInputs): void {
      batch(() => {
        // The same numbers in another array would count as a change.
        if (!isSame(inputs.tokens.peek(), tokens)) inputs.tokens.value = tokens;
        if (!isSame(inputs.targetTokens.peek(), targetTokens)) inputs.targetTokens.value = targetTokens;
        if (!isSame(inputs.interventions.peek(), interventions)) inputs.interventions.value = interventions;
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
      // The time of a run that was given up is not this one's.
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
      const current = own.trace.value;
      const predictions = question.predictionsAt.map((at) => ({
        at,
        top: current.predictAt?.(at, predictionCount) ?? [],
      }));
      const layers = shipped(layersOfPart(current, part), question.layer, needed.includes('end'));
      const ofOther = otherTokens === null ? null : layersOfPart(other.trace.value, part).map(weightsAlone);
      const traceB = otherTokens === null ? null : other.trace.value;
      const run: StudiedRun = {
        model,
        trace: current,
        unaltered: own.unaltered.value,
        other: traceB,
        part,
        interventions,
      };
      const answers = answersOf(run, needed, places);
      const word = places.word ? wordOf(run, places.word, { isOutdated }) : null;
      if (word === undefined) return;
      const elapsedMs = recorder.takeElapsedMs() ?? 0;
      answer({
        kind: 'computed',
        run: number,
        layers,
        other: ofOther,
        predictions,
        answers: { ...answers, word },
        elapsedMs,
      });
    },
    sweep(question, isOutdated, answer) {
      swept.set(question);
      for (const _ of traceSteps(swept.trace.value, { part: 'encoder', needsEnd: true })) if (isOutdated()) return;
      for (const effect of sweepAblations({ model, ...swept }, question.token, question.known)) {
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
    if (index !== wanted && !isSmall) return weightsAlone(layer);
    // What the last layer hands on is computed only where something needs it, not for the message.
    const isCut = index === layers.length - 1 && !(withEnd && index === wanted);
    const stages = isCut ? layerStages.slice(0, layerStages.indexOf('concat')) : layerStages;
    return Object.fromEntries(stages.map((stage) => [stage, alone(layer[stage] as Tensor | null)]));
  });
}

function weightsAlone({ attentionWeights }: LayerTrace): ShippedLayer {
  return { attentionWeights: alone(attentionWeights) };
}

/** In a memory of its own: a message has the whole memory of what it is given. */
function alone<T extends Tensor | null>(t: T): T {
  return t === null || t.data.byteLength === t.data.buffer.byteLength ? t : { ...t, data: t.data.slice() };
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
