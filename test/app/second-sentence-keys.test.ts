import { describe, expect, test } from 'vitest';
import { exampleSentences } from '../../src/app/example-sentences.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import type { InitialInputs } from '../../src/explorer/explorer-inputs.ts';
import { hfModel } from '../support/hf-models.ts';
import { opened } from '../support/pressed-explorer.ts';

const t5 = hfModel('t5');
const [river = '', money = ''] = exampleSentences;

describe('two sentences', () => {
  const texts = ({ explorer }: ReturnType<typeof opened>) => [
    explorer.inputs.text.value,
    explorer.inputs.sentenceB.value,
  ];

  test.each([
    [river, money],
    [money, river],
    ['a cat', 'a cat'],
    ['', ''],
  ])('b opens B beside “%s”: “%s”', async (text, other) => {
    const session = opened({ text, query: null, key: null });
    await session.press('b');
    expect(texts(session)).toEqual([text, other]);
    expect(session.controller.focus.value).toBe('panes');
    expect(session.controller.frame.value.otherEditor?.text).toBe(other);
    expect(session.explorer.inputs.pane.value).toBe('sentences');
    expect(session.message()).toBe(
      other === ''
        ? 'line B is empty: B types in it, b closes it'
        : 'line B offers a sentence: B edits it, b closes it',
    );
  });

  test('b again closes it, and once more brings back what was typed into it', async () => {
    const session = opened({ text: 'a cat' });
    await session.press('b', 'B', 'end', 's', 'escape');
    expect(texts(session)).toEqual(['a cat', 'a cats']);
    await session.press('b');
    expect(texts(session)).toEqual(['a cat', null]);
    expect(session.controller.frame.value.otherEditor).toBeNull();
    expect(session.explorer.inputs.pane.value).toBe('attention');
    expect(session.controller.focus.value).toBe('panes');
    expect(session.message()).toBe('the second sentence is closed: b opens it again');
    await session.press('b');
    expect(texts(session)).toEqual(['a cat', 'a cats']);
    expect(session.message()).toBe('line B is back: B edits it, b closes it');
    // It is the reader's own now: a letter does not replace it.
    await session.press('B', '!');
    expect(texts(session)).toEqual(['a cat', 'a cats!']);
  });

  test('an offer that nobody took is made anew for another sentence', async () => {
    const session = opened({ text: 'a cat' });
    await session.press('b', 'b', 'i', 's', 'escape', 'b');
    expect(texts(session)).toEqual(['a cats', 'a cats']);
    await session.press('B', 'd');
    expect(texts(session)).toEqual(['a cats', 'd']);
  });

  test('B goes to its line from any pane, and opens it if need be', async () => {
    const session = opened({ text: 'a cat' });
    await session.press('3', 'B', 'd', 'o', 'g');
    expect(session.controller.focus.value).toBe('other');
    expect(texts(session)).toEqual(['a cat', 'dog']);
    await session.press('escape', '3', 'B', 's');
    expect(texts(session)).toEqual(['a cat', 'dogs']);
    expect(session.explorer.inputs.pane.value).toBe('scores');
  });

  test.each([
    ['letters', ['d', 'o', 'g'], 'dog'],
    ['an arrow, then letters', ['left', 's'], 'a cast'],
    ['the end, then a letter', ['end', 's'], 'a cats'],
    ['a letter taken away, then one', ['backspace', 'r'], 'a car'],
    ['a word taken away, then letters', ['ctrl+w', 'd', 'o', 'g'], 'a dog'],
    ['an older sentence, then a letter', ['up', 's'], `${exampleSentences.at(-1)}s`],
    ['Enter, then a letter', ['enter', 's'], 'a cats'],
    ['a letter, which is then undone', ['s', 'ctrl+z', 'ctrl+z'], 'a cat'],
  ])('B after %s', async (_, keys, other) => {
    const session = opened({ text: 'a cat' });
    await session.press('b', 'B', ...keys);
    expect(texts(session)).toEqual(['a cat', other]);
    expect(session.controller.frame.value.otherEditor?.text).toBe(other);
  });

  test('what is pasted into B replaces it, too, and only the first time', async () => {
    const session = opened({ text: 'a cat' });
    await session.press('b', 'B');
    session.controller.edit({ type: 'paste', text: 'two dogs' });
    session.controller.edit({ type: 'paste', text: ' ran' });
    expect(texts(session)).toEqual(['a cat', 'two dogs ran']);
  });

  test.each([
    ['nothing', ''],
    ['a bell', '\u0007'],
  ])('%s pasted into B: its line and its numbers are of one text', async (_, text) => {
    const session = opened({ text: 'a cat' });
    await session.press('b', 'B');
    session.controller.edit({ type: 'paste', text });
    expect(session.explorer.inputs.sentenceB.value).toBe(session.controller.frame.value.otherEditor?.text);
  });

  test('a B that was there from the start is edited, not replaced', async () => {
    const session = opened({ text: 'a cat', sentenceB: 'a dog' });
    await session.press('i', 'tab', 's');
    expect(texts(session)).toEqual(['a cat', 'a dogs']);
  });

  test('y opens B, too, and again closes both', async () => {
    const session = opened({ text: river, query: null, key: null });
    await session.press('y');
    expect(texts(session)).toEqual([river, money]);
    expect(session.explorer.inputs.pane.value).toBe('word');
    expect(session.controller.focus.value).toBe('panes');
    await session.press('y');
    expect(texts(session)).toEqual([river, null]);
    expect(session.explorer.inputs.pane.value).toBe('attention');
    expect(session.message()).toBe('the second sentence is closed: b opens it again');
  });

  test('Tab leads from A to B, on to the target where there is one, and to the panes', async () => {
    const focuses = async (initial: Partial<InitialInputs>, count: number) => {
      const { controller, press } = opened(initial);
      await press('i');
      const seen: string[] = [controller.focus.value];
      for (let i = 0; i < count; i++) {
        await press('tab');
        seen.push(controller.focus.value);
      }
      return seen;
    };
    expect(await focuses({ sentenceB: 'a' }, 2)).toEqual(['input', 'other', 'panes']);
    expect(await focuses({}, 1)).toEqual(['input', 'panes']);
    expect(await focuses({ loaded: t5, target: 'a dog' }, 2)).toEqual(['input', 'target', 'panes']);
    expect(await focuses({ loaded: t5, target: 'a dog', sentenceB: '' }, 3)).toEqual([
      'input',
      'other',
      'target',
      'panes',
    ]);
  });

  test('what is typed goes to the line that has the focus, and the numbers follow', async () => {
    const session = opened({ loaded: t5, text: 'a cat', target: 'a', sentenceB: '' });
    const { explorer, press } = session;
    await press('i', 's', 'tab', 'd', 'o', 'g', 'tab', 'n', 'escape');
    expect([...texts(session), explorer.inputs.target.value]).toEqual(['a cats', 'dog', 'an']);
    const { trace } = createExplorer({ loaded: t5, text: 'dog', target: 'an' });
    expect(explorer.other.layers.value[0]!.attentionWeights.data).toEqual(trace.value.layers[0]!.attentionWeights.data);
  });

  test('an example sentence goes to the line that has the focus', async () => {
    const session = opened({ text: 'a cat' });
    await session.press('b', 'B', 'alt+2');
    expect(texts(session)).toEqual(['a cat', money]);
    await session.press('escape', 'alt+1');
    expect(texts(session)).toEqual([river, money]);
  });

  test('n and p go through the heads by how much they change, space shows A, B and the difference in turn', async () => {
    const { explorer, press } = opened({ text: river, sentenceB: money, pane: 'sentences', query: null, key: null });
    const ranked = explorer.comparison.ranked.value;
    expect(ranked).toHaveLength(8);
    const changes = ranked.map(({ change }) => change ?? Number.NaN);
    expect(changes).toEqual(changes.toSorted((a, b) => b - a));
    const place = () => {
      const { layer, head: at } = explorer.selection.value;
      return ranked.findIndex((one) => one.layer === layer && one.head === at);
    };
    while (place() > 0) await press('p');
    await press('p');
    expect(place()).toBe(0);
    await press('n');
    expect(place()).toBe(1);
    await press('n', 'n', 'p');
    expect(place()).toBe(2);
    for (let i = 0; i < 9; i++) await press('n');
    expect(place()).toBe(7);
    // At 60 cells the numbers of A and B do not fit side by side.
    explorer.inputs.columns.value = 60;
    const fronts: string[] = [];
    for (let i = 0; i < 4; i++) {
      fronts.push(explorer.inputs.pairInFront.value);
      await press('space');
    }
    expect(fronts).toEqual(['A', 'B', 'difference', 'A']);
    explorer.inputs.columns.value = 200;
    explorer.inputs.pairInFront.value = 'A';
    await press('space');
    expect(explorer.inputs.pairInFront.value).toBe('difference');
    await press('space');
    expect(explorer.inputs.pairInFront.value).toBe('A');
  });

  test('R ranks the heads by the selected row, and n and p walk that ranking', async () => {
    const { explorer, press } = opened({ text: river, sentenceB: money, pane: 'sentences', query: 5, key: null });
    const byMean = explorer.comparison.ranked.value;
    await press('R');
    const byRow = explorer.comparison.ranked.value;
    expect(explorer.inputs.isRankedByRow.value).toBe(true);
    expect(byRow.map(({ change }) => change)).not.toEqual(byMean.map(({ change }) => change));
    const place = () => {
      const { layer, head: at } = explorer.selection.value;
      return byRow.findIndex((one) => one.layer === layer && one.head === at);
    };
    for (let i = 0; i < 9; i++) await press('p');
    expect(place()).toBe(0);
    await press('n');
    expect(place()).toBe(1);
    await press('R');
    expect(explorer.comparison.ranked.value).toEqual(byMean);
  });
});
