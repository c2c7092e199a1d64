import { afterEach, describe, expect, test } from 'vitest';
import { keySections } from '../../../src/app/keys/key-sections.ts';
import { rowText } from '../../../src/panes/kit/cells.ts';
import { type ExplorerScreen, openScreen, type ScreenOptions } from '../../support/explorer-screen.tsx';

const text = 'please study man';
let screen: ExplorerScreen | null = null;
afterEach(() => {
  screen?.close();
  screen = null;
});

async function opened(options: Partial<ScreenOptions> = {}) {
  screen = openScreen({ columns: 120, rows: 40, text, ...options });
  await screen.picture();
  const { controller } = screen;
  const type = (words: string) => screen?.press(...Array.from(words, (one) => (one === ' ' ? 'space' : one)));
  const box = () => controller.overlay.value;
  const rows = () => box()?.rows({ widthCells: 300, heightCells: 400 }).map(rowText) ?? [];
  return { ...screen, ...controller, inputs: controller.explorer.inputs, controller, type, box, rows };
}

const isLine = (row: string) => row.trim() !== '' && !row.startsWith(' :');

describe('the palette', () => {
  test.each([
    ['in the panes', ['escape', ':'], 'panes'],
    ['in the panes, too', ['escape', 'ctrl+p'], 'panes'],
    ['in the sentence', ['ctrl+p'], 'input'],
  ])('opens %s, and Esc or Backspace in the empty field closes it', async (_, keys, focused) => {
    for (const closing of ['escape', 'backspace', 'ctrl+p']) {
      const { press, box, focus, inputs } = await opened();
      press(...keys);
      expect(box()?.kind).toBe('palette');
      press('x', 'backspace', closing);
      expect(box()).toBeNull();
      expect(focus.value).toBe(focused);
      expect(inputs.text.value).toBe(text);
      screen?.close();
    }
  });

  test('a colon in the sentence is a letter', async () => {
    const { press, box, inputs } = await opened();
    press(':');
    expect(box()).toBeNull();
    expect(inputs.text.value).toBe(`${text}:`);
  });

  test('has every action that the help names, but for the moves in a pane that others make', async () => {
    const { press, rows } = await opened();
    press('ctrl+p');
    const shown = rows().map((row) => row.replaceAll('the ', ''));
    const missing = keySections()
      .flatMap(({ entries }) => entries)
      .map(({ does }) => does.replace(/^in [^:]+: /, '').replaceAll('the ', ''))
      .filter((does) => !shown.some((row) => row.includes(does.slice(0, 60))));
    // Pairs of moves are two actions; the palette is open; arrows have the words of their pane.
    const others = missing.filter(
      (does) => !/^(previous, next|move |all actions)/.test(does) && !/^[\w -]+, [\w -]+$/.test(does),
    );
    expect(others).toEqual([]);
    for (const what of ['query', 'key', 'head', 'layer', 'dimension', 'operand', 'head in list', 'score to sort by'])
      for (const way of ['previous', 'next'])
        expect(
          shown.some((row) => row.includes(`${way} ${what}`)),
          `${way} ${what}`,
        ).toBe(true);
  });

  test('lists no action twice', async () => {
    for (const keys of [['ctrl+p'], ['escape', ':'], ['escape', '7', ':']]) {
      const { press, rows } = await opened();
      press(...keys);
      const does = rows()
        .filter(isLine)
        .map((row) =>
          row
            .slice(3)
            .replace(/ {2}.*/, '')
            .replaceAll('the ', ''),
        );
      expect(new Set(does).size).toBe(does.length);
      screen?.close();
    }
  });

  test('those that can act come before those that cannot', async () => {
    const { press, rows } = await opened();
    press('escape', ':');
    const shown = rows();
    const at = (words: string) => shown.findIndex((row) => row.includes(words));
    expect(at('causal mask')).toBeGreaterThan(0);
    expect(at('undo the last edit')).toBeGreaterThan(at('causal mask'));
    expect(at('the factor back to 1')).toBeGreaterThan(at('undo the last edit'));
    expect(shown[at('the factor back to 1')]).toContain('the factor is 1 already');
  });

  test('Enter says why an action cannot act, and leaves the box open', async () => {
    const { press, type, box, message, inputs } = await opened();
    press('ctrl+p');
    type('factor back');
    press('enter');
    expect(message.value).toBe('the factor is 1 already');
    expect(box()?.value).toBe('factor back');
    press('escape');
    expect(inputs.text.value).toBe(text);
  });

  test('reasons name keys, not actions', async () => {
    const { press, rows } = await opened();
    press('ctrl+p');
    expect(rows().join('\n')).not.toMatch(/\{[a-z-]+\}/);
    expect(rows().join('\n')).toContain('no head is off: x switches one off');
  });

  test('an action of the panes acts from the sentence, which keeps the keys', async () => {
    const { press, type, focus, inputs, box } = await opened();
    press('ctrl+p');
    type('causal');
    press('enter');
    expect(box()).toBeNull();
    expect(focus.value).toBe('input');
    expect(inputs.interventions.value.mask).toBe('causal');
    press('ctrl+p');
    type('curves');
    press('enter');
    expect(inputs.pane.value).toBe('curves');
    press('!');
    expect(inputs.text.value).toBe(`${text}!`);
  });

  test('an action of another pane brings that pane to the front', async () => {
    const { press, type, inputs } = await opened();
    press('escape', ':');
    type('next matrix');
    press('enter');
    expect(inputs.pane.value).toBe('qkv');
    expect(inputs.matrix.value).toBe('k');
  });

  test('an action of two sentences asks for the second one first', async () => {
    const { press, type, message, inputs } = await opened();
    press('escape', ':');
    type('next larger change');
    press('enter');
    expect(message.value).toBe('there is no second sentence: b opens one');
    expect(inputs.pane.value).toBe('attention');
  });

  test('an action that opens a box opens it', async () => {
    const { press, type, box } = await opened();
    press('ctrl+p');
    type('factor on the scores');
    press('enter');
    expect(box()?.kind).toBe('scale');
  });

  test('an edit of the sentence acts from the panes', async () => {
    const { press, type, inputs, focus } = await opened();
    press('escape', ':');
    type('cut back to the start of the sentence');
    press('enter');
    expect(inputs.text.value).toBe('');
    expect(focus.value).toBe('panes');
  });

  test('a change of the encoder cannot act where the decoder is looked at', async () => {
    const { press, type, message, rows } = await opened({ model: 't5', options: { target: 'a dog', part: 'decoder' } });
    press('escape', ':');
    type('switch the selected head');
    expect(rows().join('\n')).toContain("this acts on the encoder's attention");
    press('enter');
    expect(message.value).toContain('press p to go back to it');
  });

  test('a pane that takes a key for itself leaves the other action without it', async () => {
    const { press, type, rows } = await opened();
    press('escape', 't', ':');
    type('of an encoder–decoder');
    expect(rows().find((row) => row.includes('of an encoder'))).not.toMatch(/ p$/);
  });

  test('from the sentence, the key of an action says how to get there', async () => {
    const { press, rows } = await opened();
    press('ctrl+p');
    const row = (words: string) => rows().find((one) => one.includes(words)) ?? '';
    expect(row('causal mask')).toMatch(/ Esc, c$/);
    expect(row('the next matrix')).toMatch(/ Esc, 2, Space$/);
    expect(row('worked example')).toMatch(/ Alt-E$/);
    expect(row('insert what was cut')).toMatch(/ Ctrl-Y$/);
  });

  test('over a number that is being typed, it comes back to it', async () => {
    const { press, box } = await opened();
    press('escape', 'f', '0', '.', '5', 'ctrl+p', 'x', 'escape');
    expect(box()).toMatchObject({ kind: 'scale', value: '0.5' });
    press('f1', 'escape');
    expect(box()).toMatchObject({ kind: 'scale', value: '0.5' });
  });

  test('arrows, pages, Home and End move along the list and stop at its ends', async () => {
    const { press, box } = await opened();
    press('ctrl+p');
    const title = () => box()?.title({ widthCells: 118, heightCells: 30 });
    const count = Number(/of (\d+)$/.exec(title() ?? '')?.[1]);
    expect(count).toBeGreaterThan(80);
    for (const [key, place] of [
      ['up', 1],
      ['down', 2],
      ['end', count],
      ['down', count],
      ['home', 1],
    ] as const) {
      press(key);
      expect(title()).toBe(`all actions  ${place} of ${count}`);
    }
    press('pagedown');
    expect(title()).not.toBe(`all actions  1 of ${count}`);
    press('pageup');
    expect(title()).toBe(`all actions  1 of ${count}`);
  });

  test('says so when nothing is found, and Enter does nothing', async () => {
    const { press, type, box, rows, message } = await opened();
    press('ctrl+p');
    type('qqqq');
    expect(rows().join('\n')).toContain('no action has "qqqq" in its words');
    press('enter');
    expect(box()?.value).toBe('qqqq');
    expect(message.value).toBe('no action has "qqqq" in its words');
  });
});

describe('the choice of a model', () => {
  test.each(['EX', 'xmp', 'example'])('“%s” finds example, whatever the case', async (query) => {
    const { press, type, rows } = await opened();
    press('escape', 'm');
    type(query);
    expect(rows()[2]).toMatch(/^ ▸ example {2}1 layer, 1 head/);
    expect(rows()).toHaveLength(3);
  });

  test('models are actions of the palette, too, and the open one says so', async () => {
    const { press, rows } = await opened();
    press('ctrl+p');
    expect(rows().find((row) => row.includes('open the model use-lite'))).toContain('it is open now');
    expect(rows().some((row) => row.includes('open the model example'))).toBe(true);
  });
});
