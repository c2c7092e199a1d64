import { describe, expect, test } from 'vitest';
import { golden, river, sizes } from '../support/golden-screen.ts';

/** Keys that lead from the attention to an explanation. */
const ways = {
  weight: ['t'],
  score: ['3', 't'],
  q: ['2', 't'],
  // From the layer's output through its feed-forward to the hidden layer.
  'feed-forward': ['t', 'n', 'n', 'n', 'n', 'n', 'enter', 'enter'],
  norm: ['2', 't', 'enter'],
  embedding: ['2', 't', 'enter', 'enter', 'enter'],
} as const;

describe.each(sizes)('how it is made at $size', ({ size, columns, rows }) => {
  test.each(Object.entries(ways))('%s', async (name, keys) => {
    const text = await golden(`made-${name}-${size}`, { columns, rows, text: river }, 'escape', ...keys);
    expect(text).toContain('the number in its cell');
    expect(text).not.toMatch(/masked|softmax\(/);
  });
});
