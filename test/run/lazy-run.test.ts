import { computed, signal } from '@preact/signals-core';
import { expect, test } from 'vitest';
import type { TokenInput } from '../../src/core/chain/embedding.ts';
import { noInterventions } from '../../src/core/interventions.ts';
import type { AttentionPart } from '../../src/core/trace.ts';
import { createLazyRun } from '../../src/run/lazy-run.ts';
import type { AskedPlaces, Need } from '../../src/run/run.ts';
import { createStageRecorder } from '../../src/run/stage-recorder.ts';
import { builtInModel } from '../support/models.ts';

const text = (count: number): TokenInput => ({ ids: Array.from({ length: count }, (_, i) => i), typeIds: null });
const places: AskedPlaces = {
  layer: 0,
  query: 0,
  cell: null,
  changes: { head: 0, query: 0, token: 0 },
  word: null,
};

/** A run whose computations seem to take `nextMs`. */
function timedRun() {
  let nextMs: number | null = null;
  const tokens = signal(text(10));
  const run = createLazyRun(
    builtInModel('use-lite').model,
    {
      texts: tokens,
      tokens,
      targetTokens: signal(text(0)),
      otherTokens: signal<TokenInput | null>(null),
      interventions: signal(noInterventions),
      part: signal<AttentionPart>('encoder'),
      layer: signal(0),
      predictionsAt: signal<readonly number[]>([]),
      needs: signal<ReadonlySet<Need>>(new Set()),
      places: {
        layer: signal(places.layer),
        query: signal(places.query),
        cell: signal(places.cell),
        changes: signal(places.changes),
        word: computed(() => places.word),
      },
    },
    { ...createStageRecorder(), takeElapsedMs: () => nextMs },
  );
  return {
    /** Takes new tokens or none; returns whether the reader waits for them. */
    change(count: number | null, takesMs: number) {
      if (count !== null) tokens.value = text(count);
      nextMs = takesMs;
      run.hold();
      const isLong = run.status.value.isComputing;
      if (isLong) run.leave();
      run.proceed();
      run.elapsedMs();
      return isLong;
    },
  };
}

test('a move of the cursor does not change how long a text is expected to take', () => {
  const { change } = timedRun();
  expect(change(null, 1000)).toBe(false);
  for (let move = 0; move < 20; move++) expect(change(null, 0)).toBe(false);
  expect(change(11, 0)).toBe(true);
});

test('a text that took less time is expected to take less', () => {
  const { change } = timedRun();
  change(null, 1000);
  for (let length = 11; length < 20; length++) change(length, 0);
  expect(change(20, 0)).toBe(false);
});
