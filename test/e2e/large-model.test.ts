import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeLargeModel } from '../support/large-model.ts';
import { openExplorer, patienceMs, press, sentenceOf } from './support/explorer.ts';
import { keyBytes } from './support/key-bytes.ts';
import { prepareProgram } from './support/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'attnscope-test-'));
const bert = join(folder, 'bert');
const gpt2 = join(folder, 'gpt2');

/** Just large enough for a thread of its own; deep, so that a long text takes a while. */
const size = { layers: 24, heads: 4, hidden: 128, inner: 2048, vocab: 30_000, positions: 512 };

beforeAll(async () => {
  await prepareProgram();
  makeLargeModel(bert, 'bert', size);
  makeLargeModel(gpt2, 'gpt2', size);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

const title = (text: string) => text.split('\n')[0] ?? '';
const isComputed = (text: string) => /\d (m?s)\s+[\d.]+ GB/.test(title(text));

describe('a model that is computed in a thread of its own', () => {
  test('shows the numbers of what was typed, and goes through layers, queries and panes', async () => {
    const terminal = await openExplorer(['--model', bert]);
    terminal.type('the cat sat');
    await terminal.waitFor((text) => isComputed(text) && sentenceOf(terminal) === 'the cat sat', patienceMs);
    const weights = terminal.screen().join('\n');
    expect(weights).toMatch(/weight [01]\.\d{3}/);
    for (let step = 0; step < 4; step++) await press(terminal, 'pagedown');
    await terminal.waitFor((text) => title(text).includes('L1 H0'), patienceMs);
    await press(terminal, 'alt+up');
    await terminal.waitFor((text) => text.includes('predictions') && /at \d+ ##t/.test(text), patienceMs);
    terminal.type(' on');
    await terminal.waitFor((text) => isComputed(text) && / on {2}/.test(text), patienceMs);
  });

  test('each pane that explains has its numbers in the last layer, too', async () => {
    const terminal = await openExplorer(['--model', bert, '--layer', String(size.layers - 1), 'the cat']);
    await terminal.waitFor(isComputed, patienceMs);
    await press(terminal, 'escape');
    for (const [key, shows] of [
      ['7', /step 1 of|1\/\d+ /],
      ['6', /the number in its cell/],
      ['0', /100\.0 %/],
      ['v', /temperature 0\.5/],
    ] as const) {
      await press(terminal, key);
      await terminal.waitFor((text) => shows.test(text), patienceMs);
    }
  });

  test('letters do not wait for numbers; Esc gives a computation up, and the next letter begins a new one', async () => {
    const text = Array.from({ length: 150 }, () => 'cat').join(' ');
    const terminal = await openExplorer(['--model', bert, text]);
    await terminal.waitFor((screen) => title(screen).includes('computing') || isComputed(screen), patienceMs);
    terminal.type('s');
    await terminal.waitFor((screen) => title(screen).includes('computing'), patienceMs);
    terminal.type(keyBytes('escape'));
    await terminal.waitFor((screen) => screen.includes('stopped') || isComputed(screen), patienceMs);
    terminal.type(`${keyBytes('ctrl+a')}${keyBytes('ctrl+k')}a cat`);
    await terminal.waitFor((screen) => isComputed(screen) && sentenceOf(terminal) === 'a cat', 60_000);
  }, 90_000);

  test('a text is grown token by token', async () => {
    const terminal = await openExplorer(['--model', gpt2, 'the cat']);
    await terminal.waitFor(isComputed, patienceMs);
    const tokens = () => Number(/(\d+) tokens/.exec(title(terminal.screen().join('\n')))?.[1]);
    const before = tokens();
    await press(terminal, 'alt+a');
    await terminal.waitFor((text) => isComputed(text) && tokens() === before + 1, patienceMs);
  });

  test('is left at once, whatever is being computed', async () => {
    const terminal = await openExplorer(['--model', bert, Array.from({ length: 150 }, () => 'cat').join(' ')]);
    terminal.type('s');
    terminal.type(keyBytes('ctrl+c'));
    expect(await terminal.exit).toEqual({ code: 0, signal: 0 });
    expect(terminal.isMainScreen()).toBe(true);
  });
});
