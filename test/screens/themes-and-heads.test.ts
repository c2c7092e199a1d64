import { describe, expect, test } from 'vitest';
import { golden, sizes, river as text } from '../support/golden-screen.ts';

describe.each(sizes)('at $size', ({ size, columns, rows }) => {
  test('T turns to the light theme, and again to the one for a beamer', async () => {
    const light = await golden(`theme-light-${size}`, { columns, rows, text }, 'escape', 'T');
    expect(light).toContain('theme light: for a light background; L shows the command that keeps it');
    const options = { columns, rows, text, options: { theme: 'projector' } };
    const projector = await golden(`theme-projector-${size}`, options, 'escape', 'L');
    expect(projector).toContain('--theme projector');
  });

  test('what heads do, in the order of heads and by one score', async () => {
    const all = await golden(`heads-most-${size}`, { columns, rows, text }, 'escape', '9');
    expect(all).toContain('looks at the previous token most: L0 H3 0.37 (at itself 0.56; chance 0.10)');
    const previous = await golden(
      `heads-by-previous-${size}`,
      { columns, rows, text },
      'escape',
      '9',
      ...Array(3).fill('right'),
    );
    expect(previous).toContain('mean over i, where i − 1 is of the text, of w(i, i − 1)');
    expect(previous).toMatch(/chance .* 0\.10/);
  });

  test('a sink of a causal model, and its row under the norms', async () => {
    const options = { columns, rows, text: 'The cat sat on the mat and the dog ran', model: 'gpt2' } as const;
    const typed = { cells: 'scores:0.0.6.0=60' };
    const sunk = await golden(
      `row-sink-${size}`,
      { ...options, options: { edits: typed.cells, query: '6' } },
      'escape',
    );
    expect(sunk).toContain('often a sink');
    const norms = await golden(`norms-status-${size}`, { columns, rows, text }, 'escape', 'w');
    expect(norms).toMatch(/ = α·‖f\(x\)‖ = /);
  });
});
