import { computed, type ReadonlySignal } from '@preact/signals-core';
import { placeIn } from '../core/derivation/places.ts';
import { distinctStage, scoringOf } from '../core/derivation/scoring.ts';
import type { CellPath, RunInputs } from '../run/run.ts';
import type { ExplorerCore } from './explorer-core.ts';
import { predictedPlace } from './predicted-place.ts';
import { createWordQuestion } from './word-signals.ts';

/** Where the reader looks, in the terms of a run. */
export interface Asked {
  readonly askedPlaces: RunInputs<unknown>['places'];
  /** Why no word can be compared; null: one can. */
  readonly wordProblem: ReadonlySignal<string | null>;
}

type Core = Pick<
  ExplorerCore,
  'inputs' | 'selection' | 'shown' | 'partInterventions' | 'tokens' | 'decoderTokens' | 'other' | 'tokenized'
>;

export function createAskedPlaces(core: Core): Asked {
  const { inputs, selection, shown, partInterventions } = core;
  // A move along queries and keys leaves values that depend on these alone unchanged.
  const layer = computed(() => selection.value.layer);
  const head = computed(() => selection.value.head);
  const query = computed(() => selection.value.query);
  const cell = computed((): CellPath | null => {
    const { part, parameters } = shown.value;
    const attention = parameters[layer.value];
    if (attention === undefined) return null;
    const stage = distinctStage(inputs.traceFrom.value, scoringOf(attention, partInterventions.value));
    return [placeIn(stage, selection.value, part, attention), ...inputs.tracePath.value];
  });
  const changes = computed(() => ({
    head: head.value,
    query: query.value,
    token: predictedPlace(core).position,
  }));
  const word = createWordQuestion({ ...core, query, layer });
  return { askedPlaces: { layer, query, cell, changes, word: word.question }, wordProblem: word.problem };
}
