import { describe, expect, test } from 'vitest';
import { interventionBindings } from '../../src/app/keys/intervention-keys.ts';
import { keySections } from '../../src/app/keys/key-sections.ts';
import { noInterventions } from '../../src/core/interventions.ts';
import { hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';
import { opened, scaledInDecoder } from '../support/pressed-explorer.ts';

const example = builtInModel('example');
const t5 = hfModel('t5');

const head = { layer: 1, head: 2 };
const edit = { stage: 'attentionWeights', ...head, row: 2, column: 1, value: 0.5 } as const;
/** What keys do, and what the line of changes says of it, before the key that takes it back. */
const changesOfKeys = [
  { keys: ['c'], sets: { mask: 'causal' }, says: 'causal mask [c]' },
  { keys: ['u'], sets: { isUnscaled: true }, says: '√d_k off [u]' },
  { keys: ['f', '0', '.', '5', 'enter'], sets: { scaleFactor: 0.5 }, says: '× 0.5 [F]' },
  { keys: ['x'], sets: { ablatedHeads: [head] }, says: 'head L1 H2 off [X], zeros [Z]' },
  { keys: ['x', 'Z'], sets: { ablatedHeads: [head], ablation: 'mean' }, says: 'head L1 H2 off [X], means [Z]' },
  { keys: ['g'], sets: { hiddenKeys: [1] }, says: '1 study hidden [G]' },
  { keys: ['S'], sets: { swappedValues: { layer: 1, tokens: [2, 1] } }, says: 'values 2 ↔ 1 in L1 [S]' },
  { keys: ['=', '.', '5', 'enter'], sets: { edits: [edit] }, says: '1 number typed [-], rows as typed [N]' },
  {
    keys: ['=', '.', '5', 'enter', 'N'],
    sets: { edits: [edit], isRenormalised: true },
    says: '1 number typed [-], rows sum to 1 [N]',
  },
] as const;
const named = changesOfKeys.map((one) => ({ ...one, name: one.keys.join(' ') }));

describe('each change', () => {
  test.each(named)('$name: $says', async ({ keys, sets, says }) => {
    const { press, interventions, changes, message } = opened();
    expect(changes()).toBeNull();
    await press(...keys);
    expect(interventions()).toEqual({ ...noInterventions, ...sets });
    expect(changes()).toBe(` changed, [key] undoes: ${says} · all [r]`);
    expect(message()).toBeNull();
  });

  test.each(named)('$name: the key that the line names takes it back', async ({ keys }) => {
    const { press, interventions, changes } = opened();
    await press(...keys);
    const [, key = ''] = /^ changed, \[key\] undoes: .+? \[(.)\]/.exec(changes()!)!;
    await press(key);
    expect(changes()).toBeNull();
    const { ablation, isRenormalised } = interventions();
    expect(interventions()).toEqual({ ...noInterventions, ablation, isRenormalised });
  });

  test.each(named)('$name: r takes all of it back', async ({ keys }) => {
    const { press, interventions, changes } = opened();
    await press(...keys, 'r');
    expect(interventions()).toEqual(noInterventions);
    expect(changes()).toBeNull();
  });

  test('takes back what it is about, and nothing else', async () => {
    const { press, interventions, changes } = opened({ columns: 200 });
    await press('c', 'u', 'f', '2', 'enter', 'x', 'g', 'S', '=', '1', 'enter');
    for (const [key, says, gone] of [
      ['-', '1 number typed [-], rows as typed [N]', { edits: [] }],
      ['S', 'values 2 ↔ 1 in L1 [S]', { swappedValues: null }],
      ['G', '1 study hidden [G]', { hiddenKeys: [] }],
      ['X', 'head L1 H2 off [X], zeros [Z]', { ablatedHeads: [] }],
      ['F', '× 2 [F]', { scaleFactor: 1 }],
      ['u', '√d_k off [u]', { isUnscaled: false }],
      ['c', 'causal mask [c]', { mask: 'none' }],
    ] as const) {
      const [before, said] = [interventions(), changes()!];
      expect(said).toContain(`${says} · all [r]`);
      await press(key);
      expect(interventions()).toEqual({ ...before, ...gone });
      expect(changes()).toBe(key === 'c' ? null : said.replace(` · ${says}`, ''));
    }
    expect(changes()).toBeNull();
  });

  test('has a number that shows it', async () => {
    for (const { keys } of changesOfKeys) {
      const { press, explorer } = opened();
      const embedding = () => Array.from(explorer.trace.value.sentenceEmbedding!.data);
      const before = embedding();
      await press(...keys);
      expect(embedding(), keys.join(' ')).not.toEqual(before);
      await press('r');
      expect(embedding(), `${keys.join(' ')} r`).toEqual(before);
    }
  });
});

describe('keys that change over', () => {
  test('x and g act on the selected head and key, and again take it back alone', async () => {
    const { press, interventions } = opened();
    await press('x', 'pagedown', 'x', 'g', 'alt+left', 'g');
    expect(interventions()).toMatchObject({ ablatedHeads: [head, { layer: 1, head: 3 }], hiddenKeys: [0, 1] });
    await press('x', 'g');
    expect(interventions()).toMatchObject({ ablatedHeads: [head], hiddenKeys: [1] });
  });

  test('a key hidden from all has weight 0 in every row but where nothing else is seen', async () => {
    const { press, weights } = opened();
    await press('g');
    for (const layer of [0, 1]) for (const row of [0, 1, 2]) expect(weights(layer, 3, row)[1]).toBe(0);
  });

  test('S tells where query and key are one token, and puts back from anywhere', async () => {
    const { press, interventions, message } = opened({ key: 2 });
    await press('S');
    expect(interventions()).toEqual(noInterventions);
    expect(message()).toMatch(/query and key are the same token: select two/);
    await press('alt+left', 'S');
    expect(interventions().swappedValues).toEqual({ layer: 1, tokens: [2, 1] });
    await press('alt+p', 'alt+right', 'S');
    expect(interventions().swappedValues).toBeNull();
  });

  test.each([
    ['-1', '"-1" is out of range'],
    ['1000001', '"1000001" is out of range'],
    ['1e999', '"1e999" is out of range'],
    ['0,5', '"0,5" is not a number'],
    ['2x', '"2x" is not a number'],
    ['', 'the field is empty'],
  ])('the factor “%s” is refused, and Esc leaves all as it was and takes what was said away', async (word, said) => {
    const { press, interventions, message, controller } = opened();
    await press('f', ...word, 'enter');
    expect(message()).toBe(`${said}; it must be from 0 to 1000000, such as 0.5`);
    expect(controller.overlay.value).toMatchObject({ kind: 'scale', value: word });
    await press('escape');
    expect(controller.overlay.value).toBeNull();
    expect(message()).toBeNull();
    expect(interventions()).toEqual(noInterventions);
  });

  test('the factor 1 is the model itself', async () => {
    const { press, interventions } = opened();
    await press('f', '2', 'enter', 'f', '1', 'enter');
    expect(interventions()).toEqual(noInterventions);
  });

  test('the help has a line for each of these keys', () => {
    const helped = keySections().flatMap(({ entries }) => entries.map((entry) => JSON.stringify(entry)));
    for (const { label, does } of interventionBindings)
      expect(
        helped.some((line) => line.includes(`"${label}"`) && line.includes(does)),
        label,
      ).toBe(true);
    const keys = interventionBindings.flatMap((one) => one.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('= puts a number in the place of a computed one', () => {
  test('the field opens empty and holds what is typed, a letter and a comma, too', async () => {
    const { press, controller, message, interventions } = opened();
    await press('=');
    expect(controller.overlay.value).toMatchObject({ kind: 'edit', value: '' });
    await press('-', '1', 'x', ',', '5', 'space', '7', 'backspace');
    expect(controller.overlay.value).toMatchObject({ kind: 'edit', value: '-1x,5 ' });
    await press('enter');
    expect(message()).toBe('"-1x,5 " is not a number; it must be from -1000000 to 1000000, such as 0.5');
    await press('escape');
    expect(controller.overlay.value).toBeNull();
    expect(message()).toBeNull();
    expect(interventions()).toEqual(noInterventions);
  });

  test('the selected weight is that number, and the others of its row stay, or share the rest with N', async () => {
    const { press, weights } = opened();
    const before = weights(1, 2, 2);
    await press('=', '3', 'enter');
    expect(weights(1, 2, 2)).toEqual([before[0], 3, before[2]]);
    await press('N');
    const sum = before[0]! + 3 + before[2]!;
    for (const [key, weight] of [before[0]!, 3, before[2]!].entries())
      expect(weights(1, 2, 2)[key]).toBeCloseTo(weight / sum, 6);
  });

  test('a second number takes the place of the first; nothing and Enter brings the computed one back', async () => {
    const { press, interventions, weights } = opened();
    const before = weights(1, 2, 2);
    await press('=', '3', 'enter', '=', '4', 'enter');
    expect(interventions().edits).toEqual([{ ...edit, value: 4 }]);
    await press('alt+left', '=', '5', 'enter', 'alt+right', '=', 'enter');
    expect(interventions().edits).toEqual([{ ...edit, column: 0, value: 5 }]);
    await press('alt+left', '=', 'enter');
    expect(interventions()).toEqual(noInterventions);
    expect(weights(1, 2, 2)).toEqual(before);
  });

  test('in scores it is the score before scaling', async () => {
    const { press, interventions, explorer } = opened();
    await press('3', '=', '-', '2', '0', 'enter');
    expect(interventions().edits).toEqual([{ ...edit, stage: 'scores', value: -20 }]);
    const { scores } = explorer.shown.value.layers[1]!;
    expect(scores.data[(2 * 3 + 2) * 3 + 1]).toBe(-20);
  });

  test.each([
    ['q', [], 2],
    ['k', ['space'], 1],
    ['v', ['space', 'space'], 1],
  ] as const)('in Q K V it is the %s of the selected token and dimension', async (stage, keys, row) => {
    const { press, interventions, explorer } = opened();
    await press('2', ...keys, 'right', 'right', 'right', '=', '7', 'enter');
    expect(interventions().edits).toEqual([{ stage, ...head, row, column: 3, value: 7 }]);
    const { shape, data } = explorer.shown.value.layers[1]![stage];
    expect(data[(2 * shape[1]! + row) * shape[2]! + 3]).toBe(7);
  });

  test('in Q K V of a model whose values are narrower it is a dimension that there is', async () => {
    const { press, interventions, explorer } = opened({ loaded: example, layer: 0, head: 0 });
    const [{ attention } = { attention: null }] = example.model.layers;
    expect([attention?.headDim, attention?.valueDim]).toEqual([4, 2]);
    await press('2', 'right', 'right', 'right', 'space', 'space', '=', '7', 'enter');
    const [made] = interventions().edits;
    expect(made).toMatchObject({ stage: 'v', row: 1, value: 7 });
    expect(made!.column).toBeLessThan(2);
    expect(Array.from(explorer.shown.value.layers[0]!.v.data)).toContain(7);
  });

  test.each(['e', '.', '-', '1e', '1e999', '--1', '1.2.3', '0,5', '1/2'])(
    '“%s” is refused, and the field stays',
    async (word) => {
      const { press, interventions, message, controller } = opened();
      await press('=', ...word, 'enter');
      expect(message()).toBe(
        `"${word}" is ${word === '1e999' ? 'out of range' : 'not a number'}; it must be from -1000000 to 1000000, such as 0.5`,
      );
      expect(controller.overlay.value).toMatchObject({ kind: 'edit', value: word });
      expect(interventions()).toEqual(noInterventions);
      await press('ctrl+u', '2', 'enter');
      expect(interventions().edits).toEqual([{ ...edit, value: 2 }]);
    },
  );

  test('a text without tokens has nothing to edit, hide or exchange, and a text typed then is as it is', async () => {
    const { press, interventions, explorer, controller } = opened({ text: '', query: null, key: null });
    await press('=', '1', 'enter', 'g', 'S', 'i', 'c', 'a', 't', 'escape');
    expect(controller.frame.value.view.isEmpty).toBe(false);
    expect(interventions()).toEqual(noInterventions);
    expect(explorer.tokens.value.keys.length).toBeGreaterThan(0);
  });
});

describe('where the decoder is looked at', () => {
  const encoderKeys = ['c', 'x', 'X', 'Z', 'g', 'G', 'S', '=', '-', 'N'];

  test.each([
    ['decoder', 'this is the decoder'],
    ['cross', 'here the decoder reads it'],
  ] as const)('of the %s those of the encoder are refused in words', async (part, words) => {
    const { press, interventions, message, controller } = opened({ loaded: t5, target: 'a dog', part });
    for (const key of encoderKeys) {
      await press(key);
      expect(message(), key).toBe(`this acts on the encoder's attention: ${words}; press p to go back to it`);
      expect(controller.overlay.value, key).toBeNull();
      expect(interventions(), key).toEqual(noInterventions);
    }
  });

  test('scale and factor are of both stacks, and r takes all back', async () => {
    const loaded = scaledInDecoder(t5);
    const { press, interventions, message, changes } = opened({ loaded, target: 'a dog', part: 'cross' });
    await press('u', 'f', '2', 'enter');
    expect(message()).toBeNull();
    expect(interventions()).toEqual({ ...noInterventions, isUnscaled: true, scaleFactor: 2 });
    expect(changes()).toBe(' changed, [key] undoes: √d_k off [u] · × 2 [F] · all [r]');
    await press('F');
    expect(interventions().scaleFactor).toBe(1);
    await press('r');
    expect(interventions()).toEqual(noInterventions);
  });

  test('what was changed at the encoder stays said, with the names of its tokens', async () => {
    const { press, changes, message } = opened({ loaded: t5, target: 'a dog', key: 0 });
    await press('g');
    const said = changes();
    expect(said).toMatch(/^ changed, \[key\] undoes: 0 [^·]+ hidden \[G\] · all \[r\]$/);
    await press('p', 'p');
    expect(changes()).toBe(said);
    await press('p', 'G');
    expect(message()).toBeNull();
    expect(changes()).toBeNull();
  });
});
