import { batch } from '@preact/signals-core';
import type { AttentionTrace } from '../core/trace.ts';
import { shownPart } from '../explorer/attention-part.ts';
import type { Explorer } from '../explorer/explorer.ts';
import { type DistantModel, isDistantModel } from './engine-client.ts';
import { type TraceNeeds, traceSteps } from './trace-steps.ts';

/** Longest computation that a frame may wait for; a longer one runs after it, a stage at a time. */
const patienceMs = 60;

/** After so long the old numbers are faded; sooner it would only flicker, and write the whole screen twice. */
const lateMs = 150;

/** Longest stretch in which the terminal is not heard, a single stage apart. */
const sliceMs = 10;

/** A guess before anything was measured: milliseconds a token. */
const firstGuessMs = 3;

export interface Computation {
  /** Changes inputs. The frame comes at once: with new numbers where they are quick, else with the old ones marked as old. */
  run(change: () => void): void;
  /** Gives up what another thread computes; false where nothing can be given up. */
  stop(): boolean;
}

/** Keeps keys from waiting for numbers: between two stages of a long computation the terminal is heard,
 *  and a newer sentence takes the place of the one that was being computed. */
export function createComputation(explorer: Explorer, onFailure: (message: string) => void = () => {}): Computation {
  const { inputs, tokenized, trace, unaltered, other, recorder } = explorer;
  let msPerToken = firstGuessMs;
  let pending: NodeJS.Immediate | null = null;
  let lateTimer: NodeJS.Timeout | undefined;

  /** Of all sentences that are computed. */
  function countTokens(): number {
    return tokenized.peek().tokens.length + (other.live.peek()?.tokens.length ?? 0);
  }

  function isQuick(): boolean {
    return countTokens() * msPerToken <= patienceMs;
  }

  function advance(work: Generator<void>, begun: number): void {
    const start = performance.now();
    while (performance.now() - start < sliceMs) {
      if (work.next().done === true) {
        pending = null;
        finish();
        return;
      }
    }
    if (start - begun > lateMs) inputs.isLate.value = true;
    pending = setImmediate(() => advance(work, begun));
  }

  function finish(): void {
    batch(() => {
      inputs.isComputing.value = false;
      inputs.isLate.value = false;
    });
    const count = countTokens();
    const elapsedMs = recorder.lastElapsedMs();
    if (count > 4 && elapsedMs !== null) msPerToken = (msPerToken + elapsedMs / count) / 2;
  }

  function here(change: () => void): void {
    if (pending !== null) clearImmediate(pending);
    pending = null;
    batch(() => {
      // What is changed may depend on what is selected now, which is read from numbers.
      change();
      inputs.isComputing.value = true;
      const isEmpty = tokenized.peek().tokens.length === 0;
      if (isEmpty || isQuick()) inputs.isComputing.value = false;
    });
    // The change brought a model that another thread computes.
    if (distantModel() !== null) return;
    // The frame with the new letter is written first.
    if (inputs.isComputing.peek()) {
      const { head } = inputs.loaded.peek().model;
      const isCompared = inputs.pane.peek() === 'changes';
      const needs = { part: shownPart(inputs), needsEnd: head !== null || isCompared };
      const traces = [
        trace.peek(),
        ...(isCompared ? [unaltered.peek()] : []),
        ...(other.live.peek() === null ? [] : [other.trace.peek()]),
      ];
      pending = setImmediate(() => advance(stepsOfAll(traces, needs), performance.now()));
    } else finish();
  }

  function elsewhere(model: DistantModel, isSecond = false): void {
    const late = setTimeout(() => {
      inputs.isLate.value = true;
    }, lateMs);
    clearTimeout(lateTimer);
    lateTimer = late;
    batch(() => {
      inputs.isComputing.value = true;
      inputs.progress.value = null;
    });
    model.ask(explorer, {
      progress: (share) => {
        inputs.progress.value = share;
      },
      failed: (message) => {
        settle();
        // What is shown is of another text.
        inputs.isLate.value = true;
        onFailure(`this text cannot be computed: ${message}`);
      },
      done: (elapsedMs) => {
        inputs.distantRun.value = { elapsedMs, residentBytes: process.memoryUsage.rss() };
        // With new tokens another one may be selected than the question was about.
        if (!isSecond && !model.isAnswered(explorer)) elsewhere(model, true);
        else settle();
      },
    });
  }

  /** Nothing is being computed any more. */
  function settle(): void {
    clearTimeout(lateTimer);
    batch(() => {
      inputs.isComputing.value = false;
      inputs.isLate.value = false;
      inputs.progress.value = null;
    });
  }

  const distantModel = () => {
    const loaded = inputs.loaded.peek();
    return isDistantModel(loaded) ? loaded : null;
  };
  return {
    run(change) {
      const before = distantModel();
      if (before === null) here(change);
      else
        batch(() => {
          change();
          // Nothing else is to be begun in between.
          if (distantModel()?.isAnswered(explorer) === false) inputs.isComputing.value = true;
        });
      // The change may have brought another model.
      const model = distantModel();
      if (model !== null) {
        if (!model.isAnswered(explorer)) elsewhere(model);
      } else if (before !== null) {
        before.stop();
        settle();
        here(() => {});
      }
    },
    stop() {
      const model = distantModel();
      if (model === null || !inputs.isComputing.peek()) return false;
      model.stop();
      settle();
      // What is shown is of another text.
      inputs.isLate.value = true;
      return true;
    },
  };
}

function* stepsOfAll(traces: readonly AttentionTrace[], needs: TraceNeeds): Generator<void> {
  for (const trace of traces) yield* traceSteps(trace, needs);
}
