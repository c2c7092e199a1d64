import { afterEach, describe, expect, test } from 'vitest';
import { helpTexts } from '../../../src/app/boxes/help-pages.ts';
import type { Row } from '../../../src/panes/kit/cells.ts';
import { rowText } from '../../../src/panes/kit/cells.ts';
import { type ExplorerScreen, openScreen } from '../../support/explorer-screen.tsx';

let screen: ExplorerScreen | null = null;
afterEach(() => {
  screen?.close();
  screen = null;
});

async function opened(columns = 80, rows = 24) {
  screen = openScreen({ columns, rows, text: 'please study man' });
  await screen.picture();
  const { press, controller } = screen;
  press('escape', '?');
  // Title and sentence, one or two rows of tokens, three at the bottom, the border.
  const size = { widthCells: columns - 2, heightCells: rows - (rows >= 30 && columns >= 100 ? 4 : 3) - 3 - 2 };
  const box = () => controller.overlay.value;
  const title = () => box()?.title(size) ?? '';
  const shown = (): readonly Row[] => box()?.rows(size) ?? [];
  const type = (words: string) => press(...Array.from(words, (one) => (one === ' ' ? 'space' : one)));
  const position = () => (/rows (\d+)–(\d+) of (\d+)$/.exec(title()) ?? []).slice(1).map(Number);
  /** Texts of a tone; the caret is not one. */
  const marked = (tone: string) =>
    shown().flatMap((row) => row.filter((one) => one.tone === tone && one.text.trim() !== '').map((one) => one.text));
  return { press, type, box, title, shown, position, marked, size, controller };
}

describe('the help', () => {
  test('opens on the keys of the pane in front, and ← → and Tab turn its pages', async () => {
    const { press, title, shown } = await opened();
    expect(title()).toMatch(/^\[keys\] {2}glossary {2}what attention does not say {3}rows 1–16 of \d+$/);
    expect(rowText(shown()[0] ?? [])).toContain('in this pane: attention');
    const heads = [];
    for (const key of ['right', 'tab', 'right', 'left', 'shift+tab']) {
      press(key);
      heads.push(/\[(.+?)\]/.exec(title())?.[1]);
    }
    const [keys, words, caveats] = ['keys', 'glossary', 'what attention does not say'];
    expect(heads).toEqual([words, caveats, keys, caveats, words]);
  });

  test.each([
    [80, 24],
    [120, 40],
    [200, 50],
  ])('at %d×%d a page key goes on by the rows in view but one', async (columns, rows) => {
    for (const key of ['pagedown', 'space']) {
      const { press, position, size } = await opened(columns, rows);
      const [first = 0, last = 0, all = 0] = position();
      expect([first, last]).toEqual([1, Math.min(all, size.heightCells)]);
      press(key);
      const [next = 0] = position();
      expect(next).toBe(Math.min(last, all - size.heightCells + 1));
      press(key === 'space' ? 'b' : 'pageup');
      expect(position()).toEqual([first, last, all]);
      press('end');
      expect(position()).toEqual([all - size.heightCells + 1, all, all]);
      press('down', 'home', 'down', 'down', 'up');
      expect(position()[0]).toBe(2);
      screen?.close();
    }
  });

  test('F1 opens it from the sentence, whose text stays', async () => {
    const { press, box, controller } = await opened();
    press('escape', 'i', '?', 'f1');
    expect(box()?.kind).toBe('help');
    press('escape');
    expect(controller.focus.value).toBe('input');
    expect(controller.explorer.inputs.text.value).toBe('please study man?');
  });

  test('searches while one types, over all pages, and n and N go round', async () => {
    const { press, type, title, marked, shown } = await opened();
    press('/');
    type('SINK');
    expect(marked('accent')).toEqual(['sink']);
    expect(rowText(shown().at(-1) ?? [])).toMatch(/^ \/ SINK +1 of \d+$/);
    const count = Number(/of (\d+)/.exec(rowText(shown().at(-1) ?? []))?.[1]);
    press('enter');
    const pages = new Set([/\[(.+?)\]/.exec(title())?.[1]]);
    for (let step = 1; step < count; step++) {
      press('n');
      expect(rowText(shown().at(-1) ?? [])).toBe(` / SINK   ${step + 1} of ${count}`);
      expect(marked('accent').join('').toLowerCase()).toContain('sink');
      pages.add(/\[(.+?)\]/.exec(title())?.[1]);
    }
    expect(pages.size).toBe(3);
    press('n');
    expect(rowText(shown().at(-1) ?? [])).toBe(` / SINK   1 of ${count}`);
    press('N');
    expect(rowText(shown().at(-1) ?? [])).toBe(` / SINK   ${count} of ${count}`);
  });

  test('finds words that a line break parts', async () => {
    const { press, type, marked, shown } = await opened();
    press('/');
    type('numbers that made it');
    expect(rowText(shown().at(-1) ?? [])).toContain('1 of');
    expect(marked('accent').join(' ').replaceAll(/ +/g, ' ')).toBe('numbers that made it');
  });

  test('says when nothing is found; Esc ends the search, and then closes', async () => {
    const { press, type, shown, box } = await opened();
    press('/');
    type('zebra');
    expect(rowText(shown().at(-1) ?? [])).toContain('not in the help');
    press('n', 'escape');
    expect(rowText(shown().at(-1) ?? [])).not.toContain('zebra');
    expect(box()?.kind).toBe('help');
    press('escape');
    expect(box()).toBeNull();
  });

  test('no page has words that are no key, and the last page names its sources', () => {
    const pages = helpTexts('attention').map(({ sections }) => JSON.stringify(sections));
    expect(pages.join('\n')).not.toMatch(/\{[a-z-]+\}/);
    for (const source of ['Jain & Wallace', 'Wiegreffe & Pinter', 'Kobayashi et al.', 'Xiao et al.', 'Abnar & Zuidema'])
      expect(pages[2]).toContain(source);
  });
});

test('on a narrow screen the title keeps the position and names the page in view', async () => {
  const { title, press } = await opened(60, 16);
  expect(title()).toMatch(/^keys {2}1 of 3 {3}rows 1–\d+ of \d+$/);
  press('left');
  expect(title()).toMatch(/^what attention does not say {2}3 of 3 {3}rows 1–\d+ of \d+$/);
});
