import { describe, expect, test } from 'vitest';
import { golden, goldenAfter, sizes } from '../support/golden-screen.ts';

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
    const told = goldenAfter(async ({ controller, picture }) => {
      controller.message.value =
        "tiny/bert: model.safetensors: tensor 'bert.encoder.layer.0.attention.self.query.weight' holds NaN at index 0; every number must be finite";
      await picture();
    });
    expect(await told(`gpt2-message-${size}`, gpt2)).toContain('must be finite\n');
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
