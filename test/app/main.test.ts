import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { commandLineOf } from '../../src/app/command-line.ts';
import { main } from '../../src/app/main.ts';
import { noInterventions } from '../../src/core/interventions.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import { viewOf } from '../../src/explorer/settings/views.ts';
import { staticSideIn } from '../../src/panes/word/pane.ts';
import { money, reopened, river, shellWords, useLite } from '../support/reopened.ts';

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

describe('the line of a screen', () => {
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

  test('what it is compared with is not in it', () => {
    const explorer = createExplorer({ loaded: useLite, text: river, sentenceB: money, pane: 'word' });
    const path = join(import.meta.dirname, '../../fixtures/static-vectors/glove.txt');
    const again = reopened(explorer, { ascii: true, static: path });
    expect(staticSideIn(again).value).toMatchObject({ label: expect.stringContaining('glove.txt'), cosine: 1 });
  });

  test('with show prints that screen', async () => {
    // The time that a computation takes is printed, and its width moves what stands beside it.
    vi.spyOn(performance, 'now').mockReturnValue(0);
    const interventions = { ...noInterventions, mask: 'causal', ablatedHeads: [{ layer: 0, head: 1 }] } as const;
    const explorer = createExplorer({
      loaded: useLite,
      text: river,
      sentenceB: money,
      layer: 1,
      head: 2,
      interventions,
    });
    for (const pane of ['attention', 'qkv', 'maps', 'derivation'] as const) {
      out.printed = '';
      explorer.inputs.pane.value = pane;
      const [, ...words] = shellWords(commandLineOf(explorer, true));
      const model = words.indexOf('--model');
      if (model >= 0) words.splice(model, 2);
      const { exitCode, said, printed } = await run('show', ...words, '--color', 'never');
      expect([exitCode, said], pane).toEqual([0, '']);
      expect(printed).toContain('L1 H2');
      out.printed = '';
      const options = [
        '--layer',
        '1',
        '--head',
        '2',
        '--mask',
        'causal',
        '--ablate',
        '0.1',
        '--view',
        viewOf(pane, 'weights'),
      ];
      const same = await run('show', river, '--other', money, ...options, '--color', 'never');
      expect(same.printed, pane).toBe(printed);
    }
  });

  test('without a terminal the explorer prints it, too', async () => {
    const { exitCode, said, printed } = await run(money, '--view', 'grid');
    expect([exitCode, said]).toEqual([
      0,
      'attnscope: the explorer needs a terminal; this is what attnscope show prints\n',
    ]);
    expect(printed).toContain('money');
  });

  test('--part shows that attention only', async () => {
    const { exitCode, said } = await run('show', river, '--part', 'cross');
    expect([exitCode, said]).toEqual([
      2,
      'attnscope: --part cross: use-lite (use-lite) has no decoder; --model t5-small has one\n',
    ]);
  });

  test.each([
    ['a model that is not there', ['--model', 'nowhere/none'], /^attnscope: no model 'nowhere\/none': .+\n$/],
    ['a folder that is gone', ['--model', '/nonexistent/gpt2'], /^attnscope: no model '\/nonexistent\/gpt2': .+\n$/],
    ['a layer that the model does not have', ['--layer', '7'], /^attnscope: --layer 7: out of range, .+\n$/],
    ['a head that the layer does not have', ['--head', '7'], /^attnscope: --head 7: out of range, .+\n$/],
    ['a target for a model without a decoder', ['--target', 'a'], /^attnscope: --target: use-lite .+\n$/],
    ['a cell that was cut', ['--cell', 'weights:1.1.'], /^attnscope: --cell weights:1\.1\.: a cell and a number .+\n$/],
    ['a state of before', ['--state', '1-q64FAAj9fWUg'], /^attnscope: unknown option '--state'.*\n$/],
  ])('%s: one line, exit code 2', async (_, options, said) => {
    const ended = await run('show', river, ...options);
    expect(ended).toMatchObject({ exitCode: 2, printed: '' });
    expect(ended.said).toMatch(said);
  });
});
