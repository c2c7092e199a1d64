import { describe, expect, test } from 'vitest';
import { golden, sizes } from '../support/golden-screen.ts';
import { paneKeys } from '../support/panes.ts';

const thirty =
  'The nurse thanked the doctor because she had helped her and the man said that he would come to the bank with money and a small boat.';
const texts = [
  ['ten', 'The boat drifted toward the river bank.'],
  ['thirty', thirty],
  ['long', 'The counterrevolutionaries pneumonoultramicroscopic internationalization'],
  ['wide', '漢字仮名交じり文 👩‍👩‍👧‍👦 cafe\u0301 🇩🇪 hello'],
] as const;

const pair = { sentenceB: 'I sat down on the river bank.', pane: 'pair' };

describe.each(sizes)('at $size', ({ size, columns, rows }) => {
  test.each(texts)('attention of %s tokens', async (name, text) => {
    const picture = await golden(`labels-${name}-${size}`, { columns, rows, text }, 'escape');
    if (name === 'ten')
      for (const token of ['boat', 'toward', 'river', 'bank']) expect(picture).toMatch(new RegExp(`│.* ${token} .*│`));
  });

  test.each(texts.slice(0, 2))('two sentences of %s tokens', async (name, text) => {
    const options = { columns, rows, text, options: pair };
    const picture = await golden(`labels-pair-${name}-${size}`, options, 'escape');
    if (columns === 80) expect(picture).toMatch(/shown · Space: /);
  });

  test('their difference', async () => {
    const options = { columns, rows, text: texts[0][1], options: { ...pair, pairInFront: 'difference' } };
    await golden(`labels-difference-${size}`, options, 'escape');
  });

  test.each(['changes', 'qkv', 'grid'] as const)('%s', async (pane) => {
    const keys = pane === 'changes' ? ['escape', 'c', paneKeys[pane]] : ['escape', paneKeys[pane]];
    await golden(`labels-${pane}-${size}`, { columns, rows, text: thirty }, ...keys);
  });
});
