import { batch } from '@preact/signals-core';
import type { LayerStage, LayerTrace } from '../core/trace.ts';
import type { Explorer } from '../graph/explorer.ts';

/** Longest computation that a frame may wait for; a longer one runs after it, a stage at a time. */
const patienceMs = 60;

/** After so long the old numbers are faded; sooner it would only flicker, and write the whole screen twice. */
const lateMs = 150;

/** Longest stretch in which the terminal is not heard, a single stage apart. */
const sliceMs = 10;

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
  const { inputs, tokenized, trace, shown, recorder } = explorer;
  let msPerToken = firstGuessMs;
  let pending: NodeJS.Immediate | null = null;

  function isQuick(): boolean {
    return tokenized.peek().tokens.length * msPerToken <= patienceMs;
  }

  function* steps(): Generator<void> {
    const { layers, decoder } = trace.peek();
    const isEncoderOnly = shown.peek().part === 'encoder' && !needsEnd();
    yield* layerSteps(layers, isEncoderOnly);
    if (decoder === null || isEncoderOnly) return;
    for (const [index, layer] of decoder.layers.entries()) {
      const isLast = index === decoder.layers.length - 1 && !needsEnd();
      yield* stageSteps(layer, false);
      const cross = decoder.crossLayers[index];
      if (cross !== undefined) yield* stageSteps(cross, isLast);
    }
  }

  /** Whether what the last layer hands on is on the screen. */
  function needsEnd(): boolean {
    return inputs.loaded.peek().model.head !== null;
  }

  function* layerSteps(layers: readonly LayerTrace[], endsAtContext: boolean): Generator<void> {
    for (const [index, layer] of layers.entries()) {
      yield* stageSteps(layer, endsAtContext && index === layers.length - 1);
    }
  }

  function* stageSteps(layer: LayerTrace, endsAtContext: boolean): Generator<void> {
    for (const stage of stages) {
      if (endsAtContext && stage === 'concat') return;
      void layer[stage];
      yield;
    }
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
    const count = tokenized.peek().tokens.length;
    const elapsedMs = recorder.lastElapsedMs();
    if (count > 4 && elapsedMs !== null) msPerToken = (msPerToken + elapsedMs / count) / 2;
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
      // The frame with the new letter is written first.
      if (inputs.isComputing.peek()) pending = setImmediate(() => advance(steps(), performance.now()));
      else finish();
    },
  };
}
