import { describe, expect, test } from 'vitest';
import { albert } from './definitions/albert.ts';
import { bart } from './definitions/bart.ts';
import { debertaV2 } from './definitions/deberta-v2.ts';
import { electra } from './definitions/electra.ts';
import { modernBert } from './definitions/modernbert.ts';
import { mpnet } from './definitions/mpnet.ts';
import { roberta } from './definitions/roberta.ts';
import { t5 } from './definitions/t5.ts';
import { loadChanged as load } from './support/load-changed.ts';

describe('refuses by name a setting whose effect is not implemented', () => {
  test.each([
    [
      'relative positions of BERT',
      /position_embedding_type 'relative_key'/,
      () => load(roberta, { position_embedding_type: 'relative_key' }),
    ],
    [
      'attention to another model',
      /add_cross_attention/,
      () => load(electra, { is_decoder: true, add_cross_attention: true }),
    ],
    ['an unknown activation', /hidden_act 'mish' is not supported/, () => load(albert, { hidden_act: 'mish' })],
    [
      'another unknown activation',
      /activation_function 'prelu' is not supported/,
      () => load(bart, { activation_function: 'prelu' }),
    ],
    ['a gate of an unknown kind', /dense_act_fn 'mish' is not supported/, () => load(t5, { dense_act_fn: 'mish' })],
    [
      'too few buckets',
      /relative_attention_num_buckets below 32/,
      () => load(mpnet, { relative_attention_num_buckets: 16 }),
    ],
    ['a convolution without a middle', /even conv_kernel_size/, () => load(debertaV2, { conv_kernel_size: 4 })],
    [
      'scaled rotation in the words of version 4',
      /rope_scaling is not supported/,
      () => load(modernBert, { rope_scaling: { type: 'linear', factor: 2 } }),
    ],
    [
      'an unknown kind of layer',
      /layer_types 'chunked_attention' is not supported/,
      () => load(modernBert, { layer_types: Array(4).fill('chunked_attention') }),
    ],
    [
      'too few kinds of layers',
      /layer_types must name every layer/,
      () => load(modernBert, { layer_types: ['full_attention'] }),
    ],
  ])('%s', (_, message, attempt) => {
    expect(attempt).toThrow(message);
  });
});

test('a T5 with a head must have its decoder in the files', () => {
  const withoutDecoder = () => load(t5, {}, (name) => (name.startsWith('decoder.') ? null : name));
  expect(withoutDecoder).toThrow(/tensor 'decoder\.\S+' is missing/);
});
