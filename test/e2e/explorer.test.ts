import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';

const entry = join(import.meta.dirname, '../../dist/attnscope.js');
const sentence = 'The boat drifted toward the river bank.';
const altUp = '\x1b[1;3A';

let terminal: TestTerminal | null = null;
afterEach(() => {
  terminal?.dispose();
  terminal = null;
});

function open(args: readonly string[] = [], columns = 120, rows = 40): TestTerminal {
  terminal = openTerminal(process.execPath, { args: [entry, ...args], columns, rows });
  return terminal;
}

const screen = (t: TestTerminal) => t.screen().join('\n');

/** Waits until what the program writes has come to rest with `text` on the screen. */
async function shows(t: TestTerminal, text: string): Promise<void> {
  await t.waitFor((all) => all.includes(text), 10_000);
  await t.settled();
  expect(screen(t)).toContain(text);
}

describe('the explorer on a real pseudo-terminal', () => {
  test('a sentence typed letter by letter: the numbers on the screen are those of the trace', async () => {
    const t = open();
    await shows(t, 'Type a sentence.');
    for (const letter of sentence) {
      t.type(letter);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await shows(t, '8 bank');
    t.type(altUp);
    await shows(t, '▸8 bank');
    const { stdout } = spawnSync(process.execPath, [entry, 'trace', sentence, '--json'], { encoding: 'utf8' });
    const { tokens, layers } = JSON.parse(stdout);
    const row: number[] = layers[0].heads[0].weights[8];
    const strongest = row.indexOf(Math.max(...row));
    expect(screen(t)).toContain(
      `8 bank → ${strongest} ${tokens[strongest].text.slice(1)} · weight ${row[strongest]!.toFixed(3)}`,
    );
    const line = t.screen().find((one) => one.includes('│▸8 bank ')) ?? '';
    const written = row.map((weight) => weight.toFixed(2).replace(/^0/, ''));
    expect(line.match(/\.\d\d/g)?.slice(0, row.length)).toEqual(written);
  });

  test('the worked example, to the digit, and back', async () => {
    const t = open([sentence]);
    await shows(t, '10 tokens');
    t.type('\x1be');
    await shows(t, '3 tokens');
    expect(screen(t)).toContain('▸0 please');
    for (const text of [
      '0.4223 × [1, 0] + 0.1554 × [2, 2]',
      '+ 0.4223 × [2, 1]',
      '= [1.578, 0.733]',
      '= [1.576, 0.732]',
    ]) {
      expect(screen(t)).toContain(text);
    }
    t.type('\x1b[1;3B\x1b[1;3B');
    await shows(t, '= [1.788, 1.000]');
    t.type(' dog');
    await shows(t, 'dog (unknown word)');
    t.type('\x1be');
    await shows(t, sentence);
  });

  test('keys of the panes: mask, head, factor, reset, model, help', async () => {
    const t = open([sentence]);
    await shows(t, '10 tokens');
    t.type('\x1b');
    await shows(t, 'q leave');
    t.type('c');
    await shows(t, 'causal mask');
    // Exactly zero is a dot.
    expect(t.screen().find((line) => line.includes('│ 0 The ')) ?? '').toMatch(/│ 0 The +1 +· +·/);
    t.type('x');
    await shows(t, 'head L0 H0 off [X]');
    t.type('f');
    await shows(t, 'factor on the scores');
    t.type('0.5\r');
    await shows(t, '× 0.5 [F]');
    t.type('r');
    await t.waitFor((all) => !all.includes('causal mask'), 5000);
    t.type('m');
    await shows(t, 'choose a model');
    t.type('exa\r');
    await shows(t, '1 layer × 1 head');
    expect(screen(t)).toContain('unknown word');
    t.type('?');
    await shows(t, '[keys]');
  });

  test('keys that arrive together are taken one by one, and pasted lines become one', async () => {
    const t = open();
    await shows(t, 'Type a sentence.');
    t.type('one two\x1b[D\x1b[DX\x7f');
    await shows(t, '› one two');
    t.type('\x15\x1b[200~first line\r\nsecond line\x1b[201~');
    await shows(t, '› first line second line');
  });

  test.each([
    ['emoji and CJK', 'a 👩‍👩‍👧 日本語 e\u0301 zwj'],
    ['a very long word', 'x'.repeat(300)],
    ['more than 128 tokens', 'word '.repeat(200)],
    ['one token', 'a'],
  ])('%s: the frames of the panes stay straight', async (_, text) => {
    const t = open([text]);
    await shows(t, 'Esc panes');
    await shows(t, '1 attention');
    const rows = t.screen();
    const top = rows.findIndex((line) => line.startsWith('╭'));
    const bottom = rows.findLastIndex((line) => line.startsWith('╰'));
    expect(bottom - top).toBeGreaterThan(20);
    for (let y = top + 1; y < bottom; y++) {
      expect(t.cell(0, y).text).toBe('│');
      expect(t.cell(119, y).text).toMatch(/[│╮╯]/);
    }
    if (text.length > 500) expect(screen(t)).toContain('cut at "word word');
  });

  test('follows the size of the window, and says when it is too small', async () => {
    const t = open([sentence], 80, 24);
    await shows(t, '1 attention');
    expect(screen(t)).not.toContain('3 scores');
    t.resize(120, 40);
    await shows(t, '3 scores');
    t.resize(50, 10);
    await shows(t, 'needs 60 columns');
    t.resize(80, 24);
    await shows(t, '1 attention');
  });
});
