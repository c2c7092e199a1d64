import {
  configBooleanOr,
  configCount,
  configCountOf,
  configIntegerOr,
  configListOr,
  configNumberOr,
} from '../config.ts';
import { activationOf, causalHead, type Describe, headDimOf, headWeight, prefixOf, refuse, sizesOf } from './common.ts';
import { rotaryOf } from './rope.ts';
import {
  block,
  conv1d,
  interleaved,
  layerNormSpec,
  linear,
  plainAttention,
  plainEmbedding,
  plainFeedForward,
  plainLayer,
} from './spec.ts';

/** Radford et al. 2019 */
export const gpt2: Describe = (config, names) => {
  const sizes = sizesOf(config);
  const { hidden, heads, layers, vocab } = sizes;
  if (configBooleanOr(config, 'add_cross_attention', false)) refuse(config, 'add_cross_attention');
  const prefix = prefixOf(names, ['transformer.', ''], 'wte.weight');
  const epsilon = configNumberOr(config, 'layer_norm_epsilon', 1e-5);
  const headDim = headDimOf(config, sizes);
  const inner = configNumberOr(config, 'n_inner', 4 * hidden);
  const activation = activationOf(config, ['activation_function'], 'gelu_new');
  const isScaled = configBooleanOr(config, 'scale_attn_weights', true);
  const isScaledByLayer = configBooleanOr(config, 'scale_attn_by_inverse_layer_idx', false);
  const rows = configCountOf(config, ['n_positions', 'max_position_embeddings']);
  const table = `${prefix}wte.weight`;
  return {
    hiddenSize: hidden,
    stack: {
      maxPositions: rows,
      embedding: {
        ...plainEmbedding,
        tokens: table,
        vocabSize: vocab,
        width: hidden,
        positions: { kind: 'table', tensor: `${prefix}wpe.weight`, rows, offset: 0, paddingId: null },
      },
      layers: Array.from({ length: layers }, (_, index) => {
        const name = `${prefix}h.${index}`;
        const qkv = conv1d(`${name}.attn.c_attn`, hidden, 3 * hidden);
        const widths = [hidden, hidden, hidden];
        return {
          ...plainLayer,
          attention: {
            ...plainAttention,
            numAttentionHeads: heads,
            numKeyValueHeads: heads,
            headDim,
            scoreScale: (isScaled ? 1 / Math.sqrt(headDim) : 1) / (isScaledByLayer ? index + 1 : 1),
            isCausal: true,
            norm: layerNormSpec(`${name}.ln_1`, hidden, epsilon),
            q: block(qkv, widths, 0),
            k: block(qkv, widths, 1),
            v: block(qkv, widths, 2),
            o: conv1d(`${name}.attn.c_proj`, hidden, hidden),
          },
          feedForward: {
            ...plainFeedForward,
            norm: layerNormSpec(`${name}.ln_2`, hidden, epsilon),
            up: conv1d(`${name}.mlp.c_fc`, hidden, inner),
            activation,
            down: conv1d(`${name}.mlp.c_proj`, inner, hidden),
          },
        };
      }),
      finalNorm: layerNormSpec(`${prefix}ln_f`, hidden, epsilon),
    },
    decoder: null,
    head:
      prefix === '' && !names.has('lm_head.weight')
        ? null
        : causalHead(headWeight(config, names, 'lm_head.weight', table, true)),
  };
};

/** Black et al. 2021: no scaling; every other layer sees a window. */
export const gptNeo: Describe = (config, names) => {
  const sizes = sizesOf(config);
  const { hidden, heads, layers, vocab } = sizes;
  const prefix = prefixOf(names, ['transformer.', ''], 'wte.weight');
  const epsilon = configNumberOr(config, 'layer_norm_epsilon', 1e-5);
  const headDim = headDimOf(config, sizes);
  const inner = configNumberOr(config, 'intermediate_size', 4 * hidden);
  const activation = activationOf(config, ['activation_function'], 'gelu_new');
  const rows = configCount(config, 'max_position_embeddings');
  const window = configNumberOr(config, 'window_size', 256);
  const kinds = attentionKinds(
    configListOr(config, 'attention_layers', null),
    configListOr(config, 'attention_types', []),
  );
  const table = `${prefix}wte.weight`;
  return {
    hiddenSize: hidden,
    stack: {
      maxPositions: rows,
      embedding: {
        ...plainEmbedding,
        tokens: table,
        vocabSize: vocab,
        width: hidden,
        positions: { kind: 'table', tensor: `${prefix}wpe.weight`, rows, offset: 0, paddingId: null },
      },
      layers: Array.from({ length: layers }, (_, index) => {
        const name = `${prefix}h.${index}`;
        const part = (which: string) => linear(`${name}.attn.attention.${which}_proj`, hidden, hidden, which === 'out');
        return {
          ...plainLayer,
          attention: {
            ...plainAttention,
            numAttentionHeads: heads,
            numKeyValueHeads: heads,
            headDim,
            scoreScale: 1,
            isCausal: true,
            window: kinds[index] === 'local' ? window : null,
            norm: layerNormSpec(`${name}.ln_1`, hidden, epsilon),
            q: part('q'),
            k: part('k'),
            v: part('v'),
            o: part('out'),
          },
          feedForward: {
            ...plainFeedForward,
            norm: layerNormSpec(`${name}.ln_2`, hidden, epsilon),
            up: linear(`${name}.mlp.c_fc`, hidden, inner),
            activation,
            down: linear(`${name}.mlp.c_proj`, inner, hidden),
          },
        };
      }),
      finalNorm: layerNormSpec(`${prefix}ln_f`, hidden, epsilon),
    },
    decoder: null,
    head:
      prefix === '' && !names.has('lm_head.weight')
        ? null
        : causalHead(headWeight(config, names, 'lm_head.weight', table, true)),
  };
};

/** attention_layers as it is, or attention_types written out: [[['global', 'local'], 6]] is six times both. */
function attentionKinds(layers: readonly unknown[] | null, types: readonly unknown[]): unknown[] {
  if (layers !== null) return [...layers];
  return types.flatMap((entry) => {
    const [kinds, times] = Array.isArray(entry) ? entry : [];
    const count = Number.isSafeInteger(times) && (times as number) <= 1000 ? (times as number) : 0;
    return Array.isArray(kinds) ? Array.from({ length: count }, () => kinds).flat() : [];
  });
}

/** Black et al. 2022: queries, keys and values of a head lie together; part of a head's dimensions is rotated. */
export const gptNeox: Describe = (config, names) => {
  const sizes = sizesOf(config);
  const { hidden, heads, layers, vocab } = sizes;
  const prefix = prefixOf(names, ['gpt_neox.', ''], 'embed_in.weight');
  const epsilon = configNumberOr(config, 'layer_norm_eps', 1e-5);
  const headDim = headDimOf(config, sizes);
  const inner = configCount(config, 'intermediate_size');
  const hasBias = configBooleanOr(config, 'attention_bias', true);
  const activation = activationOf(config, ['hidden_act'], 'gelu');
  const rotary = rotaryOf(config, headDim, {
    theta: 10000,
    partial: 0.25,
    thetaKey: 'rotary_emb_base',
    partialKey: 'rotary_pct',
  });
  const table = `${prefix}embed_in.weight`;
  return {
    hiddenSize: hidden,
    stack: {
      maxPositions: configCount(config, 'max_position_embeddings'),
      embedding: { ...plainEmbedding, tokens: table, vocabSize: vocab, width: hidden },
      layers: Array.from({ length: layers }, (_, index) => {
        const name = `${prefix}layers.${index}`;
        const qkv = linear(`${name}.attention.query_key_value`, hidden, 3 * hidden, hasBias);
        return {
          ...plainLayer,
          isParallel: configBooleanOr(config, 'use_parallel_residual', true),
          attention: {
            ...plainAttention,
            numAttentionHeads: heads,
            numKeyValueHeads: heads,
            headDim,
            scoreScale: 1 / Math.sqrt(headDim),
            isCausal: true,
            rotary,
            norm: layerNormSpec(`${name}.input_layernorm`, hidden, epsilon),
            q: interleaved(qkv, heads, headDim, 0, 3),
            k: interleaved(qkv, heads, headDim, 1, 3),
            v: interleaved(qkv, heads, headDim, 2, 3),
            o: linear(`${name}.attention.dense`, hidden, hidden, hasBias),
          },
          feedForward: {
            ...plainFeedForward,
            norm: layerNormSpec(`${name}.post_attention_layernorm`, hidden, epsilon),
            up: linear(`${name}.mlp.dense_h_to_4h`, hidden, inner),
            activation,
            down: linear(`${name}.mlp.dense_4h_to_h`, inner, hidden),
          },
        };
      }),
      finalNorm: layerNormSpec(`${prefix}final_layer_norm`, hidden, epsilon),
    },
    decoder: null,
    head:
      prefix === '' && !names.has('embed_out.weight')
        ? null
        : causalHead(headWeight(config, names, 'embed_out.weight', table, false)),
  };
};

/** Zhang et al. 2022; one size normalises after instead of before, and is narrower at both ends. */
export const opt: Describe = (config, names) => {
  const sizes = sizesOf(config);
  const { hidden, heads, layers, vocab } = sizes;
  const prefix = prefixOf(names, ['model.decoder.', 'decoder.', ''], 'embed_tokens.weight');
  const epsilon = 1e-5;
  const headDim = headDimOf(config, sizes);
  const inner = configCount(config, 'ffn_dim');
  const width = configNumberOr(config, 'word_embed_proj_dim', hidden);
  const hasBias = configBooleanOr(config, 'enable_bias', true);
  if (!configBooleanOr(config, 'layer_norm_elementwise_affine', true))
    refuse(config, 'layer_norm_elementwise_affine false');
  const isBefore = configBooleanOr(config, 'do_layer_norm_before', true);
  const hasFinalNorm = isBefore && !configBooleanOr(config, '_remove_final_layer_norm', false);
  const activation = activationOf(config, ['activation_function'], 'relu');
  const positions = configCount(config, 'max_position_embeddings');
  const offset = 2;
  const table = `${prefix}embed_tokens.weight`;
  return {
    hiddenSize: hidden,
    stack: {
      maxPositions: positions,
      embedding: {
        ...plainEmbedding,
        tokens: table,
        vocabSize: vocab,
        width,
        positions: {
          kind: 'table',
          tensor: `${prefix}embed_positions.weight`,
          rows: positions + offset,
          offset,
          paddingId: null,
        },
        projection:
          width === hidden
            ? null
            : { linear: linear(`${prefix}project_in`, width, hidden, false), place: 'before positions' },
      },
      layers: Array.from({ length: layers }, (_, index) => {
        const name = `${prefix}layers.${index}`;
        const attentionNorm = layerNormSpec(`${name}.self_attn_layer_norm`, hidden, epsilon);
        const outputNorm = layerNormSpec(`${name}.final_layer_norm`, hidden, epsilon);
        const part = (which: string) => linear(`${name}.self_attn.${which}_proj`, hidden, hidden, hasBias);
        return {
          ...plainLayer,
          attention: {
            ...plainAttention,
            numAttentionHeads: heads,
            numKeyValueHeads: heads,
            headDim,
            scoreScale: 1 / Math.sqrt(headDim),
            isCausal: true,
            norm: isBefore ? attentionNorm : null,
            q: part('q'),
            k: part('k'),
            v: part('v'),
            o: part('out'),
            residualNorm: isBefore ? null : attentionNorm,
          },
          feedForward: {
            ...plainFeedForward,
            norm: isBefore ? outputNorm : null,
            up: linear(`${name}.fc1`, hidden, inner, hasBias),
            activation,
            down: linear(`${name}.fc2`, inner, hidden, hasBias),
            residualNorm: isBefore ? null : outputNorm,
          },
        };
      }),
      finalNorm: hasFinalNorm ? layerNormSpec(`${prefix}final_layer_norm`, hidden, epsilon) : null,
    },
    decoder: null,
    head:
      prefix !== 'model.decoder.' && !names.has('lm_head.weight')
        ? null
        : causalHead(headWeight(config, names, 'lm_head.weight', table, true), {
            transform:
              width === hidden
                ? null
                : { linear: linear(`${prefix}project_out`, hidden, width, false), activation: 'identity', norm: null },
          }),
  };
};

/** Gunasekar et al. 2023: one norm, attention and feed-forward side by side, part of a head's dimensions rotated. */
export const phi: Describe = (config, names) => {
  const sizes = sizesOf(config);
  const { hidden, heads, layers, vocab } = sizes;
  const prefix = prefixOf(names, ['model.', ''], 'embed_tokens.weight');
  const epsilon = configNumberOr(config, 'layer_norm_eps', 1e-5);
  const headDim = headDimOf(config, sizes);
  const groups = configIntegerOr(config, 'num_key_value_heads', heads);
  const inner = configCount(config, 'intermediate_size');
  const activation = activationOf(config, ['hidden_act'], 'gelu_new');
  const rotary = rotaryOf(config, headDim, { theta: 10000, partial: 0.5 });
  const hasHeadNorms = configBooleanOr(config, 'qk_layernorm', false);
  const table = `${prefix}embed_tokens.weight`;
  return {
    hiddenSize: hidden,
    stack: {
      maxPositions: configCount(config, 'max_position_embeddings'),
      embedding: { ...plainEmbedding, tokens: table, vocabSize: vocab, width: hidden },
      layers: Array.from({ length: layers }, (_, index) => {
        const name = `${prefix}layers.${index}`;
        const norm = layerNormSpec(`${name}.input_layernorm`, hidden, epsilon);
        const headNorm = (which: string) =>
          hasHeadNorms ? layerNormSpec(`${name}.self_attn.${which}_layernorm`, headDim, epsilon) : null;
        return {
          ...plainLayer,
          isParallel: true,
          attention: {
            ...plainAttention,
            numAttentionHeads: heads,
            numKeyValueHeads: groups,
            headDim,
            scoreScale: 1 / Math.sqrt(headDim),
            isCausal: true,
            rotary,
            norm,
            q: linear(`${name}.self_attn.q_proj`, hidden, heads * headDim),
            k: linear(`${name}.self_attn.k_proj`, hidden, groups * headDim),
            v: linear(`${name}.self_attn.v_proj`, hidden, groups * headDim),
            queryNorm: headNorm('q'),
            keyNorm: headNorm('k'),
            o: linear(`${name}.self_attn.dense`, heads * headDim, hidden),
          },
          feedForward: {
            ...plainFeedForward,
            norm,
            up: linear(`${name}.mlp.fc1`, hidden, inner),
            activation,
            down: linear(`${name}.mlp.fc2`, inner, hidden),
          },
        };
      }),
      finalNorm: layerNormSpec(`${prefix}final_layernorm`, hidden, epsilon),
    },
    decoder: null,
    head: names.has('lm_head.weight')
      ? causalHead('lm_head.weight', { bias: names.has('lm_head.bias') ? 'lm_head.bias' : null })
      : null,
  };
};
