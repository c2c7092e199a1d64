import { tensor } from '../../tensor/tensor.ts';
import { configCountOf, configCountOr, configNumberOr } from '../config.ts';
import { causalDecoder } from './causal-decoder.ts';
import { type Describe, decoderHead, headDimOf, refuseTrue, sizesOf, tokenTable } from './common.ts';
import { interleaved, layerNormSpec, linear, queryKeyValue } from './spec.ts';

/** Scao et al. 2022: no position embeddings; each head lowers scores by a slope times the distance. */
export const bloom: Describe = (config, names) => {
  refuseTrue(config, 'apply_residual_connection_post_layernorm');
  refuseTrue(config, 'slow_but_exact');
  const hidden = configCountOr(config, 'n_embed', null) ?? configCountOf(config, ['hidden_size']);
  const sizes = sizesOf({ ...config, fields: new Map(config.fields).set('hidden_size', hidden) });
  const { heads } = sizes;
  const headDim = headDimOf(config, { hidden, heads });
  const epsilon = configNumberOr(config, 'layer_norm_epsilon', 1e-5);
  const { prefix, table } = tokenTable(names, ['transformer.', ''], 'word_embeddings.weight');
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
        ...queryKeyValue((_, part) => interleaved(qkv, heads, headDim, part, 3)),
        o: linear(`${name}.self_attention.dense`, hidden, hidden),
        innerNorm: norm(`h.${index}.post_attention_layernorm`),
        up: linear(`${name}.mlp.dense_h_to_4h`, hidden, 4 * hidden),
        down: linear(`${name}.mlp.dense_4h_to_h`, 4 * hidden, hidden),
        attention: { positionTerms: { kind: 'slopes', slopes } },
      };
    },
    finalNorm: norm('ln_f'),
    head: decoderHead(config, names, { table, isTied: true, isBare: prefix === '' }),
  });
};

/** Slopes 2^(−8i/n), i = 1 … n, if the number of heads n is a power of two. Otherwise the slopes of the greatest power of two below
 *  n, then every other slope of twice that power.  @see Press et al. 2022, 3 */
function slopesOf(heads: number): number[] {
  const power = 2 ** Math.floor(Math.log2(heads));
  const first = Array.from({ length: power }, (_, i) => 2 ** ((-8 * (i + 1)) / power));
  const rest = Array.from({ length: heads - power }, (_, i) => 2 ** ((-8 * (2 * i + 1)) / (2 * power)));
  return [...first, ...rest];
}
