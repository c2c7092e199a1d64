import { batch, computed, signal, untracked } from '@preact/signals-core';
import type { TokenInput } from '../core/chain/embedding.ts';
import { aboutModel, type Interventions } from '../core/interventions.ts';
import type { WordContrast } from '../core/measures/word-contrast.ts';
import type { Model } from '../core/model.ts';
import { sweepAblations } from './ablation-sweep.ts';
import { type Run, type RunInputs, type RunStatus, settled } from './run.ts';
import { inSlices } from './slices.ts';
import { createStageRecorder, prefixed, type StageRecorder } from './stage-recorder.ts';
import {
  changesOf,
  contributionsOf,
  derivationOf,
  normsOf,
  type StudiedRun,
  takesLong,
  wordOf,
  wordStepsOf,
} from './study.ts';
import { createTraceGraph } from './trace-graph.ts';
import { createTraceInputs } from './trace-inputs.ts';
import { traceSteps } from './trace-steps.ts';
import type { WordQuestion } from './word-study.ts';

/** Longest computation that a frame may wait for; a longer one runs after it, a stage at a time. */
const patienceMs = 60;

/** After so long the old numbers are faded; sooner it would only flicker, and write the whole screen twice. */
const lateMs = 150;

/** A guess before anything was measured: milliseconds a token. */
const firstGuessMs = 3;

const noTokens: TokenInput = { ids: [], typeIds: null };

/** Numbers that are computed here, when they are read. What takes longer than a frame is computed between keys. */
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
  // Fields are read where they are asked for: an explanation of A does not depend on B.
  const studied = (): StudiedRun => ({
    model,
    trace: own.trace.value,
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
  const lateWord = signal<LateWord | null>(null);
  const isThere = (late: LateWord | null, question: WordQuestion) =>
    late?.question === question && late.interventions === interventions.value;

  const status = signal<RunStatus>(settled);
  let msPerToken = firstGuessMs;
  let cancel = () => {};
  let elapsedMs: number | null = null;
  /** Inputs of the last finished numbers, and those of the last numbers that were timed. */
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

  /** Adjusts the guess once for each change of the inputs: a move of the cursor computes too little to tell. */
  function learn(ms: number): void {
    const count = countTokens();
    if (count <= 4 || isNow(timed)) return;
    timed = numericInputs();
    msPerToken = (msPerToken + ms / count) / 2;
  }

  /** Runs the shuffled words of long sentences. */
  function finishWord(): void {
    const question = inputs.needs.peek().has('word') ? places.word.peek() : null;
    if (question === null || !takesLong(question) || untracked(() => isThere(lateWord.value, question))) return;
    const run = untracked(studied);
    if (run.other === null) return;
    const of = { question, interventions: interventions.peek() };
    cancel = inSlices(wordStepsOf(run, run.other, question), {
      done: (contrast) => {
        lateWord.value = { ...of, contrast };
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
      norms: computed(() => normsOf(studied(), places.layer.value)),
      contributions: computed(() => contributionsOf(studied(), places.layer.value, places.query.value)),
      derivation: computed(() => {
        const place = places.cell.value;
        return place === null || !hasTokens.value ? null : derivationOf(studied(), place);
      }),
      changes: computed(() =>
        hasTokens.value ? changesOf(studied(), places.layer.value, places.changes.value) : null,
      ),
      word: computed(() => {
        const question = places.word.value;
        if (question === null) return null;
        const late = lateWord.value;
        return late !== null && isThere(late, question)
          ? late.contrast
          : (wordOf(studied(), question, { isPlain: takesLong(question) }) ?? null);
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
      // The frame with the new letter is written first.
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
      // In a graph of its own: what is on the screen stays as it is.
      const swept = createTraceInputs(model, question);
      swept.interventions.value = question.interventions;
      const { trace } = createTraceGraph(swept, createStageRecorder());
      const run = { model, trace, interventions: swept.interventions };
      return inSlices(sweepAblations(run, question.token, question.known), { step: effect });
    },
  };
}

/** The answer about a word with its shuffled runs, and what it answers. */
interface LateWord {
  readonly question: WordQuestion;
  readonly interventions: Interventions;
  readonly contrast: WordContrast;
}
