import { describe, expect, test } from 'vitest';
import type { ExplorerScreen } from '../support/explorer-screen.tsx';
import { goldenAfter, sizes, river as text } from '../support/golden-screen.ts';

const golden = goldenAfter(measured);

async function measured({ controller, picture }: ExplorerScreen): Promise<void> {
  await picture();
  await controller.explorer.sweep.run();
  await picture();
}

describe.each(sizes)('each head off in turn at $size', ({ size, columns, rows }) => {
  const swept = { pane: 'sweep', focus: 'panes' } as const;
  const useLite = { columns, rows, text, options: swept };
  const gpt2 = { columns, rows, text: 'The cat sat', model: 'gpt2', options: swept } as const;

  test('the sentence vector, zeros', async () => {
    const shown = await golden(`sweep-embedding-${size}`, useLite, 'down');
    expect(shown).toContain('z each head off in turn  zeros in its place, heads from 0');
    expect(shown).toContain('cosine of the sentence vectors with and without L0 H3');
  });

  test('the sentence vector, means, with heads off already', async () => {
    const options = { ...swept, ablatedHeads: '0.1,1.2' };
    const shown = await golden(`sweep-heads-off-${size}`, { ...useLite, options }, 'Z');
    expect(shown).toContain('mean over the tokens in its place, heads from 0');
    expect(shown).toContain('on top of your changes: heads L0 H1, L1 H2');
    expect(shown).toContain('6 of 6 heads by size');
  });

  test('the probability of a token', async () => {
    const shown = await golden(`sweep-probability-${size}`, gpt2, 'down');
    expect(shown).toMatch(/effect on p\(\S+\) after 4 .*: 0\.\d+ with all heads/);
    expect(shown).toMatch(/ [−+]0\.\d{3} /);
  });

  test('the difference of two logits', async () => {
    const options = { ...swept, targetToken: ' the', againstToken: 'he' };
    const shown = await golden(`sweep-logits-${size}`, { ...gpt2, options });
    expect(shown).toContain('effect on logit(␣the) − logit(he) after 4 ');
  });

  test('typing a token that is three', async () => {
    const shown = await golden(`sweep-token-${size}`, gpt2, 'P', ...'bank', 'enter');
    expect(shown).toContain("'bank' is 3 tokens of gpt2, not one: b + an + k");
  });
});
