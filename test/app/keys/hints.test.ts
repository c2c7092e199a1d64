import { describe, expect, test } from 'vitest';
import { ownBindings } from '../../../src/app/keys/bindings.ts';
import { bottomRows } from '../../../src/app/keys/hints.ts';
import { paneNamed } from '../../../src/app/pane-named.ts';
import { paneNames } from '../../../src/explorer/pane-names.ts';
import { rowText } from '../../../src/panes/kit/cells.ts';
import { asciiText } from '../../../src/terminal/ascii.ts';
import { widthOf } from '../../../src/text/graphemes.ts';
import { hfModel } from '../../support/hf-models.ts';
import { paneKeys } from '../../support/panes.ts';
import { opened } from '../../support/pressed-explorer.ts';

const t5 = hfModel('t5');

/** The rows below the panes, as text. */
function below({ controller }: ReturnType<typeof opened>, widthCells = 80, ascii = false): string[] {
  return bottomRows(controller, controller.frame.value, { widthCells, ascii }).map(rowText);
}
const footer = (session: ReturnType<typeof opened>, widthCells = 80, ascii = false) =>
  below(session, widthCells, ascii).at(-1) ?? '';

describe('the line at the bottom', () => {
  test.each(paneNames)('of %s at 80 columns has its own keys, the ways out and the help', (name) => {
    const session = opened({ pane: name, sentenceB: 'a dog', columns: 80, rows: 24 });
    const line = footer(session);
    const own = ownBindings(paneNamed(name)).flatMap(({ hint }) => (typeof hint === 'string' ? hint : []));
    expect(own.length).toBeGreaterThanOrEqual(2);
    const isCore = paneNamed(name).place === 'core';
    for (const hint of [...own, 'i sentence', isCore ? 'q leave' : 'Esc back']) expect(line).toContain(` ${hint} `);
    expect(line.includes('Esc')).toBe(!isCore);
    expect(line.trimEnd()).toMatch(/ \? help$/);
    expect(line.startsWith(' PANES ')).toBe(true);
  });

  test.each([60, 80, 120, 200])('fits into %i columns, in ASCII, too, and still ends with the help', async (width) => {
    for (const pane of paneNames) {
      for (const ascii of [false, true]) {
        const line = footer(opened({ pane, sentenceB: 'a dog' }), width, ascii);
        expect(widthOf(line)).toBeLessThanOrEqual(width);
        expect(line.trimEnd()).toMatch(/\? help$/);
        if (ascii) expect(asciiText(line)).toBe(line);
      }
    }
  });

  test('names lenses only where the pane in front shows attention', () => {
    expect(footer(opened({ pane: 'attention' }), 120)).toMatch(/ w norms {2}s no sink {2}o rollout /);
    expect(footer(opened({ pane: 'scores' }), 120)).not.toMatch(/norms|rollout/);
  });

  test('says where Esc leads, and it leads there', async () => {
    const session = opened({ pane: 'scores', columns: 120, rows: 40 });
    expect(footer(session)).not.toContain('Esc');
    await session.press('+');
    expect(footer(session)).toContain('Esc unzoom');
    await session.press('escape', 'v');
    expect(footer(session)).toContain('Esc back');
    await session.press('escape');
    expect(session.explorer.inputs.pane.value).toBe('scores');
    await session.press('i');
    expect(footer(session)).toContain('Esc panes');
  });
});

describe('the badge', () => {
  test.each([
    ['TYPING', ['i'], {}],
    ['PANES', [], {}],
    ['TYPING A', ['i'], { sentenceB: 'x' }],
    ['TYPING B', ['B'], { sentenceB: 'x' }],
    ['TYPING SENTENCE', ['i'], { loaded: t5, target: 'a dog' }],
    ['TYPING DECODER', ['i', 'tab'], { loaded: t5, target: 'a dog' }],
    ['TYPING DECODER', ['i', 'tab', 'tab'], { loaded: t5, target: 'a dog', sentenceB: '' }],
    ['HELP', ['?'], {}],
    ['MODELS', ['m'], {}],
    ['FACTOR', ['f'], {}],
    ['NUMBER', ['='], {}],
    ['COMMAND', ['L'], {}],
  ] as const)('%s after %j, with a message, too', async (mode, keys, initial) => {
    const session = opened(initial);
    await session.press(...keys);
    for (const width of [60, 80, 120]) {
      session.explorer.inputs.columns.value = width;
      session.controller.message.value = null;
      expect(footer(session, width)).toMatch(new RegExp(`^ ${mode} {1,2}\\S`));
      for (const message of ['short', 'many words '.repeat(12)]) {
        session.controller.message.value = message;
        const rows = below(session, width);
        expect(rows).toHaveLength(3);
        expect(rows.at(-1)).toMatch(new RegExp(`^ ${mode} {2}\\S`));
        for (const row of rows.slice(0, -1)) expect(row).not.toContain(mode);
        for (const row of rows) expect(widthOf(row)).toBeLessThanOrEqual(width);
      }
    }
  });
});

describe('a box closes by the key that opened it', () => {
  test.each(['?', 'L', 'f', '='])('%s', async (key) => {
    const { press, controller } = opened();
    await press(key);
    expect(controller.overlay.value).not.toBeNull();
    await press(key);
    expect(controller.overlay.value).toBeNull();
    expect(controller.focus.value).toBe('panes');
  });

  test('m is a letter in the choice of a model', async () => {
    const { press, controller } = opened();
    await press('m', 'm');
    expect(controller.overlay.value).toMatchObject({ kind: 'models', value: 'm' });
  });
});

describe('a key without a binding says so', () => {
  test.each([
    ['ü', {}, 'ü does nothing in the panes: ? lists every key'],
    ['alt+x', {}, 'Alt-X does nothing in the panes: ? lists every key'],
    ['delete', {}, 'Delete does nothing in the panes: ? lists every key'],
    ['{', {}, '{ does nothing in the panes: ? lists every key'],
    ['backspace', {}, 'Backspace acts only in t how it is made'],
    ['n', {}, 'n acts only in t how it is made, 7 step by step, b two sentences and y one word in both'],
    ['space', { pane: 'maps' }, 'Space acts only in 2 Q K V, 7 step by step, b two sentences and y one word in both'],
  ] as const)('%s', async (key, initial, says) => {
    const { press, message, explorer } = opened(initial);
    const text = explorer.inputs.text.value;
    await press(key);
    expect(message()).toBe(says);
    expect(explorer.inputs.text.value).toBe(text);
  });

  test('while typing, too; what Ink cannot name says nothing', async () => {
    const { press, message, explorer } = opened();
    await press('i', 'ctrl+x');
    expect(message()).toBe('Ctrl-X does nothing while you type');
    await press('unknown', 'escape', 'unknown');
    expect(message()).toBeNull();
    expect(explorer.inputs.text.value).toBe('please study man');
  });

  test('the panes that it names have the key', async () => {
    for (const pane of ['derivation', 'steps', 'sentences'] as const) {
      const { press, message } = opened({ sentenceB: 'a dog' });
      if (pane !== 'sentences') await press(paneKeys[pane]);
      else await press('b', 'b');
      await press('n');
      expect(message() ?? '').not.toContain('acts only');
    }
  });
});

describe('zoom', () => {
  test('+ says so where the pane fills the screen already', async () => {
    for (const initial of [
      { pane: 'grid' },
      { columns: 60, rows: 16 },
      { pane: 'maps', columns: 80, rows: 24 },
    ] as const) {
      const { press, message, explorer } = opened(initial);
      await press('+');
      expect(message()).toBe('this pane fills the screen already');
      expect(explorer.inputs.isZoomed.value).toBe(false);
    }
  });

  test('a lens that is out of view says what it changed', async () => {
    const { press, message } = opened({ pane: 'scores', columns: 80, rows: 24 });
    await press('w');
    expect(message()).toBe('1 attention now shows norms');
    await press('w');
    expect(message()).toBe('1 attention now shows weights');
  });
});
