import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PaneName, paneNames } from '../../src/explorer/pane-names.ts';
import { panes } from '../../src/panes/all.ts';
import { paneKeys } from '../support/panes.ts';
import { opened } from '../support/pressed-explorer.ts';

const core = panes.filter(({ place }) => place === 'core').map(({ name }) => name as PaneName);
const others = paneNames.filter((name) => !core.includes(name));

/** What closing has to bring back. */
const seen = ({ explorer: { inputs }, controller }: ReturnType<typeof opened>) => ({
  pane: inputs.pane.value,
  sentenceB: inputs.sentenceB.value,
  isZoomed: inputs.isZoomed.value,
  focus: controller.focus.value,
});

describe('the key of a pane closes what it opened', () => {
  test.each(others)('%s, from every main pane, with and without a second sentence', async (name) => {
    for (const from of core) {
      for (const sentenceB of [null, 'a dog']) {
        // The key of the second sentence closes it if it is there.
        if (sentenceB !== null && name === 'sentences') continue;
        const session = opened({ pane: from, sentenceB });
        const before = seen(session);
        await session.press(paneKeys[name]);
        expect(session.explorer.inputs.pane.value).toBe(name);
        await session.press(paneKeys[name]);
        expect(seen(session)).toEqual(before);
      }
    }
  });

  test.each(others)('Esc leads from %s to the main pane that was in front', async (name) => {
    const session = opened({ pane: 'scores' });
    const before = seen(session);
    await session.press(paneKeys[name], 'escape');
    expect(seen(session)).toEqual(before);
  });

  test('panes over panes close one after the other, and Esc leaves them all', async () => {
    const session = opened({ pane: 'qkv' });
    const { pane } = session.explorer.inputs;
    await session.press('8', '9', 'd');
    const closed: string[] = [];
    for (const key of ['d', '9', '8']) {
      await session.press(key);
      closed.push(pane.value);
    }
    expect(closed).toEqual(['head-scores', 'grid', 'qkv']);
    await session.press('8', '9', 'd', 'escape');
    expect(pane.value).toBe('qkv');
    // The key of a pane further down leads back to it.
    await session.press('8', '9', 'd', '8');
    expect(pane.value).toBe('grid');
    await session.press('8');
    expect(pane.value).toBe('qkv');
  });

  test('Tab goes on from pane to pane; Esc leads to the main pane where that began', async () => {
    const session = opened({ pane: 'maps' });
    await session.press('tab', 'tab', 'tab');
    expect(session.explorer.inputs.pane.value).toBe('grid');
    await session.press('escape');
    expect(session.explorer.inputs.pane.value).toBe('maps');
  });

  test('the key of a main pane that is in front says so', async () => {
    const session = opened({ pane: 'scores' });
    await session.press('3');
    expect(session.message()).toBe('scores is in front already');
  });
});

describe('one word in both closes the second sentence only if it opened it', () => {
  test('opened by it', async () => {
    const session = opened({ pane: 'context' });
    await session.press('y', 'y');
    expect(seen(session)).toMatchObject({ pane: 'context', sentenceB: null });
  });

  test('opened before', async () => {
    const session = opened({ pane: 'context' });
    await session.press('b', 'y', 'y');
    expect(seen(session)).toMatchObject({ pane: 'sentences', sentenceB: 'please study man' });
    await session.press('y', 'b');
    expect(seen(session)).toMatchObject({ pane: 'context', sentenceB: null });
  });

  test('b closes the second sentence under another pane, and no way leads back to panes without it', async () => {
    const session = opened({ pane: 'context' });
    await session.press('b', 'y', '8', 'b');
    expect(seen(session)).toMatchObject({ pane: 'grid', sentenceB: null });
    await session.press('8');
    expect(seen(session)).toMatchObject({ pane: 'context', sentenceB: null });
  });
});

test('Esc leads outward, and at last says how to type and how to leave', async () => {
  const session = opened({ pane: 'qkv', columns: 120, rows: 40 });
  await session.press('+', 'v', 'B');
  expect(session.controller.focus.value).toBe('other');
  const states: unknown[] = [];
  for (let step = 0; step < 5; step++) {
    await session.press('escape');
    const { pane, isZoomed, focus } = seen(session);
    states.push([focus, pane, isZoomed]);
  }
  expect(states).toEqual([
    ['panes', 'sentences', true],
    ['panes', 'qkv', true],
    ['panes', 'qkv', false],
    ['panes', 'qkv', false],
    ['panes', 'qkv', false],
  ]);
  expect(session.message()).toBe('main panes: i types in the sentence, q leaves');
});

describe('whatever was pressed', () => {
  const keys = [
    ...Object.values(paneKeys),
    'B',
    '+',
    'tab',
    'shift+tab',
    'i',
    'enter',
    'up',
    'right',
    'w',
    's',
    'c',
    'a',
  ];

  test('Esc never leads into the sentence, and a few lead to the main panes unzoomed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...keys, 'escape'), { maxLength: 25 }), async (pressed) => {
        const session = opened({ sentenceB: null });
        for (const key of pressed) {
          const before = session.controller.focus.value;
          await session.press(key);
          if (key === 'escape') expect([before, 'panes']).toContain(session.controller.focus.value);
        }
        await session.press('escape', 'escape', 'escape');
        const { inputs } = session.explorer;
        expect(session.controller.focus.value).toBe('panes');
        expect(core).toContain(inputs.pane.value);
        expect(inputs.isZoomed.value).toBe(false);
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  test('keys of the panes never change a text, and text never acts as a key', async () => {
    const commands = [
      ...Object.values(paneKeys),
      '+',
      'tab',
      'shift+tab',
      'up',
      'right',
      'x',
      'c',
      'r',
      'g',
      'u',
      'ü',
      'k',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...commands), { maxLength: 15 }),
        fc.stringMatching(/^[a-z0-9?=+:]{1,12}$/),
        async (first, typed) => {
          const session = opened({ text: 'please study man' });
          const { inputs } = session.explorer;
          await session.press(...first, 'escape', 'escape');
          expect(inputs.text.value).toBe('please study man');
          const before = seen(session);
          const { interventions } = session.explorer;
          const changes = interventions.value;
          await session.press('i', 'end', ...typed);
          expect(inputs.text.value).toBe(`please study man${typed}`);
          expect(session.controller.overlay.value).toBeNull();
          expect({ ...seen(session), focus: 'panes' }).toEqual(before);
          expect(interventions.value.ablatedHeads).toEqual(changes.ablatedHeads);
        },
      ),
      { numRuns: 40 },
    );
  }, 60_000);
});
