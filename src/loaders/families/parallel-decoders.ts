import { type Config, configBooleanOr, configCount, configCountOf, configCountOr, configNumberOr } from '../config.ts';
import { causalDecoder } from './causal-decoder.ts';
import {
  activationOf,
  type Describe,
  decoderHead,
  headDimOf,
  keyValueHeadsOf,
  sizesOf,
  type TensorNames,
  tokenTable,
} from './common.ts';
import { rotaryOf } from './rope.ts';
import { type HeadSpec, interleaved, layerNormSpec, linear, queryKeyValue } from './spec.ts';

/** Black et al. 2022: each head's q, k and v lie together; only part of a head's dimensions is rotated. */
export const gptNeox: Describe = (config, names) => {
  const sizes = sizesOf(config);
  const { hidden, heads } = sizes;
  const { prefix, table } = tokenTable(names, ['gpt_neox.', ''], 'embed_in.weight');
  const epsilon = configNumberOr(config, 'layer_norm_eps', 1e-5);
  const headDim = headDimOf(config, sizes);
  const inner = configCount(config, 'intermediate_size');
  const hasBias = configBooleanOr(config, 'attention_bias', true);
  const keys = { thetaKey: 'rotary_emb_base', partialKey: 'rotary_pct' };
  const rotary = rotaryOf(config, headDim, { theta: 10000, partial: 0.25, ...keys });
  return causalDecoder({
    sizes,
    headDim,
    table,
    maxPositions: configCount(config, 'max_position_embeddings'),
    activation: activationOf(config, ['hidden_act'], 'gelu'),
    isParallel: configBooleanOr(config, 'use_parallel_residual', true),
    layer: (index) => {
      const name = `${prefix}layers.${index}`;
      const qkv = linear(`${name}.attention.query_key_value`, hidden, 3 * hidden, hasBias);
      return {
        norm: layerNormSpec(`${name}.input_layernorm`, hidden, epsilon),
        ...queryKeyValue((_, part) => interleaved(qkv, heads, headDim, part, 3)),
        o: linear(`${name}.attention.dense`, hidden, hidden, hasBias),
        innerNorm: layerNormSpec(`${name}.post_attention_layernorm`, hidden, epsilon),
        up: linear(`${name}.mlp.dense_h_to_4h`, hidden, inner),
        down: linear(`${name}.mlp.dense_4h_to_h`, inner, hidden),
        attention: { rotary },
      };
    },
    finalNorm: layerNormSpec(`${prefix}final_layer_norm`, hidden, epsilon),
    head: decoderHead(config, names, { table, isTied: false, isBare: prefix === '', own: 'embed_out.weight' }),
  });
};

/** A head with a bias; files without the bias have no head. */
function headWithBias(config: Config, names: TensorNames, table: string): HeadSpec | null {
  if (!names.has('lm_head.bias')) return null;
  return decoderHead(config, names, { table, isTied: false, isBare: false }, { bias: 'lm_head.bias' });
}

/** Gunasekar et al. 2023: attention and feed-forward side by side behind one norm; part of a head's dimensions is rotated. */
export const phi: Describe = (config, names) => {
  const sizes = sizesOf(config);
  const { hidden, heads } = sizes;
  const { prefix, table } = tokenTable(names, ['model.', ''], 'embed_tokens.weight');
  const epsilon = configNumberOr(config, 'layer_norm_eps', 1e-5);
  const headDim = headDimOf(config, sizes);
  const groups = keyValueHeadsOf(config, heads);
  const inner = configCount(config, 'intermediate_size');
  const rotary = rotaryOf(config, headDim, { theta: 10000, partial: 0.5 });
  const hasHeadNorms = configBooleanOr(config, 'qk_layernorm', false);
  return causalDecoder({
    sizes,
    headDim,
    groups,
    table,
    maxPositions: configCount(config, 'max_position_embeddings'),
    activation: activationOf(config, ['hidden_act'], 'gelu_new'),
    isParallel: true,
    layer: (index) => {
      const name = `${prefix}layers.${index}`;
      const norm = layerNormSpec(`${name}.input_layernorm`, hidden, epsilon);
      const headNorm = (which: string) =>
        hasHeadNorms ? layerNormSpec(`${name}.self_attn.${which}_layernorm`, headDim, epsilon) : null;
      return {
        norm,
        ...queryKeyValue((part) =>
          linear(`${name}.self_attn.${part}_proj`, hidden, (part === 'q' ? heads : groups) * headDim),
        ),
        o: linear(`${name}.self_attn.dense`, heads * headDim, hidden),
        innerNorm: norm,
        up: linear(`${name}.mlp.fc1`, hidden, inner),
        down: linear(`${name}.mlp.fc2`, inner, hidden),
        attention: { rotary, queryNorm: headNorm('q'), keyNorm: headNorm('k') },
      };
    },
    finalNorm: layerNormSpec(`${prefix}final_layernorm`, hidden, epsilon),
    head: headWithBias(config, names, table),
  });
};

/** Wang, Komatsuzaki 2021: like Phi, but neighbouring dimensions rotate together and attention has no biases. */
export const gptj: Describe = (config, names) => {
  const sizes = sizesOf(config);
  const { hidden } = sizes;
  const { prefix, table } = tokenTable(names, ['transformer.', ''], 'wte.weight');
  const epsilon = configNumberOr(config, 'layer_norm_epsilon', 1e-5);
  const inner = configCountOr(config, 'n_inner', 4 * hidden);
  const rotated = config.fields.has('rotary_dim') ? configCount(config, 'rotary_dim') : 64;
  const rotary = rotaryOf({ ...config, fields: new Map() }, rotated, { theta: 10000, pairing: 'neighbours' });
  return causalDecoder({
    sizes,
    headDim: headDimOf(config, sizes),
    table,
    maxPositions: configCountOf(config, ['n_positions', 'max_position_embeddings']),
    activation: activationOf(config, ['activation_function'], 'gelu_new'),
    isParallel: true,
    layer: (index) => {
      const name = `${prefix}h.${index}`;
      const norm = layerNormSpec(`${name}.ln_1`, hidden, epsilon);
      const part = (which: string) => linear(`${name}.attn.${which}_proj`, hidden, hidden, false);
      return {
        norm,
        ...queryKeyValue(part),
        o: part('out'),
        innerNorm: norm,
        up: linear(`${name}.mlp.fc_in`, hidden, inner),
        down: linear(`${name}.mlp.fc_out`, inner, hidden),
        attention: { rotary },
      };
    },
    finalNorm: layerNormSpec(`${prefix}ln_f`, hidden, epsilon),
    head: headWithBias(config, names, table),
  });
};
