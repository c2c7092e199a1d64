import { describe, expect, test } from 'vitest';
import { checkState } from '../../src/app/state-check.ts';
import type { SavedState } from '../../src/app/state-fields.ts';
import { UsageError } from '../../src/app/usage-error.ts';
import { hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';
import { editOf, stateOf } from '../support/state-fields.ts';

describe('a state for a model and a text', () => {
  const { model } = builtInModel('use-lite');
  const check = (changes: Partial<SavedState>, tokens = 3) => checkState(stateOf(changes), model, tokens);
  const headOff = (layer: number, head: number) => ({ ablatedHeads: [{ layer, head }] });
  const swapped = (layer: number, token: number) => ({ swappedValues: { layer, tokens: [0, token] as const } });
  const width = model.layers[0]!.attention.headDim;

  test('is taken to the last layer, head, token and dimension', () => {
    check({}, 0);
    check({ layer: 1, head: 3, query: 2, key: 2, hiddenKeys: [0, 2], ...headOff(1, 3), ...swapped(1, 2) });
    for (const stage of ['q', 'k', 'v'] as const) check(editOf(stage, [0, 3, 2, width - 1]));
    for (const stage of ['scores', 'attentionWeights'] as const) check(editOf(stage, [1, 3, 2, 2]));
  });

  const [layers, tokens] = ['use-lite has layers 0 to 1', 'the text has tokens 0 to 2'];
  const heads = (layer: number) => `layer ${layer} of use-lite has heads 0 to 3`;
  test.each<[Partial<SavedState>, what: string, range: string]>([
    [{ layer: 5 }, 'layer 5', layers],
    [{ layer: 1, head: 4 }, 'head 4', heads(1)],
    [{ query: 3 }, 'query 3', tokens],
    [{ key: 7 }, 'key 7', tokens],
    [headOff(2, 0), 'switched-off head 2.0', layers],
    [headOff(0, 4), 'switched-off head 0.4', heads(0)],
    [{ hiddenKeys: [0, 3] }, 'hidden key 3', tokens],
    [swapped(2, 1), 'layer 2 of the swapped values', layers],
    [swapped(0, 3), 'swapped token 3', tokens],
    [editOf('q', [2]), 'head 2.0 of edited q', layers],
    [editOf('q', [1, 4]), 'head 1.4 of edited q', heads(1)],
    [editOf('scores', [0, 0, 3]), 'row of edited scores, 3', tokens],
    [editOf('attentionWeights', [0, 0, 0, 3]), 'column of edited attentionWeights, 3', tokens],
    [editOf('v', [0, 0, 0, width]), `column of edited v, ${width}`, 'v in layer 0 of use-lite has dimensions 0 to'],
  ])('is refused with %j', (changes, what, range) => {
    expect(() => check(changes)).toThrow(UsageError);
    expect(() => check(changes)).toThrow(`--state: ${what} is out of range, ${range}`);
  });

  test('has a decoder only where the model has one, and no token in an empty text', () => {
    expect(() => check({ part: 'cross' })).toThrow('--state: part cross: use-lite (use-lite) has no decoder');
    expect(() => check({ query: 0 }, 0)).toThrow('--state: query 0 is out of range, the text has tokens: none');
  });

  test('points at the tokens that a part asks and answers with', () => {
    const t5 = hfModel('t5').model;
    const checkT5 = (changes: Partial<SavedState>, target?: number) => () =>
      checkState(stateOf(changes), t5, 6, target);
    expect(checkT5({ part: 'decoder', query: 1, key: 1 }, 2)).not.toThrow();
    expect(checkT5({ part: 'cross', query: 1, key: 5 }, 2)).not.toThrow();
    expect(checkT5({ part: 'cross', query: 99 })).not.toThrow();
    expect(checkT5({ part: 'decoder', query: 2 }, 2)).toThrow('query 2 is out of range, the target has tokens 0 to 1');
    expect(checkT5({ part: 'decoder', key: 2 }, 2)).toThrow('key 2 is out of range, the target has tokens 0 to 1');
    expect(checkT5({ part: 'cross', query: 2 }, 2)).toThrow('query 2 is out of range, the target has tokens 0 to 1');
    expect(checkT5({ part: 'cross', key: 6 }, 2)).toThrow('key 6 is out of range, the text has tokens 0 to 5');
    expect(checkT5({ part: 'cross', layer: 2 })).toThrow('the cross-attention of t5 has layers 0 to 1');
  });
});
