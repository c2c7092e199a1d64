import { describe, expect, test } from 'vitest';
import { bloom } from './definitions/bloom.ts';
import { gemma } from './definitions/gemma.ts';
import { gemma2 } from './definitions/gemma2.ts';
import { gptNeo } from './definitions/gpt-neo.ts';
import { gptj } from './definitions/gptj.ts';
import { cohere, olmo, stablelm } from './definitions/layer-norm-relatives.ts';
import { llama } from './definitions/llama.ts';
import { qwen2 } from './definitions/qwen.ts';
import { loadChanged } from './support/load-changed.ts';

const rope = (scaling: Record<string, unknown>) => ({ rope_scaling: scaling });
const chunked = { use_sliding_window: true, layer_types: Array(3).fill('chunked_attention') };

describe('refuses by name a setting whose effect is not implemented', () => {
  test.each([
    [/use_bidirectional_attention true/, () => loadChanged(gemma, { use_bidirectional_attention: true })],
    [/use_bidirectional_attention true/, () => loadChanged(gemma2, { use_bidirectional_attention: true })],
    [/use_qk_norm true/, () => loadChanged(cohere, { use_qk_norm: true })],
    [/clip_qkv/, () => loadChanged(olmo, { clip_qkv: 8 })],
    [/qk_layernorm true/, () => loadChanged(stablelm, { qk_layernorm: true })],
    [
      /apply_residual_connection_post_layernorm true/,
      () => loadChanged(bloom, { apply_residual_connection_post_layernorm: true }),
    ],
    [/rope_type 'mystery'/, () => loadChanged(llama, rope({ rope_type: 'mystery', factor: 2 }))],
    [/attention_types 'sparse'/, () => loadChanged(gptNeo, { attention_layers: Array(4).fill('sparse') })],
    [/layer_types 'chunked_attention'/, () => loadChanged(qwen2, chunked)],
  ])('%s', (message, attempt) => {
    expect(attempt).toThrow(new RegExp(`config\\.json: ${message.source} is not supported`));
  });
});

describe('refuses a meaningless setting and names valid values', () => {
  test.each([
    [
      'a scaling without its factor',
      /factor must be a number above 0/,
      () => loadChanged(llama, rope({ type: 'linear' })),
    ],
    [
      'a LongRoPE with too few divisors',
      /short_factor must be 3 numbers above 0/,
      () => loadChanged(llama, rope({ type: 'longrope', factor: 2, short_factor: [1], long_factor: [1] })),
    ],
    [
      'fewer kinds of attention than layers',
      /attention_types must name one kind for each of num_layers 4; it names 1/,
      () => loadChanged(gptNeo, { attention_layers: ['global'] }),
    ],
    [
      'key/value heads that do not divide the heads',
      /num_key_value_heads 3 must divide num_attention_heads 4/,
      () => loadChanged(llama, { num_key_value_heads: 3 }),
    ],
    ['no rotated dimensions', /rotary_dim must be a whole number/, () => loadChanged(gptj, { rotary_dim: null })],
  ])('%s', (_, message, attempt) => {
    expect(attempt).toThrow(message);
  });
});
