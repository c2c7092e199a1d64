import { effect } from '@preact/signals-core';
import type { TokenInput } from '../core/chain/embedding.ts';
import type { Interventions } from '../core/interventions.ts';
import type { HeadEffect } from '../core/measures/ablation-effect.ts';
import type { Model } from '../core/model.ts';
import type { Explorer } from '../explorer/explorer.ts';
import type { ExplorerModel } from '../explorer/explorer-inputs.ts';
import { tokenInput } from '../explorer/tokenized-text.ts';
import { sweepAblations, sweptHeads, sweptToken } from './ablation-sweep.ts';
import { type DistantModel, isDistantModel } from './engine-client.ts';
import { createStageRecorder } from './stage-recorder.ts';
import { createTraceGraph } from './trace-graph.ts';
import { createTraceInputs } from './trace-inputs.ts';

/** Longest stretch in which the terminal is not heard. */
const sliceMs = 10;

/** What the effects are of: where one of these is another, all are. */
interface Swept {
  readonly loaded: ExplorerModel;
  readonly tokens: unknown;
  readonly targetTokens: unknown;
  readonly interventions: Interventions;
  readonly token: number;
}

/** Switches every head off in turn while the pane that shows it is in front and nothing else is computed; what was measured stays as long
 *  as it is of the same text and the same changes.  @returns what ends it */
export function startBackgroundSweep(explorer: Explorer): () => void {
  const { inputs, tokenized, targetTokenized } = explorer;
  let last: Swept | null = null;
  let pending: NodeJS.Immediate | null = null;
  let sweeping: DistantModel | null = null;
  const pause = () => {
    if (pending !== null) clearImmediate(pending);
    pending = null;
    // A question about numbers ends it by itself.
    if (!inputs.isComputing.peek()) sweeping?.endSweep();
    sweeping = null;
    if (inputs.sweep.peek().isRunning) inputs.sweep.value = { ...inputs.sweep.peek(), isRunning: false };
  };
  const add = (found: readonly HeadEffect[]) => {
    const before = inputs.sweep.peek();
    const effects = [...before.effects, ...found];
    inputs.sweep.value = { ...before, effects, isRunning: effects.length < before.total };
  };
  const advance = (work: Iterator<HeadEffect>) => {
    const start = performance.now();
    const found: HeadEffect[] = [];
    let isDone = false;
    while (!isDone && performance.now() - start < sliceMs) {
      const next = work.next();
      if (next.done === true) isDone = true;
      else found.push(next.value);
    }
    add(found);
    pending = isDone ? null : setImmediate(() => advance(work));
  };
  // Where another thread computes: that it was not told to give this text up, and did not fail with it.
  const isAnswered = () => {
    const { distant } = inputs.loaded.value;
    return distant === undefined || (distant.value?.tokenized === tokenized.value && !inputs.isLate.value);
  };
  const isWanted = () => inputs.pane.value === 'sweep' && !inputs.isComputing.value && isAnswered();
  const end = effect(() => {
    const place = isWanted() ? sweptToken(explorer) : null;
    const loaded = inputs.loaded.value;
    const interventions = inputs.interventions.value;
    const [tokens, targetTokens] = [tokenized.value, targetTokenized.value];
    pause();
    if (place === null || tokens.tokens.length === 0) return;
    const swept = { loaded, tokens, targetTokens, interventions, token: place.position };
    const isSame =
      last !== null && (Object.keys(swept) as (keyof Swept)[]).every((name) => last?.[name] === swept[name]);
    last = swept;
    const { model } = loaded;
    const total = sweptHeads(model, interventions).length;
    const known = isSame ? inputs.sweep.peek().effects : [];
    const isRunning = known.length < total;
    if (!isSame || isRunning)
      inputs.sweep.value = { effects: known, total, token: place.position, isRunning, isBegun: true };
    if (!isRunning) return;
    const texts = { tokens: tokenInput(tokens), targetTokens: tokenInput(targetTokens) };
    if (isDistantModel(loaded)) {
      sweeping = loaded;
      loaded.sweep(
        { ...texts, interventions, token: place.position, known },
        {
          effect: (one) => {
            if (last === swept) add([one]);
          },
          failed: pause,
        },
      );
    } else {
      const work = localSweep(model, texts, interventions, place.position, known);
      pending = setImmediate(() => advance(work));
    }
  });
  return () => {
    end();
    pause();
  };
}

/** In a graph of its own: what is on the screen stays as it is. */
function localSweep(
  model: Model,
  texts: { readonly tokens: TokenInput; readonly targetTokens: TokenInput },
  interventions: Interventions,
  token: number,
  known: readonly HeadEffect[],
): Iterator<HeadEffect> {
  const inputs = createTraceInputs(model, texts);
  inputs.interventions.value = interventions;
  const { trace } = createTraceGraph(inputs, createStageRecorder());
  return sweepAblations({ model, trace, interventions: inputs.interventions }, token, known);
}
