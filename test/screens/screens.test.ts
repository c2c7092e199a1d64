import { describe, expect, test } from 'vitest';
import { paneNames } from '../../src/explorer/pane-names.ts';
import { golden, river, sizes } from '../support/golden-screen.ts';
import { paneKeys } from '../support/panes.ts';

const lesson = { model: 'example', text: 'please study man' } as const;
describe.each(sizes)('at $size', ({ size, columns, rows }) => {
  const name = (what: string) => `${what}-${size}`;

  test('before anything is typed', async () => {
    const text = await golden(name('start'), { columns, rows });
    expect(text).toContain('Type a sentence.');
  });

  test('a sentence', async () => {
    const text = await golden(name('river'), { columns, rows, text: river });
    expect(text).toContain('use-lite');
    expect(text).toContain(river);
    expect(text).toContain('## ms');
  });

  test('the worked example, seen from its first word: the exact figure and the one the lesson prints', async () => {
    const text = await golden(name('lesson'), { columns, rows, ...lesson }, 'escape', '4', 'alt+up', 'alt+up');
    expect(text).toContain('[1.578, 0.733]');
    expect(text).toContain('[1.576, 0.732]');
  });

  test('a word that the example does not know', async () => {
    const text = await golden(name('unknown'), { columns, rows, model: 'example', text: 'please dog man' }, 'alt+up');
    expect(text).toContain('unknown word');
    expect(text).not.toContain('NaN');
  });

  test('the choice of a model', async () => {
    const text = await golden(name('models'), { columns, rows, text: river }, 'escape', 'm', 'down');
    expect(text).toContain('example');
    expect(text).toContain('(open now)');
  });

  test('masked, and with a head switched off', async () => {
    const text = await golden(name('changed'), { columns, rows, text: river }, 'escape', 'c', 'x', 'alt+up', 'alt+up');
    expect(text).toContain('causal mask');
    expect(text).toContain('head L0 H0 off [X]');
  });

  test.each([...paneNames])('the pane %s in front', async (pane) => {
    const key = paneKeys[pane];
    const text = await golden(name(`pane-${pane}`), { columns, rows, text: river }, 'escape', key);
    expect(text).toContain(key);
  });
});

test('a zoomed pane', async () => {
  const text = await golden('zoom-120x40', { columns: 120, rows: 40, text: river }, 'escape', '2', '+');
  expect(text).toContain('Esc unzoom');
});

test('the line of the second sentence, with the sentence that it offers', async () => {
  const text = await golden('offered-80x24', { columns: 80, rows: 24, text: river }, 'escape', 'b', 'B');
  expect(text).toContain(' TYPING B ');
  expect(text).toContain('a typed letter replaces this');
});

test('a screen that is too small says how much room is needed', async () => {
  const text = await golden('too-small-50x12', { columns: 50, rows: 12, text: river });
  expect(text).toContain('60 columns');
});

test('emoji, CJK and combining marks keep the columns aligned', async () => {
  const text = '漢字 👩‍👩‍👧‍👦 cafe\u0301 🇩🇪 hello';
  await golden('wide-80x24', { columns: 80, rows: 24, text });
});

test('without colours and without signs beyond ASCII', async () => {
  const text = await golden('ascii-80x24', { columns: 80, rows: 24, text: river, options: { ascii: true } });
  // Borders are drawn by characters too.
  expect(text.replaceAll('\n', '')).toMatch(/^[\x20-\x7e]*$/);
});
