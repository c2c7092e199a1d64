import { batch } from '@preact/signals-core';

/** How long the steps of a slice keep the program from reading keys; a single step may take longer. */
const sliceMs = 10;

/** Takes the steps between keys, as many at a time as fit in a slice.  @returns a function that stops it */
export function inSlices<Step, Result>(
  steps: Iterator<Step, Result>,
  { step, slice, done }: { step?(value: Step): void; slice?(): void; done?(result: Result): void },
): () => void {
  let isEnded = false;
  let pending: NodeJS.Immediate | null = setImmediate(advance);
  function advance(): void {
    pending = null;
    // Updates the screen once per slice.
    const isDone = batch(() => {
      const start = performance.now();
      while (performance.now() - start < sliceMs) {
        const next = steps.next();
        if (next.done === true) {
          done?.(next.value);
          return true;
        }
        step?.(next.value);
      }
      slice?.();
      return false;
    });
    if (!isDone && !isEnded) pending = setImmediate(advance);
  }
  return () => {
    if (pending !== null) clearImmediate(pending);
    isEnded = true;
  };
}
