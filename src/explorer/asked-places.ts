import { computed, type ReadonlySignal } from '@preact/signals-core';
import type { CellPlace } from '../core/derivation/derivation.ts';
import { placeIn } from '../core/derivation/places.ts';
import type { RunInputs } from '../run/run.ts';
import type { ExplorerCore } from './explorer-core.ts';
import { predictedPlace } from './predicted-place.ts';
import { createWordQuestion } from './word-signals.ts';

/** Where the reader looks, in the terms of a run. */
export interface Asked {
  readonly askedPlaces: RunInputs<unknown>['places'];
  /** Why no word can be compared; null: one can. */
  readonly wordProblem: ReadonlySignal<string | null>;
}

type Core = Pick<ExplorerCore, 'inputs' | 'selection' | 'shown' | 'tokens' | 'decoderTokens' | 'other' | 'tokenized'>;

export function createAskedPlaces(core: Core): Asked {
  const { inputs, selection, shown } = core;
  // A move along queries and keys leaves values that depend on these alone unchanged.
  const layer = computed(() => selection.value.layer);
  const head = computed(() => selection.value.head);
  const query = computed(() => selection.value.query);
  const cell = computed((): CellPlace | null => {
    const { part, parameters } = shown.value;
    const attention = parameters[layer.value];
    const root = attention === undefined ? null : placeIn(inputs.traceFrom.value, selection.value, part, attention);
    return inputs.tracePath.value.at(-1) ?? root;
  });
  const changes = computed(() => ({
    head: head.value,
    query: query.value,
    token: predictedPlace(core).position,
  }));
  const word = createWordQuestion({ ...core, query, layer });
  return { askedPlaces: { layer, query, cell, changes, word: word.question }, wordProblem: word.problem };
}
