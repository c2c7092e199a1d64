import { computed, type ReadonlySignal } from '@preact/signals-core';
import type { StageRecorder } from './stage-recorder.ts';

/** A result of a graph, computed when it is read; read with `value`. */
export interface Stage<T> {
  readonly value: T;
  /** Whether an intervention changes it or something that it is made of. */
  readonly isAltered: ReadonlySignal<boolean>;
}

/** Whatever a stage is made of. */
export type Source = Pick<Stage<unknown>, 'isAltered'>;

/** How a stage is made beside its computation. */
export interface StageOptions {
  /** What it is made of, as far as interventions can change it. */
  readonly reads: readonly Source[];
  /** Whether an intervention acts on the stage itself. */
  readonly isChanged?: () => boolean;
  /** Not one of the numeric stages that are counted: a norm or a choice between two others. */
  readonly isLink?: true;
}

/** Makes the stages of one graph. */
export type StageMaker = <T>(name: string, compute: () => T, options: StageOptions) => Stage<T>;

const never = computed(() => false);

/** Inputs that no intervention changes. */
export const unchanged: Source = { isAltered: never };

/** The stages of a run that nothing changes, to be looked up by name. */
export function unalteredStages(recorder: StageRecorder): {
  make: StageMaker;
  known: ReadonlyMap<string, Stage<unknown>>;
} {
  const known = new Map<string, Stage<unknown>>();
  const make: StageMaker = (name, compute, { isLink }) => {
    const result = computed(isLink ? compute : () => recorder.run(name, compute));
    const stage = stageOf(result, never);
    known.set(name, stage);
    return stage;
  };
  return { make, known };
}

/** The stages of the same run with interventions: one that none of them reaches is the unaltered one, and is not computed again. */
export function alteredStages(recorder: StageRecorder, unaltered: ReadonlyMap<string, Stage<unknown>>): StageMaker {
  return <T>(name: string, compute: () => T, { reads, isChanged, isLink }: StageOptions) => {
    const isAltered = computed(() => (isChanged?.() ?? false) || reads.some((source) => source.isAltered.value));
    const own = unaltered.get(name) as Stage<T>;
    const result = computed(() => {
      if (!isAltered.value) return own.value;
      return isLink ? compute() : recorder.run(name, compute);
    });
    return stageOf(result, isAltered);
  };
}

function stageOf<T>(result: ReadonlySignal<T>, isAltered: ReadonlySignal<boolean>): Stage<T> {
  return {
    get value() {
      return result.value;
    },
    isAltered,
  };
}

/** A value that counts as changed only where its JSON does. */
export function stable<T>(compute: () => T): ReadonlySignal<T> {
  const text = computed(() => JSON.stringify(compute()));
  return computed(() => JSON.parse(text.value) as T);
}
