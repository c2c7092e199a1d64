import { batch, computed, signal, untracked } from '@preact/signals-core';
import { aboutModel } from '../core/interventions.ts';
import type { Model } from '../core/model.ts';
import { sweepAblations } from './ablation-sweep.ts';
import {
  type AnsweredRun,
  changesOf,
  contributionsOf,
  derivationOf,
  normsOf,
  takesLong,
  tokenStepsOf,
  wordOf,
  wordStepsOf,
} from './answers.ts';
import { lateMs, type Run, type RunInputs, type RunStatus, settled } from './run.ts';
import { inSlices } from './slices.ts';
import { createStageRecorder, prefixed, type StageRecorder } from './stage-recorder.ts';
import { createTraceGraph } from './trace-graph.ts';
import { createTraceInputs, noTokens } from './trace-inputs.ts';
import { traceSteps } from './trace-steps.ts';

/** A frame waits for a computation up to this long; a longer one runs after the frame, stage by stage. */
const patienceMs = 60;

/** A guess before the first measurement. */
const firstMsPerToken = 3;

/** Computes numbers in this thread when they are read; long computations run between keys. */
export function createLazyRun<Texts>(model: Model, inputs: RunInputs<Texts>, recorder: StageRecorder): Run<Texts> {
  const { tokens, targetTokens, otherTokens, interventions, part, places } = inputs;
  const ofModel = signal(model);
  const own = createTraceGraph({ model: ofModel, tokens, targetTokens, interventions }, recorder);
  const other = createTraceGraph(
    {
      model: ofModel,
      tokens: computed(() => otherTokens.value ?? noTokens),
      targetTokens,
      interventions: computed(() => aboutModel(interventions.value)),
    },
    prefixed(recorder, 'B '),
  );
  // Getters, so that an explanation of A does not depend on B.
  const answered = (): AnsweredRun => ({
    model,
    trace: own.trace.value,
    get tokens() {
      return tokens.value;
    },
    get targetTokens() {
      return targetTokens.value;
    },
    part: part.value,
    interventions: interventions.value,
    get unaltered() {
      return own.unaltered.value;
    },
    get other() {
      return otherTokens.value === null ? null : other.trace.value;
    },
  });
  const hasTokens = computed(() => tokens.value.ids.length > 0);
  /** How many answers about a word came late, with their controls. */
  const lateWords = signal(0);

  const status = signal<RunStatus>(settled);
  let msPerToken = firstMsPerToken;
  let cancel = () => {};
  let elapsedMs: number | null = null;
  /** The inputs of the last finished numbers, and of the last timed ones. */
  let finished: readonly unknown[] = [];
  let timed: readonly unknown[] = [];
  const numericInputs = () => [tokens, targetTokens, otherTokens, interventions].map((one) => one.peek());
  const isNow = (inputs: readonly unknown[]) => numericInputs().every((one, index) => one === inputs[index]);
  const countTokens = () => tokens.peek().ids.length + (otherTokens.peek()?.ids.length ?? 0);

  function* steps(): Generator<void> {
    const isCompared = inputs.needs.peek().has('changes');
    const needs = { part: part.peek(), needsEnd: model.head !== null || isCompared };
    yield* traceSteps(own.trace.peek(), needs);
    if (isCompared) yield* traceSteps(own.unaltered.peek(), needs);
    if (otherTokens.peek() !== null) yield* traceSteps(other.trace.peek(), needs);
  }

  function finish(): void {
    finished = numericInputs();
    status.value = settled;
    finishWord();
  }

  /** Adjusts the estimate once per change of inputs: a cursor move computes too little to tell. */
  function learn(ms: number): void {
    const count = countTokens();
    if (count <= 4 || isNow(timed)) return;
    timed = numericInputs();
    msPerToken = (msPerToken + ms / count) / 2;
  }

  /** Runs the controls that `word` left out because they take long. */
  function finishWord(): void {
    const question = inputs.needs.peek().has('word') ? places.word.peek() : null;
    if (question === null || !takesLong({ model, interventions: interventions.peek() }, question)) return;
    const steps = wordStepsOf(untracked(answered), question);
    if (steps === null) return;
    cancel = inSlices(steps, {
      done: () => {
        lateWords.value += 1;
      },
    });
  }

  return {
    texts: inputs.texts,
    interventions,
    part,
    trace: own.trace,
    unaltered: own.unaltered,
    other: other.trace,
    answers: {
      norms: computed(() => normsOf(answered(), places.layer.value)),
      contributions: computed(() => contributionsOf(answered(), places.layer.value, places.query.value)),
      tokenSteps: computed(() => tokenStepsOf(answered(), places.layer.value, places.query.value)),
      derivation: computed(() => {
        const place = places.cell.value;
        return place === null || !hasTokens.value ? null : derivationOf(answered(), place);
      }),
      changes: computed(() =>
        hasTokens.value ? changesOf(answered(), places.layer.value, places.changes.value) : null,
      ),
      word: computed(() => {
        const question = places.word.value;
        if (question === null) return null;
        void lateWords.value;
        const run = answered();
        return wordOf(run, question, { isPlain: takesLong(run, question) }) ?? null;
      }),
    },
    status,
    isReadable: computed(() => !status.value.isComputing),
    layerNear: (wanted) => wanted,
    hasEnd: () => true,
    elapsedMs: () => {
      const newMs = recorder.takeElapsedMs();
      if (newMs !== null) learn(newMs);
      elapsedMs = newMs ?? elapsedMs;
      return elapsedMs;
    },
    hold() {
      cancel();
      const isQuick = isNow(finished) || !hasTokens.peek() || countTokens() * msPerToken <= patienceMs;
      status.value = isQuick ? settled : { ...settled, isComputing: true };
    },
    proceed() {
      if (!status.peek().isComputing) {
        finish();
        return;
      }
      // Drops the time of a run that was given up.
      recorder.takeElapsedMs();
      // First the frame with the new letter is written.
      const begun = performance.now();
      cancel = inSlices(steps(), {
        slice: () => {
          if (performance.now() - begun > lateMs) status.value = { ...status.peek(), isLate: true };
        },
        done: () => batch(finish),
      });
    },
    stop: () => false,
    leave() {
      cancel();
      status.value = settled;
    },
    sweep(question, { effect }) {
      // A separate graph leaves the numbers on the screen unchanged.
      const swept = createTraceInputs(model, question);
      swept.interventions.value = question.interventions;
      const { trace } = createTraceGraph(swept, createStageRecorder());
      const run = { model, trace, interventions: swept.interventions };
      return inSlices(sweepAblations(run, question.token, question), { step: effect });
    },
  };
}
