import { afterEach, describe, expect, test } from 'vitest';
import { type ExplorerScreen, openScreen } from '../support/explorer-screen.tsx';
import { expectGolden, textPicture } from '../support/golden.ts';

const river = 'The boat drifted toward the river bank.';
const sizes = [
  ['80x24', 80, 24],
  ['120x40', 120, 40],
  ['200x50', 200, 50],
] as const;

let screen: ExplorerScreen | null = null;
afterEach(() => {
  screen?.close();
  screen = null;
});

describe.each(sizes)('at %s', (size, columns, rows) => {
  async function golden(name: string, model: 'use-lite' | 'example', ...keys: string[]): Promise<string> {
    screen = openScreen({ columns, rows, model, text: model === 'example' ? 'please study man' : river });
    await screen.picture();
    screen.press('escape', ...keys);
    const grid = await screen.picture();
    expectGolden(`${name}-${size}`, grid);
    return textPicture(grid);
  }
  const toStep = (number: number) => ['7', ...new Array<string>(number - 1).fill('n')];

  test.each([
    ['softmax', 6, 'sum'],
    ['values', 7, '× V'],
    ['residual', 10, 'the sum'],
    ['norm', 11, 'LayerNorm|normalised'],
    ['feed-forward', 12, 'hidden unit'],
    ['layer-output', 14, 'out of it'],
  ])('step by step: %s', async (name, number, says) => {
    expect(await golden(`step-${name}`, 'use-lite', ...toStep(number))).toMatch(new RegExp(says));
  });

  test('the weighted sum of the lesson, and of long vectors', async () => {
    expect(await golden('context-lesson', 'example', '4', 'up')).toContain('78.7 % from itself');
    screen?.close();
    expect(await golden('context-river', 'use-lite', '4', 'up')).toMatch(/smaller term|≈/);
  });

  test('bars', async () => {
    expect(await golden('curves-river', 'use-lite', 'v', 'up')).toContain('toward');
  });
});
