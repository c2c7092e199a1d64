import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Options } from '../../src/app/arguments.ts';
import { loadNamedModel } from '../../src/app/explorer-session.ts';
import { main } from '../../src/app/main.ts';
import { refuseBesideState, stateOf } from '../../src/app/saved-state.ts';
import type { SavedState } from '../../src/app/state-fields.ts';
import { encodeState } from '../../src/app/state-string.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import { money, reopened, river, useLite } from '../support/reopened.ts';

/** What is printed on standard output. */
const out = vi.hoisted(() => ({ printed: '' }));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const writeSync = (file: number, bytes: Uint8Array, from: number) => {
    if (file !== 1) return fs.writeSync(file, bytes, from);
    out.printed += Buffer.from(bytes.subarray(from)).toString();
    return bytes.length - from;
  };
  return { ...fs, writeSync };
});

/** A line of use-lite, as the key L gives it. */
const lineOf = (changes: Partial<SavedState> = {}) =>
  encodeState({ ...stateOf(createExplorer({ loaded: loadNamedModel({}), text: river })), ...changes });

describe('beside --state', () => {
  /** What the program says on standard error, and its exit code. */
  async function run(...argv: string[]) {
    let said = '';
    const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      said += String(text);
      return true;
    });
    try {
      return { exitCode: await main(argv), said, printed: out.printed };
    } finally {
      spy.mockRestore();
    }
  }
  beforeEach(() => {
    out.printed = '';
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const same = [
    ['--model', 'use-lite'],
    ['--layer', '0'],
    ['--head', '0'],
    ['--query', '0'],
    ['--pair', 'a'],
    ['--target', 'a'],
    ['--other', 'a'],
    ['--mask', 'none'],
    ['--scale-factor', '1'],
    ['--ablate', '0.0'],
    ['--view', 'weights'],
  ] as const;

  test.each(same)('%s is refused in one line, whatever it is set to', async (name, value) => {
    expect(await run('show', '--state', lineOf(), name, value)).toEqual({
      exitCode: 2,
      said: `attnscope: --state says what ${name} would: leave ${name} out\n`,
      printed: '',
    });
  });

  test.each([[river], [''], ['-']])('so is the text “%s”', async (text) => {
    expect(await run('show', '--state', lineOf(), text)).toEqual({
      exitCode: 2,
      said: 'attnscope: --state has a text of its own: leave TEXT out\n',
      printed: '',
    });
  });

  test('how it looks and what is compared with it is not in a state', () => {
    const options = { state: lineOf(), ascii: true, color: 'never', static: 'x', theme: 'dark', synchronized: false };
    expect(() => refuseBesideState(null, options as Options)).not.toThrow();
    const explorer = createExplorer({ loaded: useLite, text: river, other: money, pane: 'word' });
    const path = join(import.meta.dirname, '../../fixtures/static-vectors/glove.txt');
    const again = reopened(explorer, { ascii: true, static: path });
    expect(again.studies.staticSide.value).toMatchObject({ label: expect.stringContaining('glove.txt'), cosine: 1 });
  });

  test('show prints what it prints of the same text and options', async () => {
    const interventions = { mask: 'causal', ablatedHeads: [{ layer: 0, head: 1 }] } as const;
    // The time that a computation takes is printed, and its width moves what stands beside it.
    vi.spyOn(performance, 'now').mockReturnValue(0);
    const state = await run(
      'show',
      '--state',
      lineOf({ layer: 1, head: 2, query: 4, ...interventions }),
      '--color',
      'never',
    );
    expect(state).toMatchObject({ exitCode: 0, said: '' });
    expect(state.printed).toContain('L1 H2');
    out.printed = '';
    const options = ['--layer', '1', '--head', '2', '--query', '4', '--mask', 'causal', '--ablate', '0.1'];
    const { printed } = await run('show', river, ...options, '--color', 'never');
    expect(state.printed).toBe(printed);
    out.printed = '';
    expect((await run('show', '--state', lineOf(), '--ascii')).printed).toMatch(/^[\n\x20-\x7e]+$/);
  });

  test('without a terminal the explorer prints it, too', async () => {
    const { exitCode, said, printed } = await run('--state', lineOf({ text: money }));
    expect([exitCode, said]).toEqual([
      0,
      'attnscope: the explorer needs a terminal; this is what attnscope show prints\n',
    ]);
    expect(printed).toContain('money');
  });

  test.each([
    ['a model that is not there', lineOf({ model: 'nowhere/none' }), /^attnscope: no model 'nowhere\/none': .+\n$/],
    [
      'a folder that is gone',
      lineOf({ model: '/nonexistent/gpt2' }),
      /^attnscope: no model '\/nonexistent\/gpt2': .+\n$/,
    ],
    [
      'a layer that the model does not have',
      lineOf({ layer: 7 }),
      /^attnscope: --state: layer 7 is out of range, .+\n$/,
    ],
    ['a head that the layer does not have', lineOf({ head: 7 }), /^attnscope: --state: head 7 is out of range, .+\n$/],
    ['a target for a model without a decoder', lineOf({ target: 'a' }), /^attnscope: --target: use-lite .+\n$/],
    ['a line that was cut', lineOf().slice(0, -3), /^attnscope: --state: the line was cut or mistyped, .+\n$/],
    ['a line that is none', 'hello', /^attnscope: --state: this is no state of attnscope: .+\n$/],
    ['an empty line', '', /^attnscope: --state: the line is empty\n$/],
  ])('%s: one line, exit code 2', async (_, line, said) => {
    const ended = await run('show', '--state', line);
    expect(ended).toMatchObject({ exitCode: 2, printed: '' });
    expect(ended.said).toMatch(said);
  });
});
