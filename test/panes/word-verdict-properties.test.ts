import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyOf } from '../../src/app/keys/bindings.ts';
import { noInterventions } from '../../src/core/interventions.ts';
import type { StageContrast, WordContrast } from '../../src/core/measures/word-contrast.ts';
import { cell, rowText } from '../../src/panes/kit/cells.ts';
import { type PositionKind, wordConclusion } from '../../src/panes/word/conclusion.ts';
import { positionKind } from '../../src/panes/word/pane.ts';

import { bert, causal, gpt2, llama, opened, t5, useLite } from '../support/studied-word.ts';

describe('for all texts', () => {
  const word = fc.constantFrom('the', 'bank', 'river', 'money', 'a', 'by', 'old', 'boat');
  const text = fc.array(word, { minLength: 1, maxLength: 7 }).map((words) => ['bank', ...words].sort().join(' '));
  const shuffledText = fc.shuffledSubarray(['the', 'bank', 'by', 'old', 'river', 'bank', 'a'], { minLength: 3 });
  const windowed = {
    ...llama,
    model: {
      ...llama.model,
      layers: llama.model.layers.map((one) => ({ ...one, attention: { ...one.attention, window: 3 } })),
    },
  };
  const models = { windowed, useLite, bert: bert, gpt2: gpt2, llama: llama, t5: t5 };

  test.each(Object.entries(models))(
    '%s: a text with itself is the same at every stage, and nothing differs',
    (_, loaded) => {
      fc.assert(
        fc.property(text, fc.nat({ max: 12 }), fc.boolean(), (one, query, isCausal) => {
          const interventions = isCausal ? causal : noInterventions;
          const explorer = opened({ loaded, text: one, sentenceB: one, query, interventions });
          const found = explorer.run.value.answers.word.value!;
          expect(found.a).toEqual(found.b);
          for (const { stage, cosine } of found.stages) expect(cosine, stage).toBe(1);
          expect(wordConclusion(found, 'added')).toEqual([expect.stringContaining('nothing differs')]);
        }),
        { numRuns: 8 },
      );
    },
  );

  test.each(Object.entries(models))('%s: causal, the same beginning gives the same vectors', (_, loaded) => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const initial = { loaded, text: `${one} bank was`, sentenceB: `${one} bank ${other}`, interventions: causal };
        const explorer = opened(initial);
        const place = explorer.askedPlaces.word.value!.a.firstPlaces.at(-1)!;
        explorer.inputs.query.value = place;
        const found = explorer.run.value.answers.word.value!;
        expect(found.isSame).toBe(true);
        for (const { stage, cosine } of found.stages) expect(cosine, stage).toBeCloseTo(1, 5);
      }),
      { numRuns: 8 },
    );
  });

  test.each(Object.entries(models))('%s: no verdict claims more than its numbers', (_, loaded) => {
    fc.assert(
      fc.property(shuffledText, shuffledText, shuffledText, fc.nat({ max: 1 }), (a, b, c, layer) => {
        const texts = [a, b, c].map((words) => [...words, 'bank', 'there'].join(' '));
        const [one = '', other = '', control = ''] = texts;
        const found = opened({ loaded, text: one, sentenceB: other, control, layer }).run.value.answers.word.value!;
        expectHonest(found, positionKind(loaded.model));
      }),
      { numRuns: 10 },
    );
  });

  test('whatever the numbers are', () => {
    const cosine = fc.oneof(fc.constantFrom(null, 1, 0.95, 0.9), fc.double({ min: -1, max: 1, noNaN: true }));
    const numbers = fc.record({
      ...{ cosine, control: cosine, moved: cosine, movedControl: cosine, baseline: cosine, shuffled: cosine },
    });
    const place = fc.record({
      places: fc.constantFrom([1], [2], [3, 4]),
      index: fc.constant(0),
      count: fc.constant(1),
    });
    const contrast = fc.record({
      word: fc.constant('bank'),
      asked: fc.constant(null),
      isSame: fc.constant(false),
      isSameText: fc.boolean(),
      alone: fc.constantFrom([], ['A'], ['B', 'C']),
      isElsewhere: fc.boolean(),
      controlProblem: fc.constantFrom(null, 'none', 'no word', 'same as A'),
      isAltered: fc.boolean(),
      hasControls: fc.boolean(),
      layer: fc.constant(0),
      ...{ a: place, b: place, c: place },
      movedTo: fc.constantFrom(null, 4),
      stages: fc.tuple(numbers, numbers, numbers, numbers).map((all) =>
        all.map((one, index) => ({
          ...one,
          stage: String(index),
          layer: index < 2 ? null : 0,
          part: (['static', 'input', 'attention', 'output'] as const)[index]!,
        })),
      ),
    });
    const positions = fc.constantFrom<PositionKind[]>('added', 'distances', 'none');
    fc.assert(
      fc.property(contrast, positions, (found, kind) => {
        const unmoved = found.movedTo === null ? { moved: null, movedControl: null } : {};
        const stages = found.stages.map((one) => ({ ...one, ...unmoved }));
        const rest = { stages, shuffleCount: 3, mixedA: null, mixedB: null, direction: null };
        expectHonest({ ...found, ...rest } as unknown as WordContrast, kind);
      }),
      { numRuns: 3000 },
    );
  });
});

/** Checks the words against the numbers as printed, by the printed rule. */
function expectHonest(found: WordContrast, positions: PositionKind): void {
  const said = wordConclusion(found, positions).join(' ');
  const at = (part: StageContrast['part']) =>
    found.stages.find((one) => one.layer === found.layer && one.part === part);
  const [first, input, end] = [found.stages[0]!, found.stages[1]!, (at('output') ?? at('attention'))!];
  const printed = (value: number | null) => (value === null ? Number.NaN : Number(value.toFixed(3)));
  const drop = (from: number | null, to: number | null) => printed(from) - printed(to);
  const slack = 1e-9;
  if (said.includes('moved apart')) expect(drop(input.cosine, end.cosine)).toBeGreaterThanOrEqual(0.05 - slack);
  if (said.includes('not by position alone')) expect(drop(input.moved, end.moved)).toBeGreaterThanOrEqual(0.05 - slack);
  if (said.includes('nothing differs')) for (const { cosine } of found.stages) expect(printed(cosine)).toBe(1);
  if (said.includes('further apart')) {
    expect(found).toMatchObject({ controlProblem: null, alone: [], isAltered: false, hasControls: true });
    expect(drop(input.cosine, end.cosine)).toBeGreaterThanOrEqual(0.05 - slack);
    expect(drop(end.control, end.cosine)).toBeGreaterThanOrEqual(0.05 - slack);
    expect([first.cosine, first.control]).toEqual([1, 1]);
    if (positions === 'added' && found.isElsewhere) {
      expect(drop(input.moved, end.moved)).toBeGreaterThanOrEqual(0.05 - slack);
      expect(drop(end.movedControl, end.moved)).toBeGreaterThanOrEqual(0.05 - slack);
    }
  }
  for (const name of ['NaN', 'undefined', 'null', '—']) expect(said).not.toContain(name);
  for (const line of said.matchAll(/\{([a-z-]+)\}/g)) expect(() => keyOf(line[1]!)).not.toThrow();
  expect(rowText([cell(said)])).not.toMatch(/ {2}|\.\./);
}
