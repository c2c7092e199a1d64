import { configBooleanOr, configCount, configNumberOr } from '../config.ts';
import { causalDecoder } from './causal-decoder.ts';
import { activationOf, causalHead, type Describe, headDimOf, headWeight, prefixOf, sizesOf } from './common.ts';
import { layerNormSpec, linear } from './spec.ts';

/** Zhang et al. 2022; one size normalises after instead of before, and is narrower at both ends. */
export const opt: Describe = (config, names) => {
  const sizes = sizesOf(config);
  const { hidden } = sizes;
  const prefix = prefixOf(names, ['model.decoder.', 'decoder.', ''], 'embed_tokens.weight');
  const epsilon = 1e-5;
  const headDim = headDimOf(config, sizes);
  const inner = configCount(config, 'ffn_dim');
  const width = configNumberOr(config, 'word_embed_proj_dim', hidden);
  const hasBias = configBooleanOr(config, 'enable_bias', true);
  const hasWeights = configBooleanOr(config, 'layer_norm_elementwise_affine', true);
  const isBefore = configBooleanOr(config, 'do_layer_norm_before', true);
  const hasFinalNorm = isBefore && !configBooleanOr(config, '_remove_final_layer_norm', false);
  const activation = activationOf(config, ['activation_function'], 'relu');
  const positions = configCount(config, 'max_position_embeddings');
  const offset = 2;
  const table = `${prefix}embed_tokens.weight`;
  const norm = (name: string) => layerNormSpec(name, hidden, epsilon, { hasWeights });
  return causalDecoder({
    sizes,
    headDim,
    table,
    maxPositions: positions,
    embedding: {
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
    activation,
    layer: (index) => {
      const name = `${prefix}layers.${index}`;
      const attentionNorm = norm(`${name}.self_attn_layer_norm`);
      const outputNorm = norm(`${name}.final_layer_norm`);
      const part = (which: string) => linear(`${name}.self_attn.${which}_proj`, hidden, hidden, hasBias);
      return {
        norm: attentionNorm,
        q: part('q'),
        k: part('k'),
        v: part('v'),
        o: part('out'),
        innerNorm: outputNorm,
        up: linear(`${name}.fc1`, hidden, inner, hasBias),
        down: linear(`${name}.fc2`, inner, hidden, hasBias),
        attention: isBefore ? {} : { norm: null, residualNorm: attentionNorm },
        feedForward: isBefore ? {} : { norm: null, residualNorm: outputNorm },
      };
    },
    finalNorm: hasFinalNorm ? norm(`${prefix}final_layer_norm`) : null,
    head:
      prefix !== 'model.decoder.' && !names.has('lm_head.weight')
        ? null
        : causalHead(headWeight(config, names, 'lm_head.weight', table, true), {
            transform:
              width === hidden
                ? null
                : { linear: linear(`${prefix}project_out`, hidden, width, false), activation: 'identity', norm: null },
          }),
  });
};
