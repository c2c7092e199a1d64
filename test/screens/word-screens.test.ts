import { describe, expect, test } from 'vitest';
import type { Options } from '../../src/app/command-table.ts';
import type { ScreenOptions } from '../support/explorer-screen.tsx';
import { golden, river, sizes } from '../support/golden-screen.ts';

const money = 'I deposited money in the bank.';
const loan = 'She asked the bank for a loan.';
const twice = 'The bank by the bank';
describe.each(sizes)('one word in both at $size', ({ size, columns, rows }) => {
  const shown = (name: string, text: string, options: Options, model: ScreenOptions['model'], ...keys: string[]) =>
    golden(
      `word-${name}-${size}`,
      {
        columns,
        rows,
        text,
        ...(model === undefined ? {} : { model }),
        options: { pane: 'word', focus: 'panes', ...options },
      },
      ...keys,
    );

  test('without a third sentence', async () => {
    const text = await shown('no-control', money, { sentenceB: river }, 'use-lite');
    expect(text).toContain('No same-sense sentence to compare: press C');
    expect(text).toContain('rule: apart ≥ 0.050 below the input');
  });

  test('with a same-sense sentence', async () => {
    const text = await shown('control', money, { sentenceB: river, control: loan }, 'use-lite');
    expect(text).toContain('A–B is 0.086 lower');
    expect(text).toContain('▸ L1 output');
  });

  test('the same sentence twice, and another place in it', async () => {
    const text = await shown('same', twice, { sentenceB: twice }, 'use-lite');
    expect(text).toContain('have the same tokens');
    expect(await shown('places', twice, { sentenceB: twice }, 'use-lite', 'space')).toContain('B 1 (1 of 2)');
  });

  test('a model with a vocabulary of pieces and predictions', async () => {
    const text = await shown('gpt2', money, { sentenceB: river, control: loan }, 'gpt2');
    expect(text).toContain('mean over its tokens');
  });

  test('without positions, and an unknown word', async () => {
    const options = { sentenceB: 'dog man please', query: '1' };
    expect(await shown('unknown', 'please dog man', options, 'example')).toContain('nothing to compare');
    const known = { sentenceB: 'study man please', query: '1' };
    expect(await shown('no-positions', 'please study man', known, 'example')).toContain('adds no position');
  });

  test('the choice of a third sentence', async () => {
    const text = await shown('choice', money, { sentenceB: river }, 'use-lite', 'C', 'down');
    expect(text).toContain('The bank raised its interest rates again.');
  });

  test('two sentences without a shared word', async () => {
    expect(await shown('none', 'one cat', { sentenceB: 'a dog' }, 'use-lite')).toContain('share no word');
  });
});
