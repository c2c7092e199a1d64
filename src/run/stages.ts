import { computed, type ReadonlySignal } from '@preact/signals-core';
import type { StageRecorder } from './stage-recorder.ts';

/** A result in a graph, computed when its `value` is read. */
export interface Stage<T> {
  readonly value: T;
  /** Whether an intervention acts on the stage or on a stage that it reads, directly or not. */
  readonly isAltered: ReadonlySignal<boolean>;
}

interface StageOptions {
  /** Whether an intervention acts on the stage itself. */
  readonly isChanged?: () => boolean;
  /** Whether its runs are counted; true by default. */
  readonly isCounted?: boolean;
}

/** Makes the stages of one graph. `compute` gets the values of the stages in `reads`. */
export type StageMaker = <const Reads extends readonly Stage<unknown>[], T>(
  name: string,
  reads: Reads,
  compute: (...inputs: { readonly [Index in keyof Reads]: Reads[Index]['value'] }) => T,
  options?: StageOptions,
) => Stage<T>;

const never = computed(() => false);

/** A value that no intervention changes. */
export function constant<T>(value: T): Stage<T> {
  return { value, isAltered: never };
}

/** The stages of a run without interventions, by name. */
export function unalteredStages(recorder: StageRecorder): {
  make: StageMaker;
  known: ReadonlyMap<string, Stage<unknown>>;
} {
  const known = new Map<string, Stage<unknown>>();
  const make: StageMaker = (name, reads, compute, options) => {
    const stage = stageOf(computed(runOf(recorder, name, reads, compute, options)), never);
    known.set(name, stage);
    return stage;
  };
  return { make, known };
}

/** The stages of the same run with interventions. A stage that none of them reaches takes the unaltered result. */
export function alteredStages(recorder: StageRecorder, unaltered: ReadonlyMap<string, Stage<unknown>>): StageMaker {
  return (name, reads, compute, options) => {
    const isAltered = anyOf(options?.isChanged, reads);
    const own = unaltered.get(name) as Stage<ReturnType<typeof compute>>;
    const run = runOf(recorder, name, reads, compute, options);
    return stageOf(
      computed(() => (isAltered.value ? run() : own.value)),
      isAltered,
    );
  };
}

/** Whether a stage is altered; a signal of its own only if several signals decide. */
function anyOf(isChanged: (() => boolean) | undefined, reads: readonly Stage<unknown>[]): ReadonlySignal<boolean> {
  const sources = [...new Set(reads.map((one) => one.isAltered))].filter((one) => one !== never);
  if (isChanged === undefined && sources.length < 2) return sources[0] ?? never;
  return computed(() => isChanged?.() === true || sources.some((one) => one.value));
}

function runOf<Reads extends readonly Stage<unknown>[], T>(
  recorder: StageRecorder,
  name: string,
  reads: Reads,
  compute: (...inputs: { readonly [Index in keyof Reads]: Reads[Index]['value'] }) => T,
  { isCounted = true }: StageOptions = {},
): () => T {
  const ofInputs = compute as (...inputs: unknown[]) => T;
  const run = () => ofInputs(...reads.map((one) => one.value));
  return isCounted ? () => recorder.run(name, run) : run;
}

function stageOf<T>(result: ReadonlySignal<T>, isAltered: ReadonlySignal<boolean>): Stage<T> {
  return {
    get value() {
      return result.value;
    },
    isAltered,
  };
}

/** A signal that changes only when the JSON of its value does. */
export function stable<T>(compute: () => T): ReadonlySignal<T> {
  let last: { readonly text: string; readonly value: T } | null = null;
  return computed(() => {
    const value = compute();
    const text = JSON.stringify(value);
    if (last?.text !== text) last = { text, value };
    return last.value;
  });
}
