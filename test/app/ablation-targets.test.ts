import { describe, expect, test } from 'vitest';
import { parseArguments } from '../../src/app/arguments.ts';
import { commandLineOf } from '../../src/app/command-line.ts';
import { ablationSweepCommand } from '../../src/app/commands/ablation-sweep.ts';
import { createSession } from '../../src/app/explorer-session.ts';
import { UsageError } from '../../src/app/usage-error.ts';
import { temporaryFolder } from '../loaders/temporary-folder.ts';
import { copyHfModel, hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';
import { opened } from '../support/pressed-explorer.ts';

const gpt2 = hfModel('gpt2');
const folder = copyHfModel('gpt2', temporaryFolder());
const text = 'The boat drifted toward the river bank.';

type Options = Parameters<typeof ablationSweepCommand>[1];
const run = (options: Options) => ablationSweepCommand(text, { model: folder, ...options });
const json = async (options: Options) => JSON.parse(await run({ ...options, json: true }));

describe('ablation-sweep with chosen tokens', () => {
  test('the probability of a token', async () => {
    const { sort, heads } = await json({ targetToken: ' the' });
    expect(sort).toBe('prediction');
    for (const { effect, prediction } of heads) {
      expect(prediction.token.text).toBe('Ġthe');
      expect(effect).toBe(prediction.after - prediction.before);
    }
    expect(await run({ targetToken: ' the' })).toMatch(/; token after it: ␣the, p = 0\.\d{3}\n/);
  });

  test('a token to subtract: the difference of two logits', async () => {
    const { sort, heads } = await json({ targetToken: ' the', againstToken: 'he' });
    expect(sort).toBe('logits');
    const effects = heads.map(({ effect }: { effect: number }) => Math.abs(effect));
    expect(effects).toEqual(effects.toSorted((a: number, b: number) => b - a));
    for (const { effect, logits } of heads) {
      expect([logits.token.text, logits.against.text]).toEqual(['Ġthe', 'he']);
      expect(effect).toBe(logits.after - logits.before);
    }
    expect(await run({ againstToken: 'he' })).toMatch(/\nlogit\(.+\) - logit\(he\) = -?\d+\.\d{3} with the heads\n/);
  });

  test('what stands in the place of heads, and which heads are off already', async () => {
    const answer = await json({ ablation: 'mean', ablatedHeads: '0.1' });
    expect(answer).toMatchObject({ replacement: 'mean', ablated: [{ layer: 0, head: 1 }] });
    const table = await run({ ablation: 'mean', ablatedHeads: '0.1' });
    expect(table).toContain('\nin place of the head: its mean over the tokens\n');
    expect(table).toContain('\non top of: head L0 H1: context replaced by its mean over the tokens\n');
  });

  test.each<[Options, string]>([
    [{ targetToken: 'bank' }, "--target-token: 'bank' is 3 tokens of gpt2, not one: b + an + k"],
    [{ againstToken: '' }, "--against-token: '' is no token of gpt2"],
    [{ model: 'use-lite', targetToken: 'a' }, '--target-token: use-lite (use-lite) predicts no tokens'],
    [{ model: 'use-lite', rankBy: 'logits' }, '--sort logits: use-lite (use-lite) has no language-model head'],
  ])('%j is refused in one line', async (options, message) => {
    const error: unknown = await run(options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toContain(message);
    expect(String(error)).not.toContain('\n');
  });
});

describe('in the explorer', () => {
  const sweep = (changes = {}) => opened({ loaded: gpt2, text, pane: 'ablation', ...changes });

  test('the field takes one token; a text that is more says its pieces and stays', async () => {
    const { press, message, explorer, controller } = sweep();
    await press('P', ...'bank', 'enter');
    expect(message()).toBe("'bank' is 3 tokens of gpt2, not one: b + an + k");
    expect(controller.overlay.value).toMatchObject({ kind: 'targetToken', value: 'bank' });
    await press('ctrl+u', 'space', ...'the', 'enter');
    expect(controller.overlay.value).toBeNull();
    expect(explorer.inputs.targetToken.value).toBe(' the');
    expect(explorer.inputs.sweepMeasure.value).toBe('prediction');
    await press('A', ...'he', 'enter');
    expect(explorer.inputs).toMatchObject({ againstToken: { value: 'he' }, sweepMeasure: { value: 'logits' } });
    await press('P', 'enter');
    expect(explorer.inputs.targetToken.value).toBeNull();
    // The difference stays the target.
    expect(explorer.inputs.sweepMeasure.value).toBe('logits');
  });

  test('the line of the screen keeps the target, and leaves out what the model lacks', () => {
    const chosen = { targetToken: ' the', againstToken: 'he', sweepMeasure: 'logits' } as const;
    const line = commandLineOf(sweep(chosen).explorer, true);
    expect(line).toContain("--measure logits --target-token ' the' --against-token he");
    const other = commandLineOf(opened({ loaded: builtInModel('use-lite'), ...chosen }).explorer, true);
    expect(other).not.toMatch(/--measure|-token/);
    expect(() => createSession(gpt2, text, { pane: 'sweep', ...chosen })).not.toThrow();
    expect(() => createSession(gpt2, text, { sweepMeasure: 'embedding' })).toThrow(
      '--measure embedding: gpt2 (gpt2) has no',
    );
  });

  test('without predictions the keys of tokens say why', async () => {
    const { press, message, controller } = opened({ pane: 'ablation' });
    for (const key of ['P', 'A']) {
      await press(key);
      expect(message()).toContain('it predicts no tokens');
      expect(controller.overlay.value).toBeNull();
    }
  });

  test('zeros and means change places though no head is off', async () => {
    const { press, interventions, controller } = sweep();
    const title = () => controller.frame.value.view.panes.find(({ name }) => name === 'ablation')?.title;
    expect(title()).toBe('z each head off in turn  zeros in its place, heads from 0');
    await press('Z');
    expect(interventions().ablation).toBe('mean');
    expect(title()).toBe('z each head off in turn  mean over the tokens in its place, heads from 0');
  });

  test('only heads of the encoder are switched off, so it comes to the front', async () => {
    const { press, explorer } = opened({ loaded: hfModel('t5'), text, target: 'Das Haus', part: 'decoder' });
    await press('z');
    expect(explorer.inputs.part.value).toBe('encoder');
  });
});

describe('its arguments', () => {
  test.each([
    [[], 'ablation-sweep: a TEXT is missing'],
    [['a', '--csv', '--json'], "option '--json' cannot be used with option '--csv'"],
    [['a', '--sort', 'entropy'], 'Allowed choices are embedding, prediction, logits, output'],
  ])('%j is refused in one line', (argv, message) => {
    const action = () => parseArguments(['ablation-sweep', ...argv], '1.0.0');
    expect(action).toThrow(UsageError);
    expect(action).toThrow(message);
    expect(action).not.toThrow(/\n/);
  });

  test('its options are read', () => {
    const parsed = parseArguments(['ablation-sweep', 'a', '--sort', 'output', '--csv'], '1.0.0');
    expect(parsed).toMatchObject({ command: 'ablation-sweep', text: 'a', options: { rankBy: 'output', csv: true } });
    expect(parseArguments(['ablation-sweep', 'a', '--json'], '1.0.0').options.json).toBe(true);
    expect(() => parseArguments(['ablation-sweep', 'a', '--file', 'b'], '1.0.0')).toThrow('--file is for heads only');
  });
});
