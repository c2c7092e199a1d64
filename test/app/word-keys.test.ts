import { describe, expect, test } from 'vitest';
import { controlChoices } from '../../src/app/boxes/control.ts';
import { commandLineOf } from '../../src/app/command-line.ts';
import { hfModel } from '../support/hf-models.ts';
import { opened } from '../support/pressed-explorer.ts';
import { reopened } from '../support/reopened.ts';

const money = 'I deposited money in the bank.';
const river = 'The boat drifted toward the river bank.';
const loan = 'She asked the bank for a loan.';
const twice = 'The bank by the bank';
const two = { text: money, sentenceB: river, pane: 'word', query: null, key: null, layer: null } as const;
const asked = ({ explorer }: ReturnType<typeof opened>) => explorer.askedPlaces.word.value!;

describe('the third sentence', () => {
  const offered = (session: ReturnType<typeof opened>) => session.controller.overlay.value;

  test('C offers a built-in sentence with the sense of A; Enter takes it', async () => {
    const session = opened(two);
    await session.press('C');
    expect(offered(session)).toMatchObject({ kind: 'control', value: loan });
    await session.press('enter');
    expect(session.explorer.inputs.control.value).toBe(loan);
    expect(asked(session)).toMatchObject({ controlProblem: null, c: { places: [3] } });
    await session.press('C');
    expect(offered(session)).toMatchObject({ value: loan });
  });

  test('a typed one replaces it; an empty field takes it away; Esc keeps it', async () => {
    const session = opened(two);
    await session.press('C', ...'a bank'.split('').map((letter) => (letter === ' ' ? 'space' : letter)), 'enter');
    expect(session.explorer.inputs.control.value).toBe('a bank');
    await session.press('C', 'backspace', 'escape');
    expect(session.explorer.inputs.control.value).toBe('a bank');
    await session.press('C', 'backspace', 'enter');
    expect(session.explorer.inputs.control.value).toBe('a ban');
    await session.press('C', 'ctrl+u', 'enter');
    expect(session.explorer.inputs.control.value).toBeNull();
    expect(asked(session).controlProblem).toBe('none');
  });

  test('arrows go through the built-in sentences', async () => {
    const session = opened(two);
    await session.press('C', 'down');
    expect(offered(session)).toMatchObject({ value: 'The bank raised its interest rates again.' });
    await session.press('up', 'up');
    expect(offered(session)).toMatchObject({ value: loan });
    const other = opened({ ...two, text: 'the cat', sentenceB: 'a cat' });
    await other.press('C', 'down', 'up');
    expect(offered(other)).toMatchObject({ value: '' });
  });

  test('nothing is offered where the sense of A is not known', async () => {
    const session = opened({ ...two, text: 'We met at the bank.' });
    await session.press('C');
    expect(offered(session)).toMatchObject({ value: '' });
    await session.press('down');
    expect(offered(session)).toMatchObject({ value: 'I deposited money in the bank.' });
  });

  test('the choices: the sense of A first, without A and B', () => {
    const choices = controlChoices('Bank', river, money);
    expect(choices).toHaveLength(8);
    expect(choices.map(({ sense, isOfA }) => [sense, isOfA])).toEqual([
      ...Array(4).fill(['river', true]),
      ...Array(4).fill(['money', false]),
    ]);
    expect(choices.map(({ text }) => text)).not.toContain(river);
    expect(choices.map(({ text }) => text)).not.toContain(money);
    expect(controlChoices('cat', river, money)).toEqual([]);
  });
});

describe('the places of the word', () => {
  test('n goes on in A, Space in B, round and round', async () => {
    const session = opened({ ...two, text: twice, sentenceB: twice });
    const places = () => [asked(session).a.places[0], asked(session).b.places[0]];
    expect(places()).toEqual([4, 4]);
    await session.press('space');
    expect(places()).toEqual([4, 1]);
    await session.press('n');
    expect(places()).toEqual([1, 1]);
    await session.press('space', 'n');
    expect(places()).toEqual([4, 4]);
  });

  test('they say so where the word is there once', async () => {
    const session = opened(two);
    await session.press('n');
    expect(session.message()).toBe('A has this word once');
    await session.press('space');
    expect(session.message()).toBe('B has this word once');
    const none = opened({ ...two, text: 'cat', sentenceB: 'dog' });
    await none.press('n');
    expect(none.message()).toBe('there is no word to compare yet');
    const decoder = opened({ ...two, loaded: hfModel('t5'), target: 'a', part: 'decoder', text: twice });
    await decoder.press('n');
    expect(decoder.message()).toBe('the decoder is in view: p goes back to the encoder, which reads A');
  });

  test('a chosen place in B stays on its token while B is edited', async () => {
    const session = opened({ ...two, text: twice, sentenceB: twice, queryB: 1 });
    session.explorer.change(() => session.controller.actions.setOther('Near The bank by the bank'));
    expect([session.explorer.inputs.queryB.value, asked(session).b.index]).toEqual([3, 0]);
    session.explorer.change(() => session.controller.actions.setOther('Near The bus by the bank'));
    expect(session.explorer.inputs.queryB.value).toBeNull();
    expect(asked(session).b.places).toEqual([6]);
  });
});

describe('the layer', () => {
  test('the pane opens on the last one, by key or by option, and every layer can be reached', async () => {
    const session = opened({ ...two, pane: 'attention', layer: 0 });
    await session.press('y');
    expect(session.explorer.place.value.layer).toBe(1);
    await session.press('left');
    expect(session.explorer.place.value.layer).toBe(0);
    expect(asked(session).layer).toBe(0);
    await session.press('right');
    expect(asked(session).layer).toBe(1);
    expect(opened(two).explorer.place.value.layer).toBe(1);
    expect(opened({ ...two, layer: 0 }).explorer.place.value.layer).toBe(0);
  });

  test('without a chosen layer other panes are at the first one again', async () => {
    const session = opened({ ...two, pane: 'attention' });
    await session.press('y');
    expect(session.explorer.place.value.layer).toBe(1);
    await session.press('1');
    expect(session.explorer.place.value.layer).toBe(0);
  });
});

test.each([
  [{}, ''],
  [{ layer: 0 }, ' --layer 0'],
  [{ layer: 1 }, ' --layer 1'],
  [{ control: loan }, ` --control '${loan}'`],
  [{ queryB: 8 }, ' --query-b 8'],
])('the line keeps %j', (changes, option) => {
  const { explorer } = opened({ ...two, head: 0, ...changes });
  const line = commandLineOf(explorer, true);
  expect(line.replace(/ --view word| --focus panes| --other '[^']*'/g, '')).toBe(`attnscope '${money}'${option}`);
  expect(reopened(explorer).askedPlaces.word.value).toEqual(explorer.askedPlaces.word.value);
});
