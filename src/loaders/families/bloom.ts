import { tensor } from '../../tensor/tensor.ts';
import { configBooleanOr, configCountOf, configCountOr, configNumberOr } from '../config.ts';
import { causalDecoder } from './causal-decoder.ts';
import { causalHead, type Describe, headDimOf, headWeight, prefixOf, refuse, sizesOf } from './common.ts';
import { interleaved, layerNormSpec, linear } from './spec.ts';

/** Scao et al. 2022: no positions but a slope a head by the distance. */
export const bloom: Describe = (config, names) => {
  if (configBooleanOr(config, 'apply_residual_connection_post_layernorm', false)) {
    refuse(config, 'apply_residual_connection_post_layernorm true');
  }
  if (configBooleanOr(config, 'slow_but_exact', false)) refuse(config, 'slow_but_exact true');
  const hidden = configCountOr(config, 'n_embed', null) ?? configCountOf(config, ['hidden_size']);
  const sizes = sizesOf({ ...config, fields: new Map(config.fields).set('hidden_size', hidden) });
  const { heads } = sizes;
  const headDim = headDimOf(config, { hidden, heads });
  const epsilon = configNumberOr(config, 'layer_norm_epsilon', 1e-5);
  const prefix = prefixOf(names, ['transformer.', ''], 'word_embeddings.weight');
  const table = `${prefix}word_embeddings.weight`;
  const norm = (name: string) => layerNormSpec(prefix + name, hidden, epsilon);
  const slopes = tensor(['head'], [heads], Float32Array.from(slopesOf(heads)));
  return causalDecoder({
    sizes,
    headDim,
    table,
    maxPositions: null,
    embedding: { norm: norm('word_embeddings_layernorm') },
    activation: 'gelu_new',
    layer: (index) => {
      const name = `${prefix}h.${index}`;
      const qkv = linear(`${name}.self_attention.query_key_value`, hidden, 3 * hidden);
      return {
        norm: norm(`h.${index}.input_layernorm`),
        q: interleaved(qkv, heads, headDim, 0, 3),
        k: interleaved(qkv, heads, headDim, 1, 3),
        v: interleaved(qkv, heads, headDim, 2, 3),
        o: linear(`${name}.self_attention.dense`, hidden, hidden),
        innerNorm: norm(`h.${index}.post_attention_layernorm`),
        up: linear(`${name}.mlp.dense_h_to_4h`, hidden, 4 * hidden),
        down: linear(`${name}.mlp.dense_4h_to_h`, 4 * hidden, hidden),
        attention: { positionTerms: { kind: 'slopes', slopes } },
      };
    },
    finalNorm: norm('ln_f'),
    head:
      prefix === '' && !names.has('lm_head.weight')
        ? null
        : causalHead(headWeight(config, names, 'lm_head.weight', table, true)),
  });
};

/** 2^(−8i/n), i from 1, for n heads a power of two; other numbers take every other slope of twice the power below for the rest.
 *  @see Press et al. 2022, 3 */
function slopesOf(heads: number): number[] {
  const power = 2 ** Math.floor(Math.log2(heads));
  const first = Array.from({ length: power }, (_, i) => 2 ** ((-8 * (i + 1)) / power));
  const rest = Array.from({ length: heads - power }, (_, i) => 2 ** ((-8 * (2 * i + 1)) / (2 * power)));
  return [...first, ...rest];
}
