import { batch } from '@preact/signals-core';
import type { LayerStage } from '../core/trace.ts';
import type { Explorer } from '../graph/explorer.ts';

/** Longest computation that a frame may wait for; a longer one runs after it, a stage at a time. */
const patienceMs = 40;

/** A guess before anything was measured: milliseconds a token. */
const firstGuessMs = 3;

/** What the panes need of a layer, in the order of the computation. */
const stages: readonly LayerStage[] = [
  'q',
  'k',
  'v',
  'scores',
  'maskedScores',
  'attentionWeights',
  'context',
  'concat',
  'attentionOutput',
  'residMid',
  'residPost',
];

export interface Computation {
  /** Changes inputs. The frame comes at once: with new numbers where they are quick, else with the old ones marked as old. */
  run(change: () => void): void;
}

/** Keeps keys from waiting for numbers: between two stages of a long computation the terminal is heard,
 *  and a newer sentence takes the place of the one that was being computed. */
export function createComputation(explorer: Explorer): Computation {
  const { inputs, tokenized, trace, recorder } = explorer;
  let msPerToken = firstGuessMs;
  let pending: NodeJS.Immediate | null = null;

  function isQuick(): boolean {
    return tokenized.peek().tokens.length * msPerToken <= patienceMs;
  }

  function* steps(): Generator<void> {
    const { layers } = trace.peek();
    for (const [index, layer] of layers.entries()) {
      for (const stage of stages) {
        // What the last layer hands on is not on the screen.
        if (index === layers.length - 1 && stage === 'concat') return;
        void layer[stage];
        yield;
      }
    }
  }

  function advance(work: Generator<void>): void {
    const start = performance.now();
    while (performance.now() - start < patienceMs / 4) {
      if (work.next().done === true) {
        pending = null;
        inputs.isComputing.value = false;
        return;
      }
    }
    pending = setImmediate(() => advance(work));
  }

  return {
    run: (change) => {
      if (pending !== null) clearImmediate(pending);
      pending = null;
      batch(() => {
        inputs.isComputing.value = true;
        change();
        const isEmpty = tokenized.peek().tokens.length === 0;
        if (isEmpty || isQuick()) inputs.isComputing.value = false;
      });
      if (inputs.isComputing.peek()) {
        // The frame with the new letter is written first.
        pending = setImmediate(() => advance(steps()));
        return;
      }
      const count = tokenized.peek().tokens.length;
      const elapsedMs = recorder.lastElapsedMs();
      if (count > 4 && elapsedMs !== null) msPerToken = (msPerToken + elapsedMs / count) / 2;
    },
  };
}
