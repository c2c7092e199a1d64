import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Extras, noExtras } from '../../src/panes/frame/layout.ts';
import { type Content, writeSnapshot } from '../loaders/hub/cache-folder.ts';
import { makeMalformedFolders } from '../loaders/malformed-folders.ts';
import { copyHfModel } from '../support/hf-models.ts';
import type { TestTerminal } from '../support/terminal.ts';
import {
  frameFaults,
  openExplorer,
  paneRows,
  patienceMs,
  press,
  pressAndSee,
  sentenceOf,
  sentenceWithCaret,
  targetOf,
  type,
} from './support/explorer.ts';
import { prepareProgram, runProgram } from './support/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'attnscope-'));
const cache = join(folder, 'hub');
const malformed = join(folder, 'malformed');
const gpt2 = copyHfModel('gpt2', folder);
const t5 = copyHfModel('t5', folder);

beforeAll(async () => {
  mkdirSync(malformed);
  makeMalformedFolders(malformed);
  writeSnapshot(cache, 'tiny/gpt2', filesOf(gpt2));
  writeSnapshot(cache, 'tiny/t5', filesOf(t5));
  writeSnapshot(cache, 'tiny/nan', filesOf(join(malformed, 'st-nan')));
  writeSnapshot(cache, 'tiny/pickle', filesOf(join(malformed, 'pytorch-bin-only')));
  await prepareProgram();
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

function filesOf(directory: string): Record<string, Content> {
  return Object.fromEntries(readdirSync(directory).map((name) => [name, readFileSync(join(directory, name))]));
}

const sizes = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
];
const decoder: Extras = { ...noExtras, hasPredictions: true };
const both: Extras = { ...noExtras, hasPredictions: true, hasTarget: true };

const screen = (terminal: TestTerminal) => terminal.screen().join('\n');
const title = (terminal: TestTerminal) => terminal.screen()[0] ?? '';
const lastLine = (terminal: TestTerminal) => terminal.screen().at(-1) ?? '';
const straight = (terminal: TestTerminal, extras?: Extras) =>
  expect(frameFaults(terminal, 'attention', extras)).toEqual([]);

async function shows(terminal: TestTerminal, text: string): Promise<void> {
  await terminal.waitFor((all) => all.includes(text), patienceMs);
  await terminal.settled(60);
}

async function jsonOf(...args: readonly string[]) {
  const { stdout, stderr } = await runProgram([...args, '--json']);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

describe.each(sizes)('a GPT-2-like model at $columns × $rows', (size) => {
  const text = 'The cat sat';

  test('shows what may follow the selected token, with the probabilities of the trace', async () => {
    const { predictions, tokens } = await jsonOf('trace', text, '--fields', 'predictions', '--model', gpt2);
    const terminal = await openExplorer([text, '--model', gpt2], size);
    await shows(terminal, 'predictions');
    expect(title(terminal)).toContain('gpt2');
    for (const position of [tokens.length - 1, tokens.length - 2]) {
      const [heading, ...rows] = paneRows(terminal, 'predictions', 'attention', decoder);
      expect(heading).toMatch(new RegExp(`^after ${position} `));
      const shown = rows.slice(0, 5).map((row) => row.slice(0, 5));
      const expected = predictions[position].map(({ probability }: { readonly probability: number }) =>
        probability.toFixed(3),
      );
      expect(shown).toEqual(expected);
      straight(terminal, decoder);
      await pressAndSee(terminal, 'alt+up');
    }
  });

  test('Alt-A appends the most probable token, again and again, as generate does', async () => {
    const { text: generated, ids } = await jsonOf('generate', text, '--tokens', '4', '--model', gpt2);
    const terminal = await openExplorer([text, '--model', gpt2], size);
    await shows(terminal, 'predictions');
    const texts = [text];
    for (let count = 0; count < 4; count++) {
      await pressAndSee(terminal, 'alt+a');
      const before = texts.at(-1);
      await terminal.waitFor(() => sentenceOf(terminal).trimEnd() !== before && !title(terminal).includes('computing'));
      texts.push(sentenceOf(terminal).trimEnd());
      straight(terminal, decoder);
    }
    expect(texts.at(-1)).toBe(generated);
    expect(sentenceWithCaret(terminal)).toBe(`${generated}|`);
    expect(title(terminal)).toContain(` ${ids.length} tokens`);
    await press(terminal, 'ctrl+_');
    expect(sentenceOf(terminal).trimEnd()).toBe(texts[3]);
    expect(title(terminal)).toContain(` ${ids.length - 1} tokens`);
  });
});

describe.each(sizes)('a T5-like model at $columns × $rows', (size) => {
  const text = 'The house is small.';
  const args = [text, '--model', t5, '--target', 'Das Haus'];

  test('has a line for what the decoder reads, which Tab goes to', async () => {
    const terminal = await openExplorer(args, size);
    expect([sentenceOf(terminal), targetOf(terminal)]).toEqual([text, 'Das Haus']);
    expect(terminal.cursor()).toEqual({ x: 3 + text.length, y: 1 });
    await pressAndSee(terminal, 'tab');
    expect(terminal.cursor()).toEqual({ x: 3 + 'Das Haus'.length, y: 2 });
    terminal.type(' ist');
    await terminal.waitFor(() => targetOf(terminal) === 'Das Haus ist', patienceMs);
    await terminal.settled(60);
    expect(sentenceOf(terminal)).toBe(text);
    straight(terminal, both);
    await pressAndSee(terminal, 'tab');
    expect(lastLine(terminal)).toContain('q leave');
  });

  test('p goes from the encoder to the decoder, to attention between both, and back', async () => {
    const { tokens, decoder: read } = await jsonOf('trace', ...args);
    const terminal = await openExplorer(args, size);
    await pressAndSee(terminal, 'escape');
    expect(title(terminal)).toMatch(/ encoder L0 H0 /);
    const encoderScreen = terminal.screen().slice(1);
    await pressAndSee(terminal, 'p');
    expect(title(terminal)).toMatch(/ decoder L0 H0 /);
    expect(title(terminal)).toContain(` ${read.tokens.length} tokens`);
    straight(terminal, both);
    await pressAndSee(terminal, 'p');
    expect(title(terminal)).toMatch(/ cross L0 H0 /);
    straight(terminal, both);
    const weights: number[] = read.crossLayers[0].heads[0].weights.at(-1);
    const strongest = weights.indexOf(Math.max(...weights));
    const name = (token: { readonly text: string }) => token.text.replace('▁', '');
    expect(screen(terminal)).toContain(
      `${read.tokens.length - 1} ${name(read.tokens.at(-1))} → ${strongest} ${name(tokens[strongest])} · weight ` +
        weights[strongest]!.toFixed(3),
    );
    await pressAndSee(terminal, 'p');
    expect(title(terminal)).toMatch(/ encoder L0 H0 /);
    expect(terminal.screen().slice(1)).toEqual(encoderScreen);
  });

  test("Alt-A appends to the decoder's text", async () => {
    const { text: generated } = await jsonOf('generate', ...args, '--tokens', '2');
    const terminal = await openExplorer(args, size);
    await pressAndSee(terminal, 'alt+a');
    await pressAndSee(terminal, 'alt+a');
    expect(targetOf(terminal)).toBe(generated);
    expect(sentenceOf(terminal)).toBe(text);
    straight(terminal, both);
  });
});

describe.each(sizes)('the choice of a model at $columns × $rows', (size) => {
  const text = 'The cat sat on the mat.';
  const open = () => openExplorer([text], { ...size, env: { HF_HUB_CACHE: cache } });

  async function choose(terminal: TestTerminal, name: string): Promise<void> {
    await pressAndSee(terminal, 'm');
    await shows(terminal, 'choose a model');
    terminal.type(name);
    await shows(terminal, `filter ${name}`);
    await pressAndSee(terminal, 'enter');
  }

  test('lists those of the cache, those too that cannot be used, and why', async () => {
    const terminal = await open();
    await pressAndSee(terminal, 'escape');
    await pressAndSee(terminal, 'm');
    await shows(terminal, 'tiny/gpt2');
    const listed = terminal.screen().slice(1);
    const lineOf = (name: string) => listed.find((line) => line.includes(` ${name} `)) ?? '';
    expect(lineOf('tiny/gpt2')).toContain('2 layers, 4 heads');
    expect(lineOf('tiny/t5')).toContain('2 layers, 4 heads');
    expect(lineOf('tiny/pickle')).toContain('cannot be used: no model.safetensors');
    expect(lineOf('use-lite')).toContain('(open now)');
  });

  test('opens one without losing the text, and goes on', async () => {
    const terminal = await open();
    await pressAndSee(terminal, 'escape');
    await choose(terminal, 'tiny/gpt2');
    await shows(terminal, 'predictions');
    expect(title(terminal)).toContain('tiny/gpt2');
    expect(sentenceOf(terminal)).toBe(text);
    straight(terminal, decoder);
    await choose(terminal, 'tiny/t5');
    await shows(terminal, 'encoder L0 H0');
    expect(sentenceOf(terminal)).toBe(text);
    straight(terminal, both);
    await press(terminal, 'i');
    await type(terminal, ' And more');
    expect(sentenceOf(terminal)).toBe(`${text} And more`);
    await pressAndSee(terminal, 'escape');
    await choose(terminal, 'use-lite');
    await terminal.waitFor(() => title(terminal).includes('use-lite'), patienceMs);
    await terminal.settled(60);
    expect(sentenceOf(terminal)).toBe(`${text} And more`);
    straight(terminal);
  });

  test.each([
    ['tiny/pickle', /cannot be used: .*only pytorch_model\.bin \(a pickle, which is never opened\)$/],
    ['tiny/nan', /model\.safetensors: tensor '.*query\.weight' holds NaN at index 0; every number must be finite$/],
  ])('%s is refused in one line, to be read as a whole, and the explorer goes on', async (name, why) => {
    const terminal = await open();
    await pressAndSee(terminal, 'escape');
    const before = terminal.screen();
    await choose(terminal, name);
    // The last row begins with the mode.
    const message = () =>
      terminal
        .screen()
        .slice(-3)
        .join('')
        .replace(/ (PANES|MODELS) /, ' ')
        .replaceAll(/ +/g, ' ')
        .trim();
    await terminal.waitFor(() => why.test(message()), patienceMs);
    await terminal.settled(60);
    expect(message()).toContain(name);
    // The list stays where it cannot open a model, and Esc closes it.
    if (terminal.screen().join().includes('choose a model')) await pressAndSee(terminal, 'escape');
    expect(terminal.screen().slice(0, -3)).toEqual(before.slice(0, -3));
    straight(terminal);
    await pressAndSee(terminal, 'i');
    expect(lastLine(terminal)).toContain('Esc panes');
    await type(terminal, ' And more');
    expect(title(terminal)).toContain('use-lite');
  });
});

test('keys that a model has no use for say so', async () => {
  const terminal = await openExplorer(['The cat sat']);
  await pressAndSee(terminal, 'alt+a');
  expect(lastLine(terminal)).toContain('use-lite does not predict the next token');
  await pressAndSee(terminal, 'tab');
  expect(lastLine(terminal)).toContain('q leave');
  await pressAndSee(terminal, 'a');
  expect(lastLine(terminal)).toContain('use-lite does not predict the next token');
  await pressAndSee(terminal, 'p');
  expect(lastLine(terminal)).toContain('one kind of attention');
  expect(sentenceOf(terminal)).toBe('The cat sat');
});

describe('on the command line', () => {
  test.each([
    ['st-truncated', /model\.safetensors/],
    ['pytorch-bin-only', /pytorch_model\.bin/],
    ['config-unknown-type', /'sphinx9000' is not supported/],
  ])('%s is refused before the screen is opened', async (name, why) => {
    const { exitCode, stdout, stderr } = await runProgram(['show', 'hi', '--model', join(malformed, name)]);
    expect(stderr).toMatch(/^attnscope: [^\n]+\n$/);
    expect(stderr).toMatch(why);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  });

  test('a repository of the cache is opened by its id', async () => {
    const { stdout } = await runProgram(['trace', 'The cat', '--json', '--model', 'tiny/gpt2'], {
      env: { HF_HUB_CACHE: cache },
    });
    expect(JSON.parse(stdout).model).toMatchObject({ name: 'tiny/gpt2', type: 'gpt2', layers: 2, heads: 4 });
  });
});
