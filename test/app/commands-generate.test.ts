import { describe, expect, test } from 'vitest';
import { parseArguments } from '../../src/app/arguments.ts';
import { generateCommand } from '../../src/app/commands/generate.ts';
import { UsageError } from '../../src/app/usage-error.ts';
import { temporaryFolder } from '../loaders/temporary-folder.ts';
import { copyHfModel, hfExpected, hfModel } from '../support/hf-models.ts';

const folder = temporaryFolder();
const gpt2 = copyHfModel('gpt2', folder);
const t5 = copyHfModel('t5', folder);
const bert = copyHfModel('bert', folder);

interface Expected {
  readonly cases: readonly {
    readonly text: string;
    readonly ids: number[];
    readonly target: { readonly decoder_input_ids: number[]; readonly text: string };
    readonly source: { readonly text: string };
    readonly top5: { readonly ids: number[][] };
  }[];
}

const json = (text: string, options: Parameters<typeof generateCommand>[1]) =>
  JSON.parse(generateCommand(text, { json: true, ...options }));

describe('attnscope generate', () => {
  const { cases } = hfExpected('gpt2') as Expected;
  test.each(cases)('gpt2, one token after $text: the most probable one that is recorded', ({ text, ids, top5 }) => {
    const generated = json(text, { model: gpt2, tokens: '1' });
    expect(generated.ids).toEqual([...ids, top5.ids.at(-1)![0]]);
    expect(generated.text).toBe(hfModel('gpt2').tokenizer.decode!(generated.ids, { skipSpecialTokens: true }));
    expect(generated.text.startsWith(text)).toBe(true);
    expect(Object.keys(generated)).toEqual(['ids', 'text']);
  });

  test.each((hfExpected('t5') as Expected).cases)('t5, after $target.text', ({ source, target, top5 }) => {
    const generated = json(source.text, { model: t5, target: target.text, tokens: '1' });
    expect(generated.ids).toEqual([...target.decoder_input_ids, top5.ids.at(-1)![0]]);
    expect(generated.text.startsWith('<pad>')).toBe(false);
  });

  test('without --json prints the text alone, and a line end', () => {
    const { text } = json('The cat', { model: gpt2, tokens: '3' });
    expect(generateCommand('The cat', { model: gpt2, tokens: '3' })).toBe(`${text}\n`);
  });

  test('adds 20 tokens where no number is given', () => {
    const { ids } = json('The cat', { model: gpt2 });
    const read = hfModel('gpt2').tokenizer.encode!('The cat').tokens.length;
    const ended = ids.at(-1) === 399;
    expect(ended || ids.length === read + 20).toBe(true);
  });

  test('ends where the model can read no more', () => {
    const { ids } = json('The cat', { model: gpt2, tokens: '10000' });
    expect(ids.length === 64 || ids.at(-1) === 399).toBe(true);
  });
});

describe('what generate refuses, in one line that says what would be right', () => {
  const refusal = (text: string, options: Parameters<typeof generateCommand>[1]): string => {
    try {
      generateCommand(text, options);
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError);
      return (error as Error).message;
    }
    throw new Error('nothing was refused');
  };

  test('no text', () =>
    expect(() => parseArguments(['generate', '--model', gpt2], '1.0.0')).toThrow(
      /^generate: a TEXT is missing, .* --tokens 20$/,
    ));

  test.each(['0', '-1', '1.5', '1e3', 'many', '', '10001', ' 5'])('--tokens %j', (tokens) => {
    expect(refusal('The cat', { model: gpt2, tokens })).toBe(
      `--tokens ${tokens}: a whole number from 1 to 10000 is expected`,
    );
  });

  test.each([
    ['bert', bert, 'bert \\(bert\\)'],
    ['use-lite', 'use-lite', 'use-lite \\(use-lite\\)'],
    ['example', 'example', 'example \\(example\\)'],
  ])('a model that predicts no next token: %s', (_, model, name) => {
    expect(refusal('The cat', { model })).toMatch(
      new RegExp(`^generate: ${name} predicts no next token; use a decoder .* with a language-model head$`),
    );
  });

  test('--target for a model without a decoder of its own', () => {
    expect(refusal('The cat', { model: gpt2, target: 'sat' })).toMatch(/^--target: gpt2 \(gpt2\) has no decoder .*t5/);
  });

  test('a layer, head or query that the model and the text do not have', () => {
    expect(refusal('The cat', { model: gpt2, layer: '2' })).toMatch(
      /^--layer 2: out of range, gpt2 has layers 0 to 1$/,
    );
    expect(refusal('The cat', { model: gpt2, head: '4' })).toMatch(/^--head 4: out of range, .* heads 0 to 3$/);
  });
});
