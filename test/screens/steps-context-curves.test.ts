import { describe, expect, test } from 'vitest';
import { golden, river, sizes } from '../support/golden-screen.ts';

describe.each(sizes)('at $size', ({ size, columns, rows }) => {
  const shown = (name: string, model: 'use-lite' | 'example', ...keys: string[]) => {
    const text = model === 'example' ? 'please study man' : river;
    return golden(`${name}-${size}`, { columns, rows, model, text }, 'escape', ...keys);
  };
  const toStep = (number: number) => ['7', ...new Array<string>(number - 1).fill('n')];

  test.each([
    ['softmax', 6, 'sum'],
    ['values', 7, '× V'],
    ['residual', 10, 'the sum'],
    ['norm', 11, 'LayerNorm|normalised'],
    ['feed-forward', 12, 'hidden unit'],
    ['layer-output', 14, 'out of it'],
  ])('step by step: %s', async (name, number, says) => {
    expect(await shown(`step-${name}`, 'use-lite', ...toStep(number))).toMatch(new RegExp(says));
  });

  test('the weighted sum of the lesson, and of long vectors', async () => {
    expect(await shown('context-lesson', 'example', '4', 'up')).toContain('78.7 % from itself');
    expect(await shown('context-river', 'use-lite', '4', 'up')).toMatch(/smaller term|≈/);
  });

  test('bars', async () => {
    expect(await shown('curves-river', 'use-lite', 'v', 'up')).toContain('toward');
  });
});
