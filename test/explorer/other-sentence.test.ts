import { describe, expect, test } from 'vitest';
import { noInterventions } from '../../src/core/interventions.ts';
import { attentionParts } from '../../src/core/trace.ts';
import { paneNames } from '../../src/explorer/pane-names.ts';
import { hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';
import { blocksOf } from '../support/tensors.ts';
import {
  diagonal,
  expectOwnRun,
  models,
  money,
  ofA,
  ofB,
  places,
  river,
  t5,
  twoSentences,
  useLite,
} from '../support/two-sentences.ts';

describe('a second sentence that comes, goes and is empty', () => {
  test.each(paneNames)('%s: without one nothing of it is ever computed', (pane) => {
    for (const [, loaded] of models) {
      const target = loaded.model.decoder === null ? null : 'a dog';
      const { explorer, actions, opening, take } = twoSentences({ loaded, target, sentenceB: null, pane });
      const seen = [opening];
      for (const part of attentionParts) {
        explorer.inputs.part.value = part;
        for (const change of [() => actions.setScaleFactor(2), actions.resetInterventions]) {
          change();
          seen.push(take());
        }
      }
      actions.setText('Another one.');
      seen.push(take());
      expect(seen.flatMap(ofB)).toEqual([]);
    }
  });

  test('taken away and given back it is computed as its own run; nothing of A is', () => {
    const { explorer, actions, take } = twoSentences();
    actions.setOther(null);
    expect(explorer.other.live.value).toBeNull();
    expect(ofA(take())).toEqual([]);
    actions.setText('Something else.');
    expect(ofB(take())).toEqual([]);
    actions.setOther(money);
    expectOwnRun(explorer, noInterventions);
    // Of the new text A, too, is computed as far as the comparison needs it, once.
    expect(Object.entries(take()).filter(([stage, count]) => !stage.startsWith('B ') && count > 1)).toEqual([]);
    actions.setOther(null);
    actions.setOther(money);
    expect(ofA(take())).toEqual([]);
  });

  test.each([...models, ['example', builtInModel('example')] as const])(
    '%s: empty, beside a sentence and beside an empty one',
    (_, loaded) => {
      const target = loaded.model.decoder === null ? null : 'a dog';
      for (const [text, other] of [
        ['please man', ''],
        ['', 'please man'],
        ['', ''],
      ] as const) {
        const { explorer, screen, actions } = twoSentences({ loaded, target, text, sentenceB: other });
        for (const part of attentionParts)
          for (const pane of paneNames) {
            explorer.inputs.part.value = part;
            actions.showPane(pane);
            expect(screen.value.arrangement.kind).not.toBe('none');
          }
        for (const { change } of explorer.comparison.ranked.value) expect(change ?? 0).toBeGreaterThanOrEqual(0);
        actions.setOther('please');
        actions.setText('man');
        actions.setOther('');
        expect(screen.value.isEmpty).toBe(false);
      }
    },
  );

  test('another model while it is open: both are run by that one', () => {
    const { explorer, screen, actions, take } = twoSentences();
    for (const [loaded, text, heads] of [
      [builtInModel('example'), 'please study man', 1],
      [hfModel('gpt2'), river, 8],
      [t5, river, 8],
      [useLite, river, 8],
    ] as const) {
      actions.setModel(loaded, text);
      expect(screen.value.panes.map(({ name }) => name)).toContain('sentences');
      expect(explorer.inputs.sentenceB.value).toBe(money);
      expect(explorer.comparison.ranked.value).toHaveLength(heads);
      expect(take()['B tokens']).toBe(1);
      expectOwnRun(explorer, noInterventions);
    }
  });

  test('words that a model does not know have no numbers, and those that it knows are compared', () => {
    const { explorer } = twoSentences({
      loaded: builtInModel('example'),
      text: 'please study man',
      sentenceB: 'please frobnicate man',
    });
    expect(places(explorer.comparison.queries.value)).toEqual(diagonal(3));
    const [a, b] = [explorer.trace, explorer.other.trace].map(
      (run) => blocksOf(run.value.layers[0]!.attentionWeights)[0]!,
    );
    // The unknown word asks nothing and has no weight.
    const rows = [0, 2].map((query) => {
      const [first, , last] = b![query]!;
      return (Math.abs(a![query]![0]! - first!) + a![query]![1]! + Math.abs(a![query]![2]! - last!)) / 2;
    });
    expect(explorer.comparison.ranked.value[0]!.change).toBeCloseTo((rows[0]! + rows[1]!) / 2, 6);
  });
});
