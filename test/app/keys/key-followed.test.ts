import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bottomRows } from '../../../src/app/keys/hints.ts';
import { noInterventions } from '../../../src/core/interventions.ts';
import type { ExplorerModel } from '../../../src/explorer/explorer-inputs.ts';
import { lenses } from '../../../src/explorer/selection.ts';
import { rowText } from '../../../src/panes/kit/cells.ts';
import { hfModel } from '../../support/hf-models.ts';
import { builtInModel } from '../../support/models.ts';
import { opened } from '../../support/pressed-explorer.ts';

const models = {
  'use-lite': builtInModel('use-lite'),
  example: builtInModel('example'),
  gpt2: hfModel('gpt2'),
  t5: hfModel('t5'),
} satisfies Record<string, ExplorerModel>;
const river = 'The boat drifted toward the river bank.';

describe('a key that moves by itself', () => {
  test('is told with its reason, and only then', async () => {
    const session = opened({ loaded: models['use-lite'], text: river, query: null, key: null, layer: 0, head: 0 });
    // The largest weights of L0 H0: toward for the last token, river for bank.
    expect(session.explorer.selection.value).toMatchObject({ query: 9, key: 5 });
    await session.press('up');
    expect(session.explorer.selection.value).toMatchObject({ query: 8, key: 7 });
    expect(session.message()).toBe('key → 7 river: the largest weight of this query');
    await session.press('left');
    expect(session.message()).toBeNull();
    // It is chosen now, and stays.
    await session.press('down', 'up', 'up');
    expect(session.explorer.selection.value.key).toBe(6);
    expect(session.message()).toBeNull();
  });

  test('of equal weights it is the first', async () => {
    // The factor 0 makes all weights equal; the typed one is less.
    const place = { stage: 'attentionWeights', layer: 1, head: 2, row: 9, column: 0 } as const;
    const interventions = { ...noInterventions, scaleFactor: 0, edits: [{ ...place, value: 0 }] };
    const session = opened({ text: river, query: null, key: null, interventions });
    expect(session.explorer.selection.value).toMatchObject({ query: 9, key: 1 });
    await session.press('up');
    expect(session.message()).toBe('key → 0 The: the first of 10 equal largest weights');
  });

  test('the note never lies, whatever is masked, typed, hidden, off or seen through a lens', async () => {
    const keys = [
      'up',
      'down',
      'alt+up',
      'alt+down',
      'left',
      'pageup',
      'pagedown',
      'alt+n',
      'alt+p',
      'c',
      'u',
      'x',
      'g',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          model: fc.constantFrom(...(Object.keys(models) as (keyof typeof models)[])),
          lens: fc.constantFrom(...lenses),
          factor: fc.constantFrom(0, 0.3, 1, 30),
          typed: fc.option(fc.double({ noNaN: true, min: -1, max: 2 })),
          columns: fc.constantFrom(60, 80, 120),
          pressed: fc.array(fc.constantFrom(...keys), { minLength: 3, maxLength: 14 }),
        }),
        async ({ model, lens, factor, typed, columns, pressed }) => {
          const text = model === 'example' ? 'please dog study man' : 'the cat sat on the mat';
          const target = model === 't5' ? 'a dog' : null;
          const at = { layer: 0, head: 0, query: null, key: null };
          const session = opened({ loaded: models[model], text, target, ...at, lens, columns });
          const { controller, explorer } = session;
          controller.change(() => controller.actions.setScaleFactor(factor));
          if (typed !== null) controller.change(() => controller.actions.editCell('attentionWeights', typed));
          for (const key of pressed) {
            const before = explorer.selection.value.key;
            const wasChosen = explorer.inputs.key.value !== null;
            await session.press(key);
            const { layer, head, query, key: now } = explorer.selection.value;
            const note = session.message()?.startsWith('key → ') === true ? (session.message() ?? '') : null;
            const hasMoved = !wasChosen && explorer.inputs.key.value === null && before !== now;
            if (note === null) {
              expect(hasMoved && session.message() === null).toBe(false);
              continue;
            }
            expect(hasMoved).toBe(true);
            expect(note.startsWith(`key → ${now} `)).toBe(true);
            const row = session.weights(layer, head, query);
            const isNumber = !Number.isNaN(row[now]);
            expect(note.includes('no weights')).toBe(!isNumber);
            if (isNumber) {
              const largest = Math.max(...row.filter((weight) => !Number.isNaN(weight)));
              expect(row[now]).toBe(largest);
              const ties = row.filter((weight) => weight === largest).length;
              expect(note.includes(`first of ${ties} equal`)).toBe(ties > 1);
              expect(note.includes('whatever the lens')).toBe(lens !== 'weights');
            }
            const rows = bottomRows(controller, controller.frame.value, { widthCells: columns, ascii: false }).map(
              rowText,
            );
            if (columns > 60) expect(rows.slice(0, 2)).toEqual(controller.frame.value.view.status.map(rowText));
          }
        },
      ),
      { numRuns: 120 },
    );
  }, 120_000);
});
