/** Counts the runs of each numeric stage and measures how long they take. */
export interface StageRecorder {
  /** Runs a stage and records it. Time in nested stages counts only once. */
  run<T>(stage: string, compute: () => T): T;
  /** Runs by stage since the last call, such as `{ 'L0 q': 1 }`. */
  takeRuns(): Readonly<Record<string, number>>;
  /** Milliseconds that stages took since the last call; null if none ran. */
  takeElapsedMs(): number | null;
}

export function createStageRecorder(now: () => number = () => performance.now()): StageRecorder {
  let runs: Record<string, number> = {};
  let elapsedMs: number | null = null;
  let nestedMs = 0;
  return {
    run(stage, compute) {
      const outerNestedMs = nestedMs;
      nestedMs = 0;
      const start = now();
      try {
        return compute();
      } finally {
        const wholeMs = now() - start;
        elapsedMs = (elapsedMs ?? 0) + wholeMs - nestedMs;
        nestedMs = outerNestedMs + wholeMs;
        runs[stage] = (runs[stage] ?? 0) + 1;
      }
    },
    takeRuns() {
      const taken = runs;
      runs = {};
      return taken;
    },
    takeElapsedMs() {
      const taken = elapsedMs;
      elapsedMs = null;
      return taken;
    },
  };
}

/** The same recorder, with a prefix before the names of the stages. */
export function prefixed(recorder: StageRecorder, prefix: string): StageRecorder {
  return { ...recorder, run: (stage, compute) => recorder.run(prefix + stage, compute) };
}
