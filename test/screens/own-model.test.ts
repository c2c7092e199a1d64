import { afterEach, describe, expect, test } from 'vitest';
import { type ExplorerScreen, openScreen, type ScreenOptions } from '../support/explorer-screen.tsx';
import { expectGolden, textPicture } from '../support/golden.ts';

const sizes = [
  { size: '80x24', columns: 80, rows: 24 },
  { size: '120x40', columns: 120, rows: 40 },
];

let screen: ExplorerScreen | null = null;
afterEach(() => {
  screen?.close();
  screen = null;
});

/** Opens the explorer, presses keys, and compares with the golden of that name. */
async function golden(name: string, options: ScreenOptions, ...keys: string[]): Promise<string> {
  screen = openScreen(options);
  await screen.picture();
  for (const key of keys) {
    screen.press(key);
    await screen.picture();
  }
  const grid = await screen.picture();
  expect([grid.width, grid.height]).toEqual([options.columns, options.rows]);
  expectGolden(name, grid);
  return textPicture(grid);
}

describe.each(sizes)('a decoder at $size', ({ size, columns, rows }) => {
  const gpt2 = { columns, rows, model: 'gpt2', text: 'The cat sat' } as const;

  test('what may follow the last token', async () => {
    const text = await golden(`gpt2-${size}`, gpt2);
    expect(text).toMatch(/predictions/);
    expect(text).toMatch(/after 4 /);
  });

  test('two tokens that were appended', async () => {
    const text = await golden(`gpt2-appended-${size}`, gpt2, 'alt+a', 'alt+a');
    expect(text).toMatch(/› The cat sat\S+/);
    expect(text).toMatch(/after 6 /);
  });

  test('a message that is longer than a line', async () => {
    screen = openScreen(gpt2);
    screen.controller.message.value =
      "tiny/bert: model.safetensors: tensor 'bert.encoder.layer.0.attention.self.query.weight' holds NaN at index 0; every number must be finite";
    const grid = await screen.picture();
    expectGolden(`gpt2-message-${size}`, grid);
    expect(textPicture(grid)).toContain('must be finite\n');
  });
});

describe.each(sizes)('an encoder–decoder at $size', ({ size, columns, rows }) => {
  const t5 = { columns, rows, model: 't5', text: 'The house is small.', options: { target: 'Das Haus' } } as const;

  test('the encoder', async () => {
    const text = await golden(`t5-encoder-${size}`, t5);
    expect(text).toContain('encoder L0 H0');
    expect(text).toContain('→ Das Haus');
  });

  test('the decoder', async () => {
    const text = await golden(`t5-decoder-${size}`, t5, 'escape', 'p');
    expect(text).toContain('decoder L0 H0');
  });

  test('the decoder to the encoder', async () => {
    const text = await golden(`t5-cross-${size}`, t5, 'escape', 'p', 'p');
    expect(text).toContain('cross L0 H0');
  });

  test('typing what the decoder reads, before there is any', async () => {
    const text = await golden(`t5-target-${size}`, { ...t5, options: {} }, 'tab');
    expect(text).toContain('Tab: what the decoder reads');
  });
});
